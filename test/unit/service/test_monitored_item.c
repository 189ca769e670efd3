/* SPDX-License-Identifier: Apache-2.0
 * Items whose attribute is read at the sampling interval. */
#include "support/unit.h"

#include "stage.h"

#include <math.h>
#include <stdlib.h>

struct fixture {
    struct stage stage;
    struct client client;
    struct node *number, *text;
    uint32_t id; /* of a subscription that publishes every 100 ms */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct server_limits limits = server_default_limits;
    limits.items_per_subscription = 5;
    limits.operations_per_call = 4;
    limits.item_queue = 20;
    limits.picture_queue = 3;
    stage_init(&f->stage, &limits);
    f->number = stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    f->text = stage_add(&f->stage, "text", UA_STRING, ua_variant_string(slice_of("abcdef")));
    stage_add(&f->stage, "picture", UA_ID_IMAGEJPG, ua_variant_bytestring(slice_of("jpeg")));
    client_connect(&f->client, &f->stage);
    f->id = client_subscribe(&f->client, 100);
    stage_pass(&f->stage, 80);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->client);
    stage_clear(&f->stage);
    free(f);
    return 0;
}

/* What the next publishing interval brings; NULL: nothing. */
static const struct ua_data_change_notification *next(struct fixture *f)
{
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&f->client);
    return p ? data_changes(p) : NULL;
}

static struct ua_data_value only(const struct ua_data_change_notification *d)
{
    assert_non_null(d);
    assert_int_equal(d->monitored_items_len, 1);
    return d->monitored_items[0].value;
}

static void wishes_are_revised(void **state)
{
    struct fixture *f = *state;
    f->number->variable.minimum_sampling_interval = 40;
    static const struct {
        struct item_wish wish;
        double interval;
        uint32_t queue;
    } rows[] = {
        {{.name = "number"}, 100, 1},
        {{.name = "number", .interval_ms = -1, .queue = 5}, 100, 5},
        {{.name = "number", .interval_ms = -INFINITY, .queue = 1000000}, 100, 20},
        {{.name = "number", .every = true}, 40, 1},
        {{.name = "number", .interval_ms = 41}, 41, 1},
        {{.name = "text", .every = true}, 20, 1},
        {{.name = "number", .attribute = ATTRIBUTE_DISPLAY_NAME, .every = true}, 20, 1},
        {{.name = "picture", .queue = 100}, 100, 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t id = client_subscribe(&f->client, 100);
        struct ua_monitored_item_create_result out = client_try_monitor(&f->client, id, rows[i].wish);
        assert_int_equal(out.status_code, UA_GOOD);
        assert_true(out.revised_sampling_interval == rows[i].interval);
        assert_int_equal(out.revised_queue_size, rows[i].queue);
    }
    struct item_wish senseless = {.name = "number", .interval_ms = NAN};
    assert_int_equal(client_try_monitor(&f->client, f->id, senseless).status_code, UA_BAD_INVALID_ARGUMENT);
    struct item_wish endless = {.name = "number", .interval_ms = INFINITY};
    assert_true(isfinite(client_try_monitor(&f->client, f->id, endless).revised_sampling_interval));
}

static void wrong_items_are_refused_alone(void **state)
{
    struct fixture *f = *state;
    static const struct {
        struct item_wish wish;
        ua_status status;
    } rows[] = {
        {{.name = "nothing"}, UA_BAD_NODE_ID_UNKNOWN},
        {{.name = "number", .attribute = 99}, UA_BAD_ATTRIBUTE_ID_INVALID},
        {{.name = "number", .attribute = ATTRIBUTE_EXECUTABLE}, UA_BAD_ATTRIBUTE_ID_INVALID},
        {{.name = "text", .range = "2:1"}, UA_BAD_INDEX_RANGE_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(client_try_monitor(&f->client, f->id, rows[i].wish).status_code, rows[i].status);
    assert_null(next(f));
}

static void requests_have_limits(void **state)
{
    struct fixture *f = *state;
    struct ua_monitored_item_create_request items[5] = {0};
    struct ua_create_monitored_items_request req = {
        .subscription_id = f->id, .timestamps_to_return = 4, .items_to_create = items};
    const struct ua_structure *type = &ua_create_monitored_items_request_structure;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_NOTHING_TO_DO);
    req.items_to_create_len = 5;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_TOO_MANY_OPERATIONS);
    req.items_to_create_len = 1;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_TIMESTAMPS_TO_RETURN_INVALID);
    req.timestamps_to_return = 0;
    req.subscription_id = 77;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_SUBSCRIPTION_ID_INVALID);
    for (int i = 0; i < 5; i++)
        client_monitor(&f->client, f->id, (struct item_wish){.name = "number"});
    assert_int_equal(client_try_monitor(&f->client, f->id, (struct item_wish){.name = "number"}).status_code,
                     UA_BAD_TOO_MANY_MONITORED_ITEMS);
}

static void the_first_value_and_then_changes_are_reported(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .handle = 5});
    assert_int_equal(only(next(f)).value.int32, 1);
    assert_null(next(f));
    stage_store(&f->stage, f->number, ua_variant_int32(1));
    assert_null(next(f));
    stage_store(&f->stage, f->number, ua_variant_int32(2));
    assert_int_equal(only(next(f)).value.int32, 2);
}

static void fast_samples_queue_up(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .interval_ms = 20, .queue = 3});
    for (int32_t n = 2; n <= 5; n++) {
        stage_store(&f->stage, f->number, ua_variant_int32(n));
        stage_pass(&f->stage, 20);
    }
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items_len, 3);
    for (int32_t i = 0; i < 3; i++)
        assert_int_equal(d->monitored_items[i].value.value.int32, 3 + i);
    assert_int_equal(d->monitored_items[0].value.status, 0x480);
    assert_int_equal(d->monitored_items[1].value.status, UA_GOOD);
}

static void every_attribute_can_be_monitored(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id,
                   (struct item_wish){.name = "number", .attribute = ATTRIBUTE_ACCESS_LEVEL});
    assert_int_equal(only(next(f)).value.byte, ACCESS_READ);
    f->number->variable.access_level = ACCESS_READ | ACCESS_WRITE;
    assert_int_equal(only(next(f)).value.byte, ACCESS_READ | ACCESS_WRITE);
}

static void an_index_range_cuts_each_sample(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "text", .range = "1:2"});
    assert_true(slice_is(only(next(f)).value.bytes, "bc"));
    stage_store(&f->stage, f->text, ua_variant_string(slice_of("xbcx"))); /* same part */
    assert_null(next(f));
    stage_store(&f->stage, f->text, ua_variant_string(slice_of("x")));
    struct ua_data_value v = only(next(f));
    assert_int_equal(v.status, UA_BAD_INDEX_RANGE_NO_DATA);
    assert_false(v.has_value);
}

static void a_change_of_status_is_reported(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number"});
    next(f);
    stage_store_status(&f->stage, f->number, ua_variant_int32(1), UA_BAD_DEVICE_FAILURE, 0);
    assert_int_equal(only(next(f)).status, UA_BAD_DEVICE_FAILURE);
}

static void a_deadband_counts_from_what_was_queued_last(void **state)
{
    struct fixture *f = *state;
    struct ua_data_change_filter filter = {UA_DATA_CHANGE_TRIGGER_STATUS_VALUE, UA_DEADBAND_TYPE_ABSOLUTE, 5};
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .filter = &filter});
    next(f);
    static const struct {
        int32_t value;
        bool reported;
    } rows[] = {{4, false}, {6, false}, {7, true}, {10, false}, {12, false}, {13, true}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        stage_store(&f->stage, f->number, ua_variant_int32(rows[i].value));
        const struct ua_data_change_notification *d = next(f);
        assert_int_equal(d != NULL, rows[i].reported);
    }
}

static void a_node_may_vanish_and_come_back(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number"});
    next(f);
    space_remove(f->stage.space, f->number);
    assert_int_equal(only(next(f)).status, UA_BAD_NODE_ID_UNKNOWN);
    assert_null(next(f));
    stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(9));
    struct ua_data_value v = only(next(f));
    assert_int_equal(v.status, UA_GOOD);
    assert_int_equal(v.value.int32, 9);
}

static void an_unreadable_value_is_told(void **state)
{
    struct fixture *f = *state;
    f->number->variable.access_level = 0;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number"});
    assert_int_equal(only(next(f)).status, UA_BAD_NOT_READABLE);
}

static void modes_start_and_stop_sampling_and_reporting(void **state)
{
    struct fixture *f = *state;
    uint32_t item =
        client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .disabled = true, .queue = 5});
    assert_null(next(f));
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_SAMPLING), UA_GOOD);
    stage_store(&f->stage, f->number, ua_variant_int32(2));
    assert_null(next(f));
    /* What was sampled is reported now. */
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_REPORTING), UA_GOOD);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items_len, 2);
    /* Disabling forgets, so that the same value is reported anew. */
    stage_store(&f->stage, f->number, ua_variant_int32(3));
    stage_pass(&f->stage, 100);
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_DISABLED), UA_GOOD);
    assert_null(next(f));
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_REPORTING), UA_GOOD);
    assert_int_equal(only(next(f)).value.int32, 3);
    assert_int_equal(client_set_mode(&f->client, f->id, item + 1, UA_MONITORING_MODE_DISABLED),
                     UA_BAD_MONITORED_ITEM_ID_INVALID);
    struct ua_set_monitoring_mode_request req = {.subscription_id = f->id,
                                                 .monitoring_mode = 3,
                                                 .monitored_item_ids = &item,
                                                 .monitored_item_ids_len = 1};
    assert_int_equal(client_refused(&f->client, &ua_set_monitoring_mode_request_structure, &req),
                     UA_BAD_MONITORING_MODE_INVALID);
}

static void a_deleted_item_is_silent(void **state)
{
    struct fixture *f = *state;
    uint32_t ids[2] = {client_monitor(&f->client, f->id, (struct item_wish){.name = "number"}), 999};
    struct ua_delete_monitored_items_request req = {
        .subscription_id = f->id, .monitored_item_ids = ids, .monitored_item_ids_len = 2};
    const struct ua_delete_monitored_items_response *out =
        client_call(&f->client, &ua_delete_monitored_items_request_structure, &req,
                    &ua_delete_monitored_items_response_structure);
    assert_int_equal(out->results[0], UA_GOOD);
    assert_int_equal(out->results[1], UA_BAD_MONITORED_ITEM_ID_INVALID);
    assert_null(next(f));
}

static struct ua_monitored_item_modify_result
modify(struct fixture *f, uint32_t item, struct ua_monitoring_parameters wanted, int32_t timestamps)
{
    struct ua_monitored_item_modify_request one = {.monitored_item_id = item, .requested_parameters = wanted};
    struct ua_modify_monitored_items_request req = {.subscription_id = f->id,
                                                    .timestamps_to_return = timestamps,
                                                    .items_to_modify = &one,
                                                    .items_to_modify_len = 1};
    const struct ua_modify_monitored_items_response *out =
        client_call(&f->client, &ua_modify_monitored_items_request_structure, &req,
                    &ua_modify_monitored_items_response_structure);
    return out->results[0];
}

static void a_modified_item_takes_its_new_settings(void **state)
{
    struct fixture *f = *state;
    uint32_t item = client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .handle = 1});
    assert_int_equal(only(next(f)).source_timestamp, 0);
    struct ua_monitoring_parameters wanted = {
        .client_handle = 2, .sampling_interval = 25, .queue_size = 4, .discard_oldest = true};
    struct ua_monitored_item_modify_result out = modify(f, item, wanted, UA_TIMESTAMPS_TO_RETURN_BOTH);
    assert_int_equal(out.status_code, UA_GOOD);
    assert_true(out.revised_sampling_interval == 25);
    assert_int_equal(out.revised_queue_size, 4);
    stage_store_status(&f->stage, f->number, ua_variant_int32(2), UA_GOOD, 1234);
    stage_pass(&f->stage, 25);
    stage_store_status(&f->stage, f->number, ua_variant_int32(3), UA_GOOD, 5678);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items_len, 2);
    assert_int_equal(d->monitored_items[0].client_handle, 2);
    assert_int_equal(d->monitored_items[0].value.source_timestamp, 1234);
    assert_true(d->monitored_items[0].value.server_timestamp > 0);
    assert_int_equal(modify(f, item + 1, wanted, 0).status_code, UA_BAD_MONITORED_ITEM_ID_INVALID);
}

static void a_wrong_modification_changes_nothing(void **state)
{
    struct fixture *f = *state;
    uint32_t item = client_monitor(&f->client, f->id, (struct item_wish){.name = "number", .handle = 1});
    struct ua_data_change_filter filter = {UA_DATA_CHANGE_TRIGGER_STATUS_VALUE, UA_DEADBAND_TYPE_ABSOLUTE,
                                           -1};
    struct ua_monitoring_parameters wanted = {
        .client_handle = 2,
        .queue_size = 4,
        .filter = {.structure = &ua_data_change_filter_structure, .value = &filter}};
    assert_int_equal(modify(f, item, wanted, 0).status_code, UA_BAD_DEADBAND_FILTER_INVALID);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items[0].client_handle, 1);
}

/* ---- a source that takes its time ---- */

struct slow_source {
    struct value_answer *waiting;
    unsigned reads, cancels;
};

static void slow_read(void *user, const struct node *n, struct value_answer *a)
{
    (void)n;
    struct slow_source *s = user;
    assert_null(s->waiting);
    s->waiting = a;
    s->reads++;
}

static void slow_cancel(void *user, struct value_answer *a)
{
    struct slow_source *s = user;
    assert_ptr_equal(s->waiting, a);
    s->waiting = NULL;
    s->cancels++;
}

static const struct value_source slow = {.read = slow_read, .cancel = slow_cancel};

static void slow_give(struct slow_source *s, int32_t n)
{
    struct value_answer *a = s->waiting;
    s->waiting = NULL;
    a->give(a, &(struct ua_data_value){.value = ua_variant_int32(n), .has_value = true});
}

static void one_read_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct slow_source source = {0};
    stage_add_source(&f->stage, "slow", UA_INT32, &slow, &source);
    uint32_t item = client_monitor(&f->client, f->id, (struct item_wish){.name = "slow", .interval_ms = 50});
    assert_null(next(f));
    assert_int_equal(source.reads, 1);
    slow_give(&source, 8);
    assert_int_equal(only(next(f)).value.int32, 8);
    assert_int_equal(source.reads, 2);
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_DISABLED), UA_GOOD);
    assert_int_equal(source.cancels, 1);
}

static void read_secret(void *user, const struct node *n, struct value_answer *a)
{
    fail(); /* whoever may not see it, does not ask for it */
    (void)user, (void)n, (void)a;
}

static ua_status watch_secret(void *user, const struct node *n, struct value_watch *w)
{
    (void)user, (void)n;
    w->sample(w, &(struct ua_data_value){.value = ua_variant_int32(42), .has_value = true});
    return UA_GOOD;
}

static void unwatch(void *user, struct value_watch *w)
{
    (void)user, (void)w;
}

static void a_secret_is_kept(void **state)
{
    static const struct value_source secret = {
        .read = read_secret, .watch = watch_secret, .unwatch = unwatch};
    struct fixture *f = *state;
    stage_add_source(&f->stage, "secret", UA_INT32, &secret, NULL)->guard = GUARD_SECRET;
    f->number->guard = GUARD_SECRET;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "secret"});
    assert_int_equal(only(next(f)).status, UA_BAD_USER_ACCESS_DENIED);
    client_monitor(&f->client, f->id, (struct item_wish){.name = "number"});
    assert_int_equal(only(next(f)).status, UA_BAD_USER_ACCESS_DENIED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wishes_are_revised),
        TEST(wrong_items_are_refused_alone),
        TEST(requests_have_limits),
        TEST(the_first_value_and_then_changes_are_reported),
        TEST(fast_samples_queue_up),
        TEST(every_attribute_can_be_monitored),
        TEST(an_index_range_cuts_each_sample),
        TEST(a_change_of_status_is_reported),
        TEST(a_deadband_counts_from_what_was_queued_last),
        TEST(a_node_may_vanish_and_come_back),
        TEST(an_unreadable_value_is_told),
        TEST(modes_start_and_stop_sampling_and_reporting),
        TEST(a_deleted_item_is_silent),
        TEST(a_modified_item_takes_its_new_settings),
        TEST(a_wrong_modification_changes_nothing),
        TEST(one_read_at_a_time),
        TEST(a_secret_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
