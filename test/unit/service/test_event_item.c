/* SPDX-License-Identifier: Apache-2.0
 * Monitored items of events: what they are asked for, which events they take in. */
#include "support/unit.h"

#include "event_stage.h"

#include "service/event/event.h"

/* The smallest filter counts 4096 bytes. */
static int set_up_small(void **state)
{
    struct server_limits limits = server_default_limits;
    limits.event_bytes = 20000;
    return event_stage_set_up_with(state, &limits);
}

static void an_event_arrives(void **state)
{
    struct event_stage *f = *state;
    assert_false(server_has_listeners(f->stage.server));
    event_stage_emit(f, 100);
    event_stage_monitor(f, (struct event_wish){0});
    assert_true(server_has_listeners(f->stage.server));
    event_stage_assert_quiet(f);
    event_stage_emit(f, 200);
    event_stage_emit(f, 300);
    const struct ua_event_notification_list *list = event_stage_next(f);
    ASSERT_SEVERITIES(list, 200, 300);
    const struct ua_variant *first = list->events[0].event_fields, *second = list->events[1].event_fields;
    assert_true(slice_is(first[MESSAGE].localized_text.text, "something happened"));
    assert_true(ua_nodeid_is(&first[SOURCE_NODE].nodeid, UA_ID_SERVER));
    assert_int_equal(first[EVENT_ID].bytes.len, 16);
    assert_false(slice_equal(first[EVENT_ID].bytes, second[EVENT_ID].bytes));
    event_stage_assert_quiet(f);
}

static void times_are_told(void **state)
{
    struct event_stage *f = *state;
    event_maker_select_name(&f->maker, "Time");
    event_maker_select_name(&f->maker, "LocalTime");
    event_stage_monitor(f, (struct event_wish){0});
    event_stage_emit(f, 100);
    int64_t now = ua_datetime_of_utc_ns(f->stage.time.utc);
    const struct ua_variant *fields = event_stage_next(f)->events[0].event_fields;
    assert_int_equal(fields[FIELDS].int64, now);
    const struct ua_extension_object *zone = fields[FIELDS + 1].array;
    assert_ptr_equal(zone->structure, &ua_time_zone_data_type_structure);
}

static void the_filter_decides(void **state)
{
    struct event_stage *f = *state;
    event_maker_compare(&f->maker, "Severity", UA_FILTER_OPERATOR_GREATER_THAN, ua_variant_int32(400));
    event_stage_monitor(f, (struct event_wish){0});
    event_stage_emit(f, 400);
    event_stage_emit(f, 401);
    ASSERT_SEVERITIES(event_stage_next(f), 401);
}

static void wishes_are_checked(void **state)
{
    struct event_stage *f = *state;
    struct ua_data_change_filter of_data = {.trigger = UA_DATA_CHANGE_TRIGGER_STATUS};
    struct ua_event_filter empty = {0};
    const struct {
        struct event_wish wish;
        ua_status status;
    } rows[] = {
        {{.no_filter = true}, UA_BAD_EVENT_FILTER_INVALID},
        {{.filter = &ua_data_change_filter_structure, .filter_value = &of_data}, UA_BAD_FILTER_NOT_ALLOWED},
        {{.filter = &ua_event_filter_structure, .filter_value = &empty}, UA_BAD_EVENT_FILTER_INVALID},
        {{.node = UA_ID_OBJECTSFOLDER}, UA_BAD_NOT_SUPPORTED},
        {{.node = UA_ID_SERVER_SERVERSTATUS}, UA_BAD_ATTRIBUTE_ID_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(event_stage_try_monitor(f, rows[i].wish).status_code, rows[i].status);
    assert_false(server_has_listeners(f->stage.server));
}

static void queue_sizes_are_revised(void **state)
{
    struct event_stage *f = *state;
    static const uint32_t wanted[] = {0, 1, 5, UINT32_MAX}, revised[] = {100, 1, 5, 1000};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        struct ua_monitored_item_create_result result =
            event_stage_try_monitor(f, (struct event_wish){.queue = wanted[i]});
        assert_int_equal(result.status_code, UA_GOOD);
        assert_int_equal(result.revised_queue_size, revised[i]);
        assert_true(result.revised_sampling_interval == 0);
    }
}

static void a_field_that_is_unknown_is_null(void **state)
{
    struct event_stage *f = *state;
    event_maker_select_name(&f->maker, "Retain");
    struct ua_monitored_item_create_result result = event_stage_try_monitor(f, (struct event_wish){0});
    assert_int_equal(result.status_code, UA_GOOD);
    assert_ptr_equal(result.filter_result.structure, &ua_event_filter_result_structure);
    const struct ua_event_filter_result *told = result.filter_result.value;
    assert_int_equal(told->select_clause_results_len, FIELDS + 1);
    assert_int_equal(told->select_clause_results[FIELDS], UA_BAD_NODE_ID_UNKNOWN);
    event_stage_emit(f, 1);
    const struct ua_event_field_list *e = event_stage_next(f)->events;
    assert_int_equal(e->event_fields_len, FIELDS + 1);
    assert_int_equal(e->event_fields[FIELDS].type, UA_NULL);
}

static void a_wrong_clause_is_told(void **state)
{
    struct event_stage *f = *state;
    event_maker_compare(&f->maker, "Severty", UA_FILTER_OPERATOR_EQUALS, ua_variant_int32(1));
    struct ua_monitored_item_create_result result = event_stage_try_monitor(f, (struct event_wish){0});
    assert_int_equal(result.status_code, UA_BAD_EVENT_FILTER_INVALID);
    const struct ua_event_filter_result *told = result.filter_result.value;
    assert_non_null(told);
    assert_int_equal(told->where_clause_result.element_results[0].status_code, UA_BAD_FILTER_OPERAND_INVALID);
}

static void each_item_gets_its_own(void **state)
{
    struct event_stage *f = *state;
    for (int i = 0; i < 3; i++)
        event_stage_monitor(f, (struct event_wish){.queue = 5});
    event_stage_emit(f, 1);
    const struct ua_event_notification_list *list = event_stage_next(f);
    ASSERT_SEVERITIES(list, 1, 1, 1);
    assert_true(slice_equal(list->events[0].event_fields[EVENT_ID].bytes,
                            list->events[2].event_fields[EVENT_ID].bytes));
}

static void modes_are_obeyed(void **state)
{
    struct event_stage *f = *state;
    uint32_t item = event_stage_monitor(f, (struct event_wish){.queue = 5});
    struct client *c = &f->client;
    assert_int_equal(client_set_mode(c, f->subscription, item, UA_MONITORING_MODE_SAMPLING), UA_GOOD);
    event_stage_emit(f, 1);
    event_stage_assert_quiet(f);
    assert_int_equal(client_set_mode(c, f->subscription, item, UA_MONITORING_MODE_REPORTING), UA_GOOD);
    ASSERT_SEVERITIES(event_stage_next(f), 1);
    event_stage_emit(f, 2);
    assert_int_equal(client_set_mode(c, f->subscription, item, UA_MONITORING_MODE_DISABLED), UA_GOOD);
    assert_false(server_has_listeners(f->stage.server));
    event_stage_emit(f, 3);
    assert_int_equal(client_set_mode(c, f->subscription, item, UA_MONITORING_MODE_REPORTING), UA_GOOD);
    event_stage_assert_quiet(f);
    event_stage_emit(f, 4);
    ASSERT_SEVERITIES(event_stage_next(f), 4);
}

static void settings_are_modified(void **state)
{
    struct event_stage *f = *state;
    uint32_t item = event_stage_monitor(f, (struct event_wish){.queue = 5});
    for (uint16_t i = 1; i <= 5; i++)
        event_stage_emit(f, i);
    assert_int_equal(event_stage_modify(f, item, (struct event_wish){.no_filter = true}).status_code,
                     UA_BAD_EVENT_FILTER_INVALID);
    event_maker_compare(&f->maker, "Severity", UA_FILTER_OPERATOR_GREATER_THAN, ua_variant_int32(100));
    struct ua_monitored_item_modify_result result =
        event_stage_modify(f, item, (struct event_wish){.queue = 2});
    assert_int_equal(result.status_code, UA_GOOD);
    assert_int_equal(result.revised_queue_size, 2);
    event_stage_emit(f, 50);
    ASSERT_SEVERITIES(event_stage_next(f), 0, 4, 5);
    event_stage_emit(f, 101);
    ASSERT_SEVERITIES(event_stage_next(f), 101);
}

static void link_items(struct event_stage *f, uint32_t trigger, uint32_t target)
{
    struct ua_set_triggering_request req = {
        .subscription_id = f->subscription,
        .triggering_item_id = trigger,
        .links_to_add = &target,
        .links_to_add_len = 1,
    };
    const struct ua_set_triggering_response *out = client_call(
        &f->client, &ua_set_triggering_request_structure, &req, &ua_set_triggering_response_structure);
    assert_int_equal(out->add_results[0], UA_GOOD);
}

static void an_event_triggers(void **state)
{
    struct event_stage *f = *state;
    stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    uint32_t target = client_monitor(&f->client, f->subscription,
                                     (struct item_wish){.name = "number", .handle = 1, .sampling = true});
    link_items(f, event_stage_monitor(f, (struct event_wish){0}), target);
    event_stage_assert_quiet(f);
    event_stage_emit(f, 1);
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_int_equal(p->notification_message.notification_data_len, 2);
}

static void data_triggers_events(void **state)
{
    struct event_stage *f = *state;
    struct node *n = stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    uint32_t trigger =
        client_monitor(&f->client, f->subscription, (struct item_wish){.name = "number", .handle = 1});
    link_items(f, trigger, event_stage_monitor(f, (struct event_wish){.sampling = true}));
    event_stage_assert_quiet(f); /* the value */
    event_stage_emit(f, 1);
    event_stage_assert_quiet(f);
    stage_store(&f->stage, n, ua_variant_int32(2));
    stage_pass(&f->stage, 100);
    ASSERT_SEVERITIES(event_stage_next(f), 1);
}

static void administrators_alone_hear_of_audits(void **state)
{
    struct event_stage *f = *state;
    struct event e = {.type = UA_ID_AUDITEVENTTYPE, .severity = 1, .for_administrators = true};
    event_stage_monitor(f, (struct event_wish){0});
    server_emit(f->stage.server, NULL, &e);
    event_stage_assert_quiet(f);
    f->stage.access.anonymous_role = ROLE_ADMINISTRATOR;
    client_reconnect(&f->client);
    server_emit(f->stage.server, NULL, &e);
    ASSERT_SEVERITIES(event_stage_next(f), 100, 1); /* that it became one, too */
}

static void a_notifier_gets_its_own_events(void **state)
{
    struct event_stage *f = *state;
    struct node *folder = space_ns0(f->stage.space, UA_ID_OBJECTSFOLDER);
    folder->event_notifier = 1;
    event_stage_monitor(f, (struct event_wish){.node = UA_ID_OBJECTSFOLDER});
    event_stage_emit(f, 1);
    event_stage_assert_quiet(f);
    struct event e = {.type = UA_ID_SYSTEMEVENTTYPE, .severity = 2, .source = folder->id};
    server_emit(f->stage.server, folder, &e);
    const struct ua_event_notification_list *list = event_stage_next(f);
    ASSERT_SEVERITIES(list, 2);
    assert_true(ua_nodeid_is(&list->events[0].event_fields[SOURCE_NODE].nodeid, UA_ID_OBJECTSFOLDER));
    event_stage_monitor(f, (struct event_wish){0});
    server_emit(f->stage.server, folder, &e);
    ASSERT_SEVERITIES(event_stage_next(f), 2, 2);
}

static void filters_share_a_budget(void **state)
{
    struct event_stage *f = *state;
    uint32_t items[4];
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        items[i] = event_stage_monitor(f, (struct event_wish){0});
    assert_int_equal(event_stage_try_monitor(f, (struct event_wish){0}).status_code,
                     UA_BAD_TOO_MANY_MONITORED_ITEMS);
    assert_int_equal(event_stage_modify(f, items[0], (struct event_wish){0}).status_code,
                     UA_BAD_TOO_MANY_MONITORED_ITEMS);
    struct ua_delete_monitored_items_request req = {
        .subscription_id = f->subscription, .monitored_item_ids = items, .monitored_item_ids_len = 1};
    client_call(&f->client, &ua_delete_monitored_items_request_structure, &req,
                &ua_delete_monitored_items_response_structure);
    event_stage_monitor(f, (struct event_wish){0});
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, event_stage_set_up, event_stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_arrives),
        TEST(times_are_told),
        TEST(the_filter_decides),
        TEST(wishes_are_checked),
        TEST(queue_sizes_are_revised),
        TEST(a_field_that_is_unknown_is_null),
        TEST(a_wrong_clause_is_told),
        TEST(each_item_gets_its_own),
        TEST(modes_are_obeyed),
        TEST(settings_are_modified),
        TEST(an_event_triggers),
        TEST(data_triggers_events),
        TEST(administrators_alone_hear_of_audits),
        TEST(a_notifier_gets_its_own_events),
        cmocka_unit_test_setup_teardown(filters_share_a_budget, set_up_small, event_stage_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
