/* SPDX-License-Identifier: Apache-2.0
 * Subscriptions that outlive their connection or session, and move to another. */
#include "support/unit.h"

#include "stage.h"

#include <stdlib.h>

struct fixture {
    struct stage stage;
    struct client a, b;
    struct node *number;
    uint32_t id; /* of a subscription of a's, with one item */
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct server_limits limits = server_default_limits;
    limits.subscriptions_per_session = 3;
    stage_init(&f->stage, &limits);
    f->number = stage_add(&f->stage, "number", UA_INT32, ua_variant_int32(1));
    client_connect(&f->a, &f->stage);
    client_connect(&f->b, &f->stage);
    f->id = client_subscribe(&f->a, 100);
    client_monitor(&f->a, f->id, (struct item_wish){.name = "number", .queue = 10});
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->a);
    client_disconnect(&f->b);
    stage_clear(&f->stage);
    free(f);
    return 0;
}

static void close_session_of(struct client *c, bool delete_subscriptions)
{
    struct ua_close_session_request req = {.delete_subscriptions = delete_subscriptions};
    client_call(c, &ua_close_session_request_structure, &req, &ua_close_session_response_structure);
}

static struct ua_transfer_result transfer(struct client *to, uint32_t id, bool send_initial_values)
{
    struct ua_transfer_subscriptions_request req = {
        .subscription_ids = &id, .subscription_ids_len = 1, .send_initial_values = send_initial_values};
    const struct ua_transfer_subscriptions_response *out =
        client_call(to, &ua_transfer_subscriptions_request_structure, &req,
                    &ua_transfer_subscriptions_response_structure);
    return out->results[0];
}

/* The first number of the next message that comes within an interval. */
static int32_t next_number(struct fixture *f, struct client *c)
{
    client_publish(c);
    stage_pass(&f->stage, 100);
    const struct ua_publish_response *p = client_published(c);
    assert_non_null(p);
    assert_non_null(data_changes(p));
    return data_changes(p)->monitored_items[0].value.value.int32;
}

static void a_lost_connection_does_not_end_it(void **state)
{
    struct fixture *f = *state;
    client_publish(&f->a);
    server_peer_gone(&f->a.peer);
    f->a.connected = false;
    stage_pass(&f->stage, 300); /* the first value waits */
    stage_store(&f->stage, f->number, ua_variant_int32(2));
    stage_pass(&f->stage, 300);
    client_reconnect(&f->a);
    client_publish(&f->a);
    const struct ua_publish_response *p = client_published(&f->a);
    assert_non_null(p);
    assert_int_equal(data_changes(p)->monitored_items_len, 2);
    assert_int_equal(p->notification_message.sequence_number, 1);
}

static void a_session_takes_its_subscriptions_along(void **state)
{
    struct fixture *f = *state;
    uint32_t waiting = client_publish(&f->a);
    close_session_of(&f->a, true);
    assert_int_equal(client_take_fault(&f->a, waiting), UA_BAD_SESSION_CLOSED);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
}

static void a_subscription_left_behind_can_be_fetched(void **state)
{
    struct fixture *f = *state;
    close_session_of(&f->a, false);
    assert_int_equal(server_subscription_count(f->stage.server), 1);
    stage_store(&f->stage, f->number, ua_variant_int32(2));
    stage_pass(&f->stage, 200);
    assert_int_equal(transfer(&f->b, f->id, false).status_code, UA_GOOD);
    client_publish(&f->b);
    const struct ua_publish_response *p = client_published(&f->b);
    assert_non_null(p);
    assert_int_equal(p->subscription_id, f->id);
    assert_int_equal(data_changes(p)->monitored_items_len, 2);
}

static void a_subscription_left_behind_ends_with_its_lifetime(void **state)
{
    struct fixture *f = *state;
    close_session_of(&f->a, false);
    stage_pass(&f->stage, 3000);
    assert_int_equal(server_subscription_count(f->stage.server), 0);
    assert_int_equal(transfer(&f->b, f->id, false).status_code, UA_BAD_SUBSCRIPTION_ID_INVALID);
}

static void those_left_behind_have_a_ceiling(void **state)
{
    struct fixture *f = *state;
    client_subscribe(&f->a, 100);
    client_subscribe(&f->a, 100);
    for (int i = 0; i < 3; i++)
        client_subscribe(&f->b, 100);
    close_session_of(&f->a, false);
    close_session_of(&f->b, false);
    assert_int_equal(server_subscription_count(f->stage.server), 3);
}

static void the_old_session_is_told_of_a_transfer(void **state)
{
    struct fixture *f = *state;
    uint32_t told = client_publish(&f->a), refused = client_publish(&f->a);
    struct ua_transfer_result result = transfer(&f->b, f->id, false);
    assert_int_equal(result.status_code, UA_GOOD);
    const struct ua_publish_response *p = client_take(&f->a, told, &ua_publish_response_structure);
    assert_non_null(p);
    assert_int_equal(p->subscription_id, f->id);
    assert_int_equal(status_change(p), UA_GOOD_SUBSCRIPTION_TRANSFERRED);
    assert_int_equal(client_take_fault(&f->a, refused), UA_BAD_NO_SUBSCRIPTION);
    assert_int_equal(next_number(f, &f->b), 1);
    struct ua_modify_subscription_request req = {.subscription_id = f->id};
    assert_int_equal(client_refused(&f->a, &ua_modify_subscription_request_structure, &req),
                     UA_BAD_SUBSCRIPTION_ID_INVALID);
}

static void the_old_session_is_told_when_it_asks_later(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(transfer(&f->b, f->id, false).status_code, UA_GOOD);
    client_publish(&f->a);
    const struct ua_publish_response *p = client_published(&f->a);
    assert_non_null(p);
    assert_int_equal(status_change(p), UA_GOOD_SUBSCRIPTION_TRANSFERRED);
}

static void values_are_sent_again_only_when_wanted(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(next_number(f, &f->a), 1);
    assert_int_equal(transfer(&f->b, f->id, false).status_code, UA_GOOD);
    client_publish(&f->b);
    stage_pass(&f->stage, 300);
    assert_null(client_published(&f->b));
    struct ua_transfer_result result = transfer(&f->a, f->id, true);
    assert_int_equal(result.status_code, UA_GOOD);
    assert_int_equal(result.available_sequence_numbers_len, 1);
    assert_int_equal(result.available_sequence_numbers[0], 1);
    client_published(&f->b); /* its farewell */
    assert_int_equal(next_number(f, &f->a), 1);
}

static void a_full_session_gets_no_more(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++)
        client_subscribe(&f->b, 100);
    assert_int_equal(transfer(&f->b, f->id, false).status_code, UA_BAD_TOO_MANY_SUBSCRIPTIONS);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lost_connection_does_not_end_it),
        TEST(a_session_takes_its_subscriptions_along),
        TEST(a_subscription_left_behind_can_be_fetched),
        TEST(a_subscription_left_behind_ends_with_its_lifetime),
        TEST(those_left_behind_have_a_ceiling),
        TEST(the_old_session_is_told_of_a_transfer),
        TEST(the_old_session_is_told_when_it_asks_later),
        TEST(values_are_sent_again_only_when_wanted),
        TEST(a_full_session_gets_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
