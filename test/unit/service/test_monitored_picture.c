/* SPDX-License-Identifier: Apache-2.0
 * Items whose source samples by itself: pictures. */
#include "support/unit.h"

#include "fake_picture.h"
#include "stage.h"

#include <math.h>
#include <stdlib.h>

enum { SIZE = 100000 };

struct fixture {
    struct stage stage;
    struct client client;
    struct fake_picture source;
    struct node *node;
    struct blob *a, *b;
    uint32_t id; /* of a subscription that publishes every 100 ms */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct server_limits limits = server_default_limits;
    limits.picture_queue = 3;
    limits.retransmissions = 2;
    stage_init(&f->stage, &limits);
    f->node = stage_add_source(&f->stage, "picture", UA_ID_IMAGEJPG, &fake_picture_source, &f->source);
    f->node->variable.minimum_sampling_interval = 33;
    f->a = picture_of(SIZE, 'a');
    f->b = picture_of(SIZE, 'b');
    client_connect(&f->client, &f->stage);
    f->id = client_subscribe(&f->client, 100);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->client);
    stage_clear(&f->stage);
    assert_int_equal(f->source.count, 0);
    assert_int_equal(f->a->refs, 1);
    assert_int_equal(f->b->refs, 1);
    blob_unref(f->a);
    blob_unref(f->b);
    free(f);
    return 0;
}

static const struct ua_data_change_notification *next(struct fixture *f)
{
    client_publish(&f->client);
    stage_pass(&f->stage, 100);
    const struct ua_publish_response *p = client_published(&f->client);
    return p ? data_changes(p) : NULL;
}

static char shown(const struct ua_data_change_notification *d, size_t i)
{
    assert_non_null(d);
    assert_true(i < d->monitored_items_len);
    struct slice bytes = d->monitored_items[i].value.value.bytes;
    assert_int_equal(bytes.len, SIZE);
    return (char)bytes.data[SIZE - 1];
}

static void the_source_is_told_the_revised_interval(void **state)
{
    struct fixture *f = *state;
    static const struct {
        struct item_wish wish;
        double interval;
    } rows[] = {
        {{.name = "picture", .every = true}, 0},
        {{.name = "picture", .interval_ms = -1}, 100},
        {{.name = "picture", .interval_ms = 5}, 33},
        {{.name = "picture", .interval_ms = 500}, 500},
        {{.name = "picture", .interval_ms = -INFINITY}, 100},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_monitored_item_create_result out = client_try_monitor(&f->client, f->id, rows[i].wish);
        assert_int_equal(out.status_code, UA_GOOD);
        assert_true(out.revised_sampling_interval == rows[i].interval);
        assert_true(f->source.watches[i]->interval_ms == rows[i].interval);
    }
}

static void a_picture_is_reported_and_shared(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    fake_picture_show(&f->source, f->a);
    assert_int_equal(f->a->refs, 1 + 5);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items_len, 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(shown(d, i), 'a');
}

static void the_same_bytes_are_not_sent_twice(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    fake_picture_show(&f->source, f->a);
    assert_int_equal(shown(next(f), 0), 'a');
    fake_picture_show(&f->source, f->a);
    assert_null(next(f));
    struct blob *twin = picture_of(SIZE, 'a');
    fake_picture_show(&f->source, twin);
    assert_null(next(f));
    assert_int_equal(twin->refs, 1);
    blob_unref(twin);
    fake_picture_show(&f->source, f->b);
    assert_int_equal(shown(next(f), 0), 'b');
}

static void the_newest_wins(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    fake_picture_show(&f->source, f->a);
    fake_picture_show(&f->source, f->b);
    assert_int_equal(f->a->refs, 1); /* the old one is not held */
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items_len, 1);
    assert_int_equal(shown(d, 0), 'b');
}

static void the_deadband_is_the_sources(void **state)
{
    struct fixture *f = *state;
    struct ua_data_change_filter filter = {UA_DATA_CHANGE_TRIGGER_STATUS_VALUE, UA_DEADBAND_TYPE_PERCENT,
                                           2.5};
    struct item_wish wish = {.name = "picture", .filter = &filter};
    client_monitor(&f->client, f->id, wish);
    assert_true(f->source.watches[0]->deadband_percent == 2.5);
    f->source.refuse = UA_BAD_FILTER_NOT_ALLOWED;
    assert_int_equal(client_try_monitor(&f->client, f->id, wish).status_code, UA_BAD_FILTER_NOT_ALLOWED);
    assert_int_equal(f->source.count, 1);
    wish.disabled = true;
    uint32_t item = client_monitor(&f->client, f->id, wish);
    assert_int_equal(client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_REPORTING),
                     UA_BAD_FILTER_NOT_ALLOWED);
    filter.deadband_value = 200;
    assert_int_equal(client_try_monitor(&f->client, f->id, wish).status_code, UA_BAD_DEADBAND_FILTER_INVALID);
    filter.deadband_type = UA_DEADBAND_TYPE_ABSOLUTE;
    assert_int_equal(client_try_monitor(&f->client, f->id, wish).status_code, UA_BAD_FILTER_NOT_ALLOWED);
}

static ua_status modify(struct fixture *f, uint32_t item, double interval)
{
    struct ua_monitored_item_modify_request one = {.monitored_item_id = item,
                                                   .requested_parameters = {.sampling_interval = interval}};
    struct ua_modify_monitored_items_request req = {
        .subscription_id = f->id, .items_to_modify = &one, .items_to_modify_len = 1};
    const struct ua_modify_monitored_items_response *out =
        client_call(&f->client, &ua_modify_monitored_items_request_structure, &req,
                    &ua_modify_monitored_items_response_structure);
    return out->results[0].status_code;
}

static void a_modified_item_watches_on(void **state)
{
    struct fixture *f = *state;
    uint32_t item = client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    assert_int_equal(modify(f, item, 400), UA_GOOD);
    assert_int_equal(f->source.count, 1);
    assert_true(f->source.watches[0]->interval_ms == 400);
    f->source.refuse = UA_BAD_OUT_OF_MEMORY;
    assert_int_equal(modify(f, item, 800), UA_BAD_OUT_OF_MEMORY);
    assert_true(f->source.watches[0]->interval_ms == 400);
    fake_picture_show(&f->source, f->a);
    assert_int_equal(shown(next(f), 0), 'a');
}

static void modes_watch_and_unwatch(void **state)
{
    struct fixture *f = *state;
    uint32_t item =
        client_monitor(&f->client, f->id, (struct item_wish){.name = "picture", .disabled = true});
    assert_int_equal(f->source.count, 0);
    client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_SAMPLING);
    assert_int_equal(f->source.count, 1);
    fake_picture_show(&f->source, f->a);
    client_set_mode(&f->client, f->id, item, UA_MONITORING_MODE_DISABLED);
    assert_int_equal(f->source.count, 0);
    assert_int_equal(f->a->refs, 1);
}

static void a_failing_camera_is_told_once(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    fake_picture_show(&f->source, f->a);
    next(f);
    fake_picture_fail(&f->source, UA_BAD_NO_COMMUNICATION);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items[0].value.status, UA_BAD_NO_COMMUNICATION);
    fake_picture_fail(&f->source, UA_BAD_NO_COMMUNICATION);
    assert_null(next(f));
    fake_picture_show(&f->source, f->a);
    assert_int_equal(shown(next(f), 0), 'a');
}

static void a_removed_picture_resumes_when_it_is_back(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture", .every = true});
    fake_picture_fail(&f->source, UA_BAD_NODE_ID_UNKNOWN);
    space_remove(f->stage.space, f->node);
    const struct ua_data_change_notification *d = next(f);
    assert_int_equal(d->monitored_items[0].value.status, UA_BAD_NODE_ID_UNKNOWN);
    assert_null(next(f));
    f->source.refuse = UA_BAD_RESOURCE_UNAVAILABLE;
    stage_add_source(&f->stage, "picture", UA_ID_IMAGEJPG, &fake_picture_source, &f->source);
    d = next(f);
    assert_int_equal(d->monitored_items[0].value.status, UA_BAD_RESOURCE_UNAVAILABLE);
    f->source.refuse = UA_GOOD;
    stage_pass(&f->stage, 100);
    assert_int_equal(f->source.count, 1);
    fake_picture_show(&f->source, f->a);
    assert_int_equal(shown(next(f), 0), 'a');
}

static void a_part_of_a_picture_can_be_monitored(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture", .range = "0:3"});
    fake_picture_show(&f->source, f->a);
    const struct ua_data_change_notification *d = next(f);
    assert_true(slice_is(d->monitored_items[0].value.value.bytes, "aaaa"));
}

static void kept_messages_share_the_picture(void **state)
{
    struct fixture *f = *state;
    client_monitor(&f->client, f->id, (struct item_wish){.name = "picture"});
    for (int i = 0; i < 6; i++) {
        fake_picture_show(&f->source, i % 2 ? f->b : f->a);
        next(f);
    }
    /* One of two kept messages each, and the newest as the item's own. */
    assert_int_equal(f->a->refs, 2);
    assert_int_equal(f->b->refs, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_source_is_told_the_revised_interval),
        TEST(a_picture_is_reported_and_shared),
        TEST(the_same_bytes_are_not_sent_twice),
        TEST(the_newest_wins),
        TEST(the_deadband_is_the_sources),
        TEST(a_modified_item_watches_on),
        TEST(modes_watch_and_unwatch),
        TEST(a_failing_camera_is_told_once),
        TEST(a_removed_picture_resumes_when_it_is_back),
        TEST(a_part_of_a_picture_can_be_monitored),
        TEST(kept_messages_share_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
