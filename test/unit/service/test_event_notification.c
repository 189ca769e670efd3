/* SPDX-License-Identifier: Apache-2.0
 * Events on their way to the client: queues, messages. */
#include "support/unit.h"

#include "event_stage.h"

#include "service/event/event.h"

#include <string.h>

/* The smallest filter counts 4096 bytes. */
static int set_up_small(void **state)
{
    struct server_limits limits = server_default_limits;
    limits.event_bytes = 20000;
    return event_stage_set_up_with(state, &limits);
}

static void overflows_are_told_in_front(void **state)
{
    struct event_stage *f = *state;
    event_maker_compare(&f->maker, "Severity", UA_FILTER_OPERATOR_LESS_THAN, ua_variant_int32(100));
    event_stage_monitor(f, (struct event_wish){.queue = 3}); /* overflows pass the where clause */
    for (uint16_t i = 1; i <= 5; i++)
        event_stage_emit(f, i);
    ASSERT_SEVERITIES(event_stage_next(f), 0, 3, 4, 5);
    event_stage_emit(f, 6);
    ASSERT_SEVERITIES(event_stage_next(f), 6);
}

static void overflows_are_told_behind(void **state)
{
    struct event_stage *f = *state;
    event_stage_monitor(f, (struct event_wish){.queue = 3, .keep_oldest = true});
    for (uint16_t i = 1; i <= 5; i++)
        event_stage_emit(f, i);
    ASSERT_SEVERITIES(event_stage_next(f), 1, 2, 5, 0);
}

static void events_stand_beside_data(void **state)
{
    struct event_stage *f = *state;
    struct node *n = stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    client_monitor(&f->client, f->subscription, (struct item_wish){.name = "number", .handle = 1});
    event_stage_monitor(f, (struct event_wish){0});
    client_monitor(&f->client, f->subscription, (struct item_wish){.name = "number", .handle = 2});
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    client_published(&f->client);
    stage_store(&f->stage, n, ua_variant_int32(2));
    stage_pass(&f->stage, 200);
    event_stage_emit(f, 1);
    event_stage_emit(f, 2);
    client_publish(&f->client);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(p->notification_message.notification_data_len, 2);
    const struct ua_data_change_notification *d = p->notification_message.notification_data[0].value;
    assert_ptr_equal(p->notification_message.notification_data[0].structure,
                     &ua_data_change_notification_structure);
    assert_int_equal(d->monitored_items_len, 2);
    assert_int_equal(d->monitored_items[1].value.value.int32, 2);
    ASSERT_SEVERITIES(event_stage_events_of(p), 1, 2);
}

/* Takes all that is there; gives the number of messages. */
static size_t drain(struct event_stage *f, size_t events)
{
    size_t messages = 0, got = 0;
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    for (bool more = true; more; messages++) {
        const struct ua_publish_response *p = client_published(&f->client);
        assert_non_null(p);
        const struct ua_event_notification_list *list = event_stage_events_of(p);
        assert_non_null(list);
        for (size_t i = 0; i < list->events_len; i++)
            assert_int_equal(list->events[i].event_fields[SEVERITY].uint16, ++got);
        more = p->more_notifications;
        if (more)
            client_publish(&f->client);
    }
    assert_int_equal(got, events);
    return messages;
}

static void messages_keep_to_the_clients_limit(void **state)
{
    struct event_stage *f = *state;
    enum { MANY = 100 };
    event_stage_monitor(f, (struct event_wish){.queue = MANY});
    for (size_t limit = 1000; limit < 1100; limit += 7) {
        f->client.peer.max_response = limit;
        f->client.largest = 0;
        for (uint16_t i = 1; i <= MANY; i++)
            event_stage_emit(f, i);
        size_t messages = drain(f, MANY);
        assert_true(messages > 5 && messages < 20);
        assert_true(f->client.largest <= limit);
        assert_true(f->client.largest > limit - 150);
    }
}

static void an_event_too_large_becomes_statuses(void **state)
{
    struct event_stage *f = *state;
    static uint8_t text[5000];
    memset(text, 'x', sizeof text);
    event_stage_monitor(f, (struct event_wish){0});
    f->client.peer.max_response = 2000;
    struct event e = {.type = UA_ID_SYSTEMEVENTTYPE, .severity = 1, .message = {text, sizeof text}};
    server_emit(f->stage.server, NULL, &e);
    event_stage_emit(f, 2);
    const struct ua_event_notification_list *list = event_stage_next(f);
    assert_non_null(list);
    assert_int_equal(list->events_len, 2);
    assert_int_equal(list->events[0].event_fields_len, FIELDS);
    assert_int_equal(list->events[0].event_fields[MESSAGE].type, UA_STATUSCODE);
    assert_int_equal(list->events[0].event_fields[MESSAGE].status, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_int_equal(list->events[1].event_fields[SEVERITY].uint16, 2);
}

static void a_message_is_sent_again(void **state)
{
    struct event_stage *f = *state;
    event_stage_monitor(f, (struct event_wish){0});
    event_stage_emit(f, 1);
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&f->client);
    struct ua_republish_request req = {
        .subscription_id = f->subscription,
        .retransmit_sequence_number = p->notification_message.sequence_number,
    };
    const struct ua_republish_response *again =
        client_call(&f->client, &ua_republish_request_structure, &req, &ua_republish_response_structure);
    assert_int_equal(again->notification_message.notification_data_len, 1);
    ASSERT_SEVERITIES(again->notification_message.notification_data[0].value, 1);
}

static void a_transfer_takes_events_along(void **state)
{
    struct event_stage *f = *state;
    struct client other;
    client_connect(&other, &f->stage);
    event_stage_monitor(f, (struct event_wish){0});
    event_stage_emit(f, 1);
    struct ua_transfer_subscriptions_request req = {
        .subscription_ids = &f->subscription, .subscription_ids_len = 1, .send_initial_values = true};
    const struct ua_transfer_subscriptions_response *out =
        client_call(&other, &ua_transfer_subscriptions_request_structure, &req,
                    &ua_transfer_subscriptions_response_structure);
    assert_int_equal(out->results[0].status_code, UA_GOOD);
    event_stage_emit(f, 2);
    client_publish(&other);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&other);
    assert_non_null(p);
    ASSERT_SEVERITIES(event_stage_events_of(p), 1,
                      2); /* what was taken is no value that could be sent again */
    client_disconnect(&other);
}

static void events_share_a_budget(void **state)
{
    struct event_stage *f = *state;
    event_stage_monitor(f, (struct event_wish){.queue = 1000});
    for (uint16_t i = 1; i <= 500; i++)
        event_stage_emit(f, i);
    const struct ua_event_notification_list *list = event_stage_next(f);
    assert_non_null(list);
    assert_true(list->events_len > 10 && list->events_len < 200);
    assert_true(
        ua_nodeid_is(&list->events[0].event_fields[EVENT_TYPE].nodeid, UA_ID_EVENTQUEUEOVERFLOWEVENTTYPE));
    assert_int_equal(list->events[list->events_len - 1].event_fields[SEVERITY].uint16, 500);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, event_stage_set_up, event_stage_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(overflows_are_told_in_front),
        TEST(overflows_are_told_behind),
        TEST(events_stand_beside_data),
        TEST(messages_keep_to_the_clients_limit),
        TEST(an_event_too_large_becomes_statuses),
        TEST(a_message_is_sent_again),
        TEST(a_transfer_takes_events_along),
        cmocka_unit_test_setup_teardown(events_share_a_budget, set_up_small, event_stage_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
