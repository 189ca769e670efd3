/* SPDX-License-Identifier: Apache-2.0
 * What leaves for a client never exceeds its limits, and waits while it does not read. */
#include "support/unit.h"

#include "fake_picture.h"
#include "stage.h"

#include <stdlib.h>

enum { PICTURES = 8 };

struct fixture {
    struct stage stage;
    struct client client, other;
    struct fake_picture sources[PICTURES];
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    stage_init(&f->stage, &server_default_limits);
    for (int i = 0; i < PICTURES; i++) {
        char name[] = {(char)('a' + i), 0};
        stage_add_source(&f->stage, name, UA_ID_IMAGEJPG, &fake_picture_source, &f->sources[i]);
    }
    stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(42));
    client_connect(&f->client, &f->stage);
    client_connect(&f->other, &f->stage);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->client);
    client_disconnect(&f->other);
    stage_clear(&f->stage);
    free(f);
    return 0;
}

static uint32_t monitor_all(struct client *c)
{
    uint32_t id = client_subscribe(c, 100);
    for (int i = 0; i < PICTURES; i++) {
        char name[] = {(char)('a' + i), 0};
        client_monitor(c, id, (struct item_wish){.name = name, .handle = (uint32_t)i});
    }
    return id;
}

static void show_all(struct fixture *f, size_t size, char fill)
{
    for (int i = 0; i < PICTURES; i++) {
        struct blob *picture = picture_of(size, fill);
        fake_picture_show(&f->sources[i], picture);
        blob_unref(picture);
    }
}

/* Takes every message until none says that there is more; checks that each item comes once with this status.
 */
static size_t collect(struct fixture *f, struct client *c, ua_status status)
{
    unsigned seen[PICTURES] = {0};
    size_t messages = 0;
    client_publish(c);
    stage_pass(&f->stage, 100);
    for (bool more = true; more; messages++) {
        const struct ua_publish_response *p = client_published(c);
        assert_non_null(p);
        const struct ua_data_change_notification *d = data_changes(p);
        assert_non_null(d);
        for (size_t i = 0; i < d->monitored_items_len; i++) {
            assert_int_equal(d->monitored_items[i].value.status, status);
            assert_int_equal(d->monitored_items[i].value.has_value, status == UA_GOOD);
            seen[d->monitored_items[i].client_handle]++;
        }
        more = p->more_notifications;
        if (more)
            client_publish(c);
    }
    for (int i = 0; i < PICTURES; i++)
        assert_int_equal(seen[i], 1);
    return messages;
}

static void messages_fill_the_clients_limit(void **state)
{
    struct fixture *f = *state;
    static const struct {
        size_t limit, size, messages;
    } rows[] = {
        {SIZE_MAX, 100000, 1}, {2 << 20, 100000, 1}, {450000, 100000, 2}, {350000, 100000, 3},
        {250000, 100000, 4},   {150000, 100000, 8},  {8192, 1000, 2},     {100200, 100000, 8},
    };
    monitor_all(&f->client);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        f->client.peer.max_response = rows[i].limit;
        f->client.largest = 0;
        show_all(f, rows[i].size, (char)('a' + i));
        assert_int_equal(collect(f, &f->client, UA_GOOD), rows[i].messages);
        assert_true(f->client.largest <= rows[i].limit);
    }
}

/* Every limit around the size at which a notification just fits. */
static void limits_are_met_to_the_byte(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    for (size_t limit = 3000; limit < 3300; limit += 7) {
        f->client.peer.max_response = limit;
        show_all(f, 1000, (char)(limit & 0x7f));
        collect(f, &f->client, UA_GOOD);
        assert_true(f->client.largest <= limit);
        assert_true(f->client.largest > 1900);
    }
}

static void a_value_that_is_too_large_alone_is_replaced(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    monitor_all(&f->other);
    f->client.peer.max_response = 50000;
    show_all(f, 100000, 'x');
    collect(f, &f->client, UA_BAD_ENCODING_LIMITS_EXCEEDED);
    assert_int_equal(collect(f, &f->other, UA_GOOD), 1);
    assert_true(f->client.largest <= 50000);
    /* The same picture is no news, a smaller one is. */
    show_all(f, 100000, 'x');
    client_publish(&f->client);
    stage_pass(&f->stage, 100);
    assert_null(client_published(&f->client));
    show_all(f, 5000, 'x');
    stage_pass(&f->stage, 100);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_int_equal(data_changes(p)->monitored_items_len, PICTURES);
}

static void a_client_that_does_not_read_is_left_alone(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    monitor_all(&f->other);
    f->client.unsent = server_default_limits.notification_bytes + 1;
    client_publish(&f->client);
    for (char fill = 'a'; fill < 'h'; fill++) {
        show_all(f, 1000, fill);
        collect(f, &f->other, UA_GOOD);
        assert_null(client_published(&f->client));
    }
    f->client.unsent = server_default_limits.notification_bytes + 1;
    server_peer_took(f->stage.server, &f->client.peer);
    assert_null(client_published(&f->client));
    f->client.unsent = server_default_limits.notification_bytes;
    server_peer_took(f->stage.server, &f->client.peer); /* at once, not when its interval ends */
    const struct ua_publish_response *p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(data_changes(p)->monitored_items_len, PICTURES);
    assert_int_equal(data_changes(p)->monitored_items[0].value.value.bytes.data[0], 'g'); /* the newest */
    server_peer_took(f->stage.server, &f->client.peer);
    assert_null(client_published(&f->client));
}

/* Its Publish requests are there: its subscription does not end because we wait. Without them it does. */
static void a_client_that_reads_slowly_keeps_its_subscription(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    f->client.unsent = server_default_limits.notification_bytes + 1;
    client_publish(&f->client);
    show_all(f, 1000, 'a');
    for (int i = 0; i < 10; i++)
        stage_pass(&f->stage, 1000);
    assert_int_equal(server_subscription_count(f->stage.server), 1);
    f->client.unsent = 0;
    server_peer_took(f->stage.server, &f->client.peer);
    assert_non_null(client_published(&f->client));
    for (int i = 0; i < 10; i++)
        stage_pass(&f->stage, 1000);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
}

/* The first takes all the room again: the second waits on. */
static void what_was_held_back_follows_in_turn(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    monitor_all(&f->client);
    f->client.unsent = server_default_limits.notification_bytes + 1;
    client_publish(&f->client);
    client_publish(&f->client);
    show_all(f, 1000, 'a');
    stage_pass(&f->stage, 100);
    assert_null(client_published(&f->client));
    f->client.unsent = 0;
    f->client.clogs = true;
    server_peer_took(f->stage.server, &f->client.peer);
    assert_non_null(client_published(&f->client));
    assert_null(client_published(&f->client));
    f->client.clogs = false;
    f->client.unsent = 0;
    server_peer_took(f->stage.server, &f->client.peer);
    assert_non_null(client_published(&f->client));
}

static void keep_alives_and_farewells_do_not_wait(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    uint32_t quiet = client_subscribe(&f->client, 100);
    f->client.unsent = server_default_limits.notification_bytes + 1;
    for (int i = 0; i < 3; i++)
        client_publish(&f->client);
    show_all(f, 1000, 'a');
    stage_pass(&f->stage, 100);
    const struct ua_publish_response *p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(p->subscription_id, quiet);
    assert_null(data_changes(p));
    assert_null(client_published(&f->client));
    struct ua_transfer_subscriptions_request req = {.subscription_ids = &quiet, .subscription_ids_len = 1};
    client_call(&f->other, &ua_transfer_subscriptions_request_structure, &req,
                &ua_transfer_subscriptions_response_structure);
    p = client_published(&f->client);
    assert_non_null(p);
    assert_int_equal(status_change(p), UA_GOOD_SUBSCRIPTION_TRANSFERRED);
    f->client.unsent = 0;
    server_peer_took(f->stage.server, &f->client.peer);
    p = client_published(&f->client);
    assert_non_null(p);
    assert_non_null(data_changes(p));
}

static void a_client_that_vanishes_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    monitor_all(&f->client);
    client_publish(&f->client);
    client_publish(&f->client);
    show_all(f, 100000, 'x');
    client_disconnect(&f->client);
    stage_pass(&f->stage, 4000);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
    assert_int_equal(f->sources[0].count, 0);
}

static void what_was_lost_on_the_way_is_sent_again(void **state)
{
    struct fixture *f = *state;
    uint32_t id = monitor_all(&f->client);
    show_all(f, 1000, 'x');
    collect(f, &f->client, UA_GOOD);
    client_reconnect(&f->client);
    struct ua_republish_request req = {.subscription_id = id, .retransmit_sequence_number = 1};
    const struct ua_republish_response *r =
        client_call(&f->client, &ua_republish_request_structure, &req, &ua_republish_response_structure);
    const struct ua_data_change_notification *d = r->notification_message.notification_data[0].value;
    assert_int_equal(d->monitored_items_len, PICTURES);
    assert_int_equal(d->monitored_items[7].value.value.bytes.len, 1000);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_fill_the_clients_limit),
        TEST(limits_are_met_to_the_byte),
        TEST(a_value_that_is_too_large_alone_is_replaced),
        TEST(a_client_that_does_not_read_is_left_alone),
        TEST(a_client_that_reads_slowly_keeps_its_subscription),
        TEST(what_was_held_back_follows_in_turn),
        TEST(keep_alives_and_farewells_do_not_wait),
        TEST(a_client_that_vanishes_leaves_nothing),
        TEST(what_was_lost_on_the_way_is_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
