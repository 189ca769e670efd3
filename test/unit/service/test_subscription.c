/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/subscription/subscription.h"
#include "stage.h"

#include <math.h>
#include <stdlib.h>

struct fixture {
    struct stage stage;
    struct client client;
    struct node *number;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct server_limits limits = server_default_limits;
    limits.subscriptions_per_session = 4;
    limits.publishes_per_session = 3;
    limits.retransmissions = 3;
    stage_init(&f->stage, &limits);
    f->number = stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    client_connect(&f->client, &f->stage);
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

static uint32_t queue_length(const struct fixture *f)
{
    return (uint32_t)f->client.response_count;
}

/* Milliseconds until the next PublishResponse; fails after `most`. */
static int64_t until_published(struct fixture *f, int64_t most, const struct ua_publish_response **out)
{
    for (int64_t ms = 1; ms <= most; ms++) {
        stage_pass(&f->stage, 1);
        *out = client_published(&f->client);
        if (*out)
            return ms;
    }
    fail_msg("nothing was published in %lld ms", (long long)most);
    return -1;
}

static int32_t int_of(const struct ua_publish_response *p, size_t i)
{
    const struct ua_data_change_notification *d = data_changes(p);
    assert_non_null(d);
    assert_true(i < d->monitored_items_len);
    return d->monitored_items[i].value.value.int32;
}

static struct ua_create_subscription_response try_create(struct fixture *f, double interval,
                                                         uint32_t lifetime, uint32_t keep_alive)
{
    struct ua_create_subscription_request req = {
        .requested_publishing_interval = interval,
        .requested_lifetime_count = lifetime,
        .requested_max_keep_alive_count = keep_alive,
        .publishing_enabled = true,
    };
    const struct ua_create_subscription_response *out =
        client_call(&f->client, &ua_create_subscription_request_structure, &req,
                    &ua_create_subscription_response_structure);
    return *out;
}

static void wishes_are_revised(void **state)
{
    struct fixture *f = *state;
    struct ua_create_subscription_response out = try_create(f, NAN, 0, 0);
    assert_true(out.revised_publishing_interval == server_default_limits.min_publishing_interval_ms);
    assert_int_equal(out.revised_max_keep_alive_count, 1);
    assert_int_equal(out.revised_lifetime_count, 3);
    out = try_create(f, -5, 10, 7);
    assert_true(out.revised_publishing_interval == server_default_limits.min_publishing_interval_ms);
    assert_int_equal(out.revised_lifetime_count, 21);
    out = try_create(f, INFINITY, UINT32_MAX, UINT32_MAX);
    assert_true(isfinite(out.revised_publishing_interval));
    assert_true(out.revised_lifetime_count >= 3 * out.revised_max_keep_alive_count);
    out = try_create(f, 250, 100, 10);
    assert_true(out.revised_publishing_interval == 250);
    assert_int_equal(out.revised_max_keep_alive_count, 10);
    assert_int_equal(out.revised_lifetime_count, 100);
}

static void there_is_a_ceiling_of_subscriptions(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++)
        client_subscribe(&f->client, 100);
    struct ua_create_subscription_request req = {0};
    assert_int_equal(client_refused(&f->client, &ua_create_subscription_request_structure, &req),
                     UA_BAD_TOO_MANY_SUBSCRIPTIONS);
    assert_int_equal(server_subscription_count(f->stage.server), 4);
}

static void the_first_message_comes_after_one_interval(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_publish(&f->client);
    const struct ua_publish_response *p;
    assert_int_equal(until_published(f, 200, &p), 100);
    assert_int_equal(p->subscription_id, id);
    assert_null(data_changes(p));
    assert_int_equal(subscription_find(f->stage.server, id)->counts.late, 0);
    assert_int_equal(p->notification_message.sequence_number, 1);
    assert_int_equal(p->available_sequence_numbers_len, 0);
}

static void keep_alives_come_after_their_count_without_using_a_number(void **state)
{
    struct fixture *f = *state;
    client_subscribe(&f->client, 100);
    const struct ua_publish_response *p;
    client_publish(&f->client);
    assert_int_equal(until_published(f, 200, &p), 100);
    for (int i = 0; i < 3; i++) {
        client_publish(&f->client);
        assert_int_equal(until_published(f, 2000, &p), 1000);
        assert_null(data_changes(p));
        assert_int_equal(p->notification_message.sequence_number, 1);
    }
}

static void changes_are_published_with_growing_numbers(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number", .handle = 77});
    for (int32_t n = 1; n <= 3; n++) {
        const struct ua_publish_response *p;
        stage_store(&f->stage, f->number, ua_variant_int32(n));
        client_publish(&f->client);
        until_published(f, 200, &p);
        assert_int_equal(int_of(p, 0), n);
        assert_int_equal(data_changes(p)->monitored_items[0].client_handle, 77);
        assert_int_equal(p->notification_message.sequence_number, n);
        assert_int_equal(p->available_sequence_numbers_len, n);
        assert_int_equal(p->available_sequence_numbers[n - 1], n);
        assert_false(p->more_notifications);
    }
    client_publish(&f->client);
    stage_pass(&f->stage, 900);
    assert_null(client_published(&f->client)); /* no change, no message */
}

static void a_late_publish_is_answered_at_once(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    stage_pass(&f->stage, 350);
    assert_null(client_published(&f->client));
    client_publish(&f->client);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(int_of(p, 0), 1);
    assert_int_equal(subscription_find(f->stage.server, id)->counts.late, 1);
}

static void a_late_keep_alive_is_answered_at_once(void **state)
{
    struct fixture *f = *state;
    client_subscribe(&f->client, 100);
    stage_pass(&f->stage, 150);
    client_publish(&f->client);
    assert_non_null(client_published(&f->client));
    client_publish(&f->client);
    assert_null(client_published(&f->client));
}

static void acknowledged_messages_are_gone(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    const struct ua_publish_response *p;
    client_publish(&f->client);
    until_published(f, 200, &p);
    struct ua_republish_request again = {.subscription_id = id, .retransmit_sequence_number = 1};
    const struct ua_republish_response *r =
        client_call(&f->client, &ua_republish_request_structure, &again, &ua_republish_response_structure);
    assert_int_equal(r->notification_message.sequence_number, 1);
    assert_int_equal(r->notification_message.publish_time, p->notification_message.publish_time);
    assert_int_equal(r->notification_message.notification_data_len, 1);

    stage_store(&f->stage, f->number, ua_variant_int32(5));
    client_publish_ack(&f->client, id, 1);
    until_published(f, 200, &p);
    assert_int_equal(p->results_len, 1);
    assert_int_equal(p->results[0], UA_GOOD);
    assert_int_equal(p->available_sequence_numbers_len, 1);
    assert_int_equal(p->available_sequence_numbers[0], 2);
    assert_int_equal(client_refused(&f->client, &ua_republish_request_structure, &again),
                     UA_BAD_MESSAGE_NOT_AVAILABLE);
    again.subscription_id = id + 1;
    assert_int_equal(client_refused(&f->client, &ua_republish_request_structure, &again),
                     UA_BAD_SUBSCRIPTION_ID_INVALID);
}

static void wrong_acknowledgements_are_told(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_publish_ack(&f->client, id, 42);
    client_publish_ack(&f->client, id + 1, 1);
    stage_pass(&f->stage, 1100);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_int_equal(p->results[0], UA_BAD_SEQUENCE_NUMBER_UNKNOWN);
    p = client_published(&f->client);
    assert_int_equal(p->results[0], UA_BAD_SUBSCRIPTION_ID_INVALID);
}

static void kept_messages_have_a_ceiling(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    const struct ua_publish_response *p = NULL;
    for (int32_t n = 1; n <= 6; n++) {
        stage_store(&f->stage, f->number, ua_variant_int32(n));
        client_publish(&f->client);
        until_published(f, 200, &p);
    }
    assert_int_equal(p->available_sequence_numbers_len, 3);
    assert_int_equal(p->available_sequence_numbers[0], 4);
    assert_int_equal(p->available_sequence_numbers[2], 6);
}

static void sequence_numbers_wrap_to_one(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    subscription_find(f->stage.server, id)->next_sequence_number = UINT32_MAX;
    const struct ua_publish_response *p;
    client_publish(&f->client);
    until_published(f, 200, &p);
    assert_int_equal(p->notification_message.sequence_number, UINT32_MAX);
    stage_store(&f->stage, f->number, ua_variant_int32(2));
    client_publish(&f->client);
    until_published(f, 200, &p);
    assert_int_equal(p->notification_message.sequence_number, 1);
}

static void a_publish_without_subscription_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(client_take_fault(&f->client, client_publish(&f->client)), UA_BAD_NO_SUBSCRIPTION);
    uint32_t id = client_subscribe(&f->client, 100);
    uint32_t waiting = client_publish(&f->client);
    struct ua_delete_subscriptions_request req = {.subscription_ids = &id, .subscription_ids_len = 1};
    const struct ua_delete_subscriptions_response *out =
        client_call(&f->client, &ua_delete_subscriptions_request_structure, &req,
                    &ua_delete_subscriptions_response_structure);
    assert_int_equal(out->results[0], UA_GOOD);
    assert_int_equal(client_take_fault(&f->client, waiting), UA_BAD_NO_SUBSCRIPTION);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
}

static void the_oldest_of_too_many_publishes_gives_way(void **state)
{
    struct fixture *f = *state;
    client_subscribe(&f->client, 100);
    uint32_t first = client_publish(&f->client);
    client_publish(&f->client);
    client_publish(&f->client);
    assert_int_equal(queue_length(f), 0);
    client_publish(&f->client);
    assert_int_equal(queue_length(f), 1);
    assert_int_equal(client_take_fault(&f->client, first), UA_BAD_TOO_MANY_PUBLISH_REQUESTS);
}

static void a_publish_waits_no_longer_than_its_hint(void **state)
{
    struct fixture *f = *state;
    client_subscribe(&f->client, 1000);
    f->client.timeout_hint = 500;
    uint32_t id = client_publish(&f->client);
    f->client.timeout_hint = 0;
    client_publish(&f->client);
    stage_pass(&f->stage, 499);
    assert_int_equal(queue_length(f), 0);
    stage_pass(&f->stage, 1);
    assert_int_equal(client_take_fault(&f->client, id), UA_BAD_TIMEOUT);
    stage_pass(&f->stage, 500);
    assert_non_null(client_published(&f->client));
}

static void a_subscription_nobody_asks_for_ends(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    stage_pass(&f->stage, 2900);
    assert_int_equal(server_subscription_count(f->stage.server), 1);
    stage_pass(&f->stage, 100);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
    client_publish(&f->client);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(p->subscription_id, id);
    assert_int_equal(status_change(p), UA_BAD_TIMEOUT);
    assert_int_equal(client_take_fault(&f->client, client_publish(&f->client)), UA_BAD_NO_SUBSCRIPTION);
}

static void any_publish_of_the_session_prolongs_the_life_of_all(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++)
        client_subscribe(&f->client, 100);
    for (int i = 0; i < 5; i++) {
        stage_pass(&f->stage, 2000);
        client_publish(&f->client);
    }
    assert_int_equal(server_subscription_count(f->stage.server), 3);
}

static ua_status set_publishing(struct fixture *f, uint32_t id, bool enabled)
{
    struct ua_set_publishing_mode_request req = {
        .publishing_enabled = enabled, .subscription_ids = &id, .subscription_ids_len = 1};
    const struct ua_set_publishing_mode_response *out =
        client_call(&f->client, &ua_set_publishing_mode_request_structure, &req,
                    &ua_set_publishing_mode_response_structure);
    return out->results[0];
}

static void a_disabled_subscription_only_keeps_alive(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 100);
    client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    assert_int_equal(set_publishing(f, id, false), UA_GOOD);
    assert_int_equal(set_publishing(f, id + 1, false), UA_BAD_SUBSCRIPTION_ID_INVALID);
    const struct ua_publish_response *p;
    client_publish(&f->client);
    assert_int_equal(until_published(f, 200, &p), 100);
    assert_null(data_changes(p));
    client_publish(&f->client);
    assert_int_equal(until_published(f, 2000, &p), 1000);
    assert_null(data_changes(p));
    assert_int_equal(set_publishing(f, id, true), UA_GOOD);
    client_publish(&f->client);
    assert_int_equal(until_published(f, 200, &p), 100);
    assert_int_equal(int_of(p, 0), 1);
}

static void a_modified_subscription_takes_its_new_rhythm(void **state)
{
    struct fixture *f = *state;
    uint32_t id = client_subscribe(&f->client, 1000);
    struct ua_modify_subscription_request req = {
        .subscription_id = id,
        .requested_publishing_interval = 50,
        .requested_lifetime_count = 0,
        .requested_max_keep_alive_count = 4,
    };
    const struct ua_modify_subscription_response *out =
        client_call(&f->client, &ua_modify_subscription_request_structure, &req,
                    &ua_modify_subscription_response_structure);
    assert_true(out->revised_publishing_interval == 50);
    assert_int_equal(out->revised_lifetime_count, 12);
    const struct ua_publish_response *p;
    client_publish(&f->client);
    assert_int_equal(until_published(f, 2000, &p), 50);
    client_publish(&f->client);
    assert_int_equal(until_published(f, 2000, &p), 200);
    req.subscription_id = id + 1;
    assert_int_equal(client_refused(&f->client, &ua_modify_subscription_request_structure, &req),
                     UA_BAD_SUBSCRIPTION_ID_INVALID);
}

static uint32_t subscribe_with(struct fixture *f, uint8_t priority, uint32_t max_notifications)
{
    struct ua_create_subscription_request req = {
        .requested_publishing_interval = 100,
        .requested_max_keep_alive_count = 10,
        .publishing_enabled = true,
        .priority = priority,
        .max_notifications_per_publish = max_notifications,
    };
    const struct ua_create_subscription_response *out =
        client_call(&f->client, &ua_create_subscription_request_structure, &req,
                    &ua_create_subscription_response_structure);
    client_monitor(&f->client, out->subscription_id, (struct item_wish){.name = "number"});
    return out->subscription_id;
}

static void the_higher_priority_speaks_first(void **state)
{
    struct fixture *f = *state;
    uint32_t low = subscribe_with(f, 1, 0), high = subscribe_with(f, 200, 0),
             middle = subscribe_with(f, 7, 0);
    client_publish(&f->client);
    stage_pass(&f->stage, 100);
    assert_int_equal(client_published(&f->client)->subscription_id, high);
    client_publish(&f->client);
    client_publish(&f->client);
    assert_int_equal(client_published(&f->client)->subscription_id, middle);
    assert_int_equal(client_published(&f->client)->subscription_id, low);
}

static void equals_take_turns(void **state)
{
    struct fixture *f = *state;
    uint32_t seen[3] = {0};
    uint32_t first = subscribe_with(f, 0, 0);
    subscribe_with(f, 0, 0);
    subscribe_with(f, 0, 0);
    for (int32_t n = 0; n < 9; n++) {
        stage_store(&f->stage, f->number, ua_variant_int32(100 + n));
        stage_pass(&f->stage, 100);
        client_publish(&f->client);
        const struct ua_publish_response *p = client_published(&f->client);
        assert_non_null(p);
        seen[p->subscription_id - first]++;
    }
    assert_int_equal(seen[0], 3);
    assert_int_equal(seen[1], 3);
    assert_int_equal(seen[2], 3);
}

static void no_more_notifications_than_wanted_in_one_message(void **state)
{
    struct fixture *f = *state;
    uint32_t id = subscribe_with(f, 0, 2);
    for (int i = 0; i < 4; i++)
        client_monitor(&f->client, id, (struct item_wish){.name = "number"});
    client_publish(&f->client);
    client_publish(&f->client);
    stage_pass(&f->stage, 100);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_int_equal(data_changes(p)->monitored_items_len, 2);
    assert_true(p->more_notifications);
    p = client_published(&f->client);
    assert_int_equal(data_changes(p)->monitored_items_len, 2);
    assert_true(p->more_notifications);
    client_publish(&f->client); /* at once, not at the next interval */
    p = client_published(&f->client);
    assert_int_equal(data_changes(p)->monitored_items_len, 1);
    assert_false(p->more_notifications);
}

static void empty_lists_are_refused(void **state)
{
    struct fixture *f = *state;
    struct ua_delete_subscriptions_request del = {0};
    struct ua_set_publishing_mode_request mode = {0};
    struct ua_transfer_subscriptions_request transfer = {0};
    assert_int_equal(client_refused(&f->client, &ua_delete_subscriptions_request_structure, &del),
                     UA_BAD_NOTHING_TO_DO);
    assert_int_equal(client_refused(&f->client, &ua_set_publishing_mode_request_structure, &mode),
                     UA_BAD_NOTHING_TO_DO);
    assert_int_equal(client_refused(&f->client, &ua_transfer_subscriptions_request_structure, &transfer),
                     UA_BAD_NOTHING_TO_DO);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(wishes_are_revised),
        TEST(there_is_a_ceiling_of_subscriptions),
        TEST(the_first_message_comes_after_one_interval),
        TEST(keep_alives_come_after_their_count_without_using_a_number),
        TEST(changes_are_published_with_growing_numbers),
        TEST(a_late_publish_is_answered_at_once),
        TEST(a_late_keep_alive_is_answered_at_once),
        TEST(acknowledged_messages_are_gone),
        TEST(wrong_acknowledgements_are_told),
        TEST(kept_messages_have_a_ceiling),
        TEST(sequence_numbers_wrap_to_one),
        TEST(a_publish_without_subscription_is_refused),
        TEST(the_oldest_of_too_many_publishes_gives_way),
        TEST(a_publish_waits_no_longer_than_its_hint),
        TEST(a_subscription_nobody_asks_for_ends),
        TEST(any_publish_of_the_session_prolongs_the_life_of_all),
        TEST(a_disabled_subscription_only_keeps_alive),
        TEST(a_modified_subscription_takes_its_new_rhythm),
        TEST(the_higher_priority_speaks_first),
        TEST(equals_take_turns),
        TEST(no_more_notifications_than_wanted_in_one_message),
        TEST(empty_lists_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
