/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "event_stage.h"

#include "service/event/event.h"

#include <stdlib.h>

static void select_all(struct event_maker *m)
{
    static const char *const names[FIELDS] = {"EventType", "Severity", "Message", "SourceNode", "EventId"};
    for (size_t i = 0; i < FIELDS; i++)
        event_maker_select_name(m, names[i]);
}

int event_stage_set_up_with(void **state, const struct server_limits *limits)
{
    struct event_stage *f = calloc(1, sizeof *f);
    stage_init(&f->stage, limits);
    client_connect(&f->client, &f->stage);
    event_maker_init(&f->maker);
    select_all(&f->maker);
    f->subscription = client_subscribe(&f->client, 100);
    *state = f;
    return 0;
}

int event_stage_set_up(void **state)
{
    return event_stage_set_up_with(state, &server_default_limits);
}

int event_stage_tear_down(void **state)
{
    struct event_stage *f = *state;
    client_disconnect(&f->client);
    event_maker_clear(&f->maker);
    stage_clear(&f->stage);
    free(f);
    return 0;
}

static struct ua_monitoring_parameters parameters(struct event_stage *f, struct event_wish wish)
{
    struct ua_monitoring_parameters p = {
        .client_handle = EVENT_HANDLE,
        .queue_size = wish.queue,
        .discard_oldest = !wish.keep_oldest,
    };
    if (!wish.no_filter) {
        p.filter.structure = wish.filter ? wish.filter : &ua_event_filter_structure;
        p.filter.value = wish.filter ? wish.filter_value : &f->maker.filter;
    }
    return p;
}

struct ua_monitored_item_create_result event_stage_try_monitor(struct event_stage *f, struct event_wish wish)
{
    struct ua_monitored_item_create_request item = {
        .item_to_monitor = {.node_id = ua_nodeid_numeric(0, wish.node ? wish.node : UA_ID_SERVER),
                            .attribute_id = ATTRIBUTE_EVENT_NOTIFIER},
        .monitoring_mode = wish.sampling ? UA_MONITORING_MODE_SAMPLING : UA_MONITORING_MODE_REPORTING,
        .requested_parameters = parameters(f, wish),
    };
    struct ua_create_monitored_items_request req = {
        .subscription_id = f->subscription, .items_to_create = &item, .items_to_create_len = 1};
    const struct ua_create_monitored_items_response *out =
        client_call(&f->client, &ua_create_monitored_items_request_structure, &req,
                    &ua_create_monitored_items_response_structure);
    return out->results[0];
}

uint32_t event_stage_monitor(struct event_stage *f, struct event_wish wish)
{
    struct ua_monitored_item_create_result result = event_stage_try_monitor(f, wish);
    assert_int_equal(result.status_code, UA_GOOD);
    assert_true(ua_nodeid_is_null(&result.filter_result.type));
    return result.monitored_item_id;
}

struct ua_monitored_item_modify_result event_stage_modify(struct event_stage *f, uint32_t item,
                                                          struct event_wish wish)
{
    struct ua_monitored_item_modify_request what = {.monitored_item_id = item,
                                                    .requested_parameters = parameters(f, wish)};
    struct ua_modify_monitored_items_request req = {
        .subscription_id = f->subscription, .items_to_modify = &what, .items_to_modify_len = 1};
    const struct ua_modify_monitored_items_response *out =
        client_call(&f->client, &ua_modify_monitored_items_request_structure, &req,
                    &ua_modify_monitored_items_response_structure);
    return out->results[0];
}

void event_stage_emit(struct event_stage *f, uint16_t severity)
{
    struct event e = {
        .type = UA_ID_SYSTEMEVENTTYPE, .severity = severity, .message = slice_of("something happened")};
    server_emit(f->stage.server, NULL, &e);
}

const struct ua_event_notification_list *event_stage_events_of(const struct ua_publish_response *p)
{
    for (size_t i = 0; i < p->notification_message.notification_data_len; i++)
        if (p->notification_message.notification_data[i].structure == &ua_event_notification_list_structure)
            return p->notification_message.notification_data[i].value;
    return NULL;
}

const struct ua_event_notification_list *event_stage_next(struct event_stage *f)
{
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&f->client);
    return p ? event_stage_events_of(p) : NULL;
}

void event_stage_assert_severities(const struct ua_event_notification_list *list, const uint16_t *wanted,
                                   size_t count)
{
    assert_non_null(list);
    assert_int_equal(list->events_len, count);
    for (size_t i = 0; i < count; i++) {
        const struct ua_event_field_list *e = &list->events[i];
        assert_int_equal(e->client_handle, EVENT_HANDLE);
        assert_int_equal(e->event_fields_len, FIELDS);
        bool overflow = ua_nodeid_is(&e->event_fields[EVENT_TYPE].nodeid, UA_ID_EVENTQUEUEOVERFLOWEVENTTYPE);
        assert_int_equal(overflow, wanted[i] == 0);
        if (!overflow)
            assert_int_equal(e->event_fields[SEVERITY].uint16, wanted[i]);
    }
}

void event_stage_assert_quiet(struct event_stage *f)
{
    assert_null(event_stage_next(f));
}
