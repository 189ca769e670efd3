/* SPDX-License-Identifier: Apache-2.0
 * A Subscription as the server sees it, and what the client makes of what comes. */
#include "support/unit.h"

#include "client/subscription.h"
#include "stage.h"

#include <string.h>

enum { ID = 77, MANY = 16 };

/* What the server got. */
struct seen {
    unsigned waiting; /* Publishes */
    uint32_t ids[MANY];
    uint32_t acks[MANY];
    unsigned ack_count;
    unsigned most_waiting;
    double deadband;
    uint32_t deadband_type;
    struct ua_create_subscription_request subscription;
    struct ua_monitoring_parameters item;
    char node[64];
};

/* What the client got. */
struct got {
    unsigned started, ended, changes;
    ua_status item_status;
    uint32_t values[MANY];
    ua_status statuses[MANY];
    unsigned enough; /* then it closes */
    struct err_text why;
};

static struct stage s;
static struct seen seen;
static struct got got;
static ua_status item_result;
static uint32_t next_sequence;
static void (*on_publish)(void); /* a Publish has come */

static int set_up(void **state)
{
    (void)state;
    seen = (struct seen){0};
    got = (struct got){.enough = MANY};
    item_result = UA_GOOD;
    next_sequence = 1;
    on_publish = NULL;
    stage_init(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_clear(&s);
    return 0;
}

/* ---- the server ---- */

static void create_items(uint32_t id, const struct ua_create_monitored_items_request *r)
{
    assert_int_equal(r->subscription_id, ID);
    assert_int_equal(r->items_to_create_len, 2);
    const struct ua_monitored_item_create_request *first = &r->items_to_create[0];
    seen.item = first->requested_parameters;
    ua_nodeid_text(&first->item_to_monitor.node_id, seen.node, sizeof seen.node);
    assert_int_equal(first->item_to_monitor.attribute_id, 13);
    assert_null(r->items_to_create[1].requested_parameters.filter.structure);
    if (seen.item.filter.structure == &ua_data_change_filter_structure) {
        const struct ua_data_change_filter *f = seen.item.filter.value;
        seen.deadband = f->deadband_value;
        seen.deadband_type = f->deadband_type;
    }
    struct ua_monitored_item_create_result results[] = {
        {.status_code = item_result, .monitored_item_id = 1, .revised_sampling_interval = 40},
        {.monitored_item_id = 2},
    };
    struct ua_create_monitored_items_response response = {.results = results, .results_len = 2};
    stage_answer(&s, id, &ua_create_monitored_items_response_structure, &response);
}

static void keep_publish(uint32_t id, const struct ua_publish_request *r)
{
    assert_true(seen.waiting < MANY && seen.ack_count < MANY);
    seen.ids[seen.waiting++] = id;
    if (seen.waiting > seen.most_waiting)
        seen.most_waiting = seen.waiting;
    for (size_t i = 0; i < r->subscription_acknowledgements_len; i++) {
        assert_int_equal(r->subscription_acknowledgements[i].subscription_id, ID);
        seen.acks[seen.ack_count++] = r->subscription_acknowledgements[i].sequence_number;
    }
    if (on_publish)
        on_publish();
}

static void serve(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    if (type == &ua_create_subscription_request_structure) {
        seen.subscription = *(const struct ua_create_subscription_request *)request;
        struct ua_create_subscription_response response = {
            .subscription_id = ID, .revised_publishing_interval = 1, .revised_max_keep_alive_count = 1};
        stage_answer(stage, id, &ua_create_subscription_response_structure, &response);
    } else if (type == &ua_create_monitored_items_request_structure) {
        create_items(id, request);
    } else {
        assert_ptr_equal(type, &ua_publish_request_structure);
        assert_int_equal(stage->last_timeout_hint, 0);
        keep_publish(id, request);
    }
}

static uint32_t take_publish(void)
{
    assert_true(seen.waiting > 0);
    uint32_t id = seen.ids[0];
    memmove(seen.ids, seen.ids + 1, --seen.waiting * sizeof seen.ids[0]);
    return id;
}

static void notify(const struct ua_structure *type, const void *data)
{
    struct ua_extension_object object = {.structure = type, .value = data};
    struct ua_publish_response response = {
        .subscription_id = ID,
        .notification_message = {.sequence_number = next_sequence,
                                 .notification_data = &object,
                                 .notification_data_len = type ? 1 : 0},
    };
    next_sequence += type != NULL;
    stage_answer(&s, take_publish(), &ua_publish_response_structure, &response);
}

static void change(uint32_t handle, uint32_t value, ua_status status)
{
    struct ua_monitored_item_notification items[] = {
        {.client_handle = 9999, .value = {.value = ua_variant_uint32(0), .has_value = true}},
        {.client_handle = handle,
         .value = {.value = ua_variant_uint32(value), .has_value = !status, .status = status}},
    };
    struct ua_data_change_notification data = {.monitored_items = items, .monitored_items_len = 2};
    notify(&ua_data_change_notification_structure, &data);
}

/* ---- the client ---- */

static void started(void *user, const struct ua_monitored_item_create_result *results, size_t count)
{
    (void)user;
    assert_int_equal(count, 2);
    assert_true(results[0].revised_sampling_interval == 40);
    got.started++;
    got.item_status = results[0].status_code;
    if (ua_is_bad(got.item_status))
        client_close(s.client);
}

static void changed(void *user, size_t item, const struct ua_data_value *value)
{
    (void)user;
    assert_true(got.changes < got.enough);
    got.values[got.changes] = value->value.uint32 + (uint32_t)item * 1000;
    got.statuses[got.changes++] = value->status;
    if (got.changes == got.enough)
        client_close(s.client);
}

static void ended(void *user, const struct err_text *why)
{
    (void)user;
    got.ended++;
    got.why = *why;
    client_close(s.client);
}

static const struct client_subscription_events events = {started, changed, ended};

static void subscribe(struct stage *stage)
{
    char name[] = "picture";
    struct client_item items[] = {
        {.node = ua_nodeid_string(2, slice_of(name)),
         .sampling_interval_ms = 250,
         .deadband_percent = 12.5,
         .queue_size = 3},
        {.node = ua_nodeid_numeric(0, 2258)},
    };
    const struct client_subscription_config config = {
        .publishing_interval_ms = 100, .items = items, .item_count = 2, .events = &events};
    assert_int_equal(client_subscribe(stage->client, &config), UA_GOOD);
    assert_int_equal(client_subscribe(stage->client, &config), UA_BAD_INVALID_STATE);
    memset(name, 'x', sizeof name); /* copied before */
    memset(items, 0xFF, sizeof items);
}

static void run(void)
{
    s.ready = subscribe;
    s.serve = serve;
    stage_run(&s);
}

/* ---- tests ---- */

static void three_changes(void)
{
    if (seen.waiting < 3)
        return;
    on_publish = NULL;
    change(0, 1, UA_GOOD);
    change(1, 2, UA_GOOD);
    change(0, 0, UA_BAD_NO_COMMUNICATION);
}

static void values_come(void **state)
{
    (void)state;
    got.enough = 3;
    on_publish = three_changes;
    run();
    assert_int_equal(got.started, 1);
    assert_int_equal(got.ended, 0);
    assert_int_equal(got.changes, 3);
    assert_int_equal(got.values[0], 1);
    assert_int_equal(got.values[1], 1002);
    assert_int_equal(got.statuses[2], UA_BAD_NO_COMMUNICATION);
    assert_string_equal(s.why.text, "");
    assert_true(s.deleted_subscriptions);
}

static void what_the_server_is_asked(void **state)
{
    (void)state;
    got.enough = 3;
    on_publish = three_changes;
    run();
    assert_true(seen.subscription.publishing_enabled);
    assert_true(seen.subscription.requested_publishing_interval == 100);
    assert_in_range(seen.subscription.requested_max_keep_alive_count, 1, 100);
    assert_true(seen.subscription.requested_lifetime_count >=
                3 * seen.subscription.requested_max_keep_alive_count);
    assert_string_equal(seen.node, "ns=2;s=picture");
    assert_true(seen.item.sampling_interval == 250);
    assert_int_equal(seen.item.queue_size, 3);
    assert_true(seen.item.discard_oldest);
    assert_int_equal(seen.deadband_type, UA_DEADBAND_TYPE_PERCENT);
    assert_true(seen.deadband == 12.5);
}

/* Keep-alive, change, keep-alive, change...: each answer brings a new Publish, data is acknowledged. */
static void turn_by_turn(void)
{
    static unsigned turn;
    if (seen.waiting < 3)
        return;
    if (turn++ % 2)
        change(0, turn, UA_GOOD);
    else
        notify(NULL, NULL);
}

static void publishes_are_kept_up(void **state)
{
    (void)state;
    got.enough = 4;
    on_publish = turn_by_turn;
    run();
    assert_int_equal(got.changes, 4);
    assert_int_equal(seen.most_waiting, 3);
    assert_true(seen.ack_count >= 3);
    for (unsigned i = 0; i < seen.ack_count; i++)
        assert_int_equal(seen.acks[i], i + 1);
}

static void refuse_the_third(void)
{
    if (seen.waiting == 3) {
        uint32_t last = seen.ids[--seen.waiting];
        stage_fault(&s, last, UA_BAD_TOO_MANY_PUBLISH_REQUESTS);
        change(0, 1, UA_GOOD);
    } else if (seen.ack_count > 0) {
        change(0, 2, UA_GOOD);
    }
}

static void a_server_with_room_for_two(void **state)
{
    (void)state;
    got.enough = 2;
    on_publish = refuse_the_third;
    run();
    assert_int_equal(got.changes, 2);
    assert_int_equal(got.ended, 0);
}

static void the_item_is_refused(void **state)
{
    (void)state;
    item_result = UA_BAD_FILTER_NOT_ALLOWED;
    run();
    assert_int_equal(got.started, 1);
    assert_int_equal(got.item_status, UA_BAD_FILTER_NOT_ALLOWED);
    assert_int_equal(seen.most_waiting, 0);
}

static void end_it(void)
{
    struct ua_status_change_notification data = {.status = UA_BAD_TIMEOUT};
    on_publish = NULL;
    notify(&ua_status_change_notification_structure, &data);
}

static void the_server_ends_it(void **state)
{
    (void)state;
    on_publish = end_it;
    run();
    assert_int_equal(got.ended, 1);
    assert_non_null(strstr(got.why.text, "Bad_Timeout"));
}

static void forget_it(void)
{
    stage_fault(&s, take_publish(), UA_BAD_NO_SUBSCRIPTION);
}

static void the_server_knows_of_none(void **state)
{
    (void)state;
    on_publish = forget_it;
    run();
    assert_int_equal(got.ended, 1);
    assert_non_null(strstr(got.why.text, "Bad_NoSubscription"));
}

/* The server promised a sign of life every millisecond. */
static void silence(void **state)
{
    (void)state;
    run();
    assert_int_equal(got.ended, 1);
    assert_non_null(strstr(got.why.text, "silent"));
    assert_int_equal(seen.most_waiting, 3);
}

static void refuse_all(struct stage *stage, uint32_t id, const struct ua_structure *type, const void *request)
{
    (void)type;
    (void)request;
    stage_fault(stage, id, UA_BAD_TOO_MANY_SUBSCRIPTIONS);
}

static void no_subscription(void **state)
{
    (void)state;
    s.ready = subscribe;
    s.serve = refuse_all;
    stage_run(&s);
    assert_int_equal(got.ended, 1);
    assert_non_null(strstr(got.why.text, "Bad_TooManySubscriptions"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_come),
        TEST(what_the_server_is_asked),
        TEST(publishes_are_kept_up),
        TEST(a_server_with_room_for_two),
        TEST(the_item_is_refused),
        TEST(the_server_ends_it),
        TEST(the_server_knows_of_none),
        TEST(silence),
        TEST(no_subscription),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
