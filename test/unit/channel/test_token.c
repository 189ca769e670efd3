/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

static struct conversation c;

enum { LIFETIME_MS = 600000 };

static int set_up(void **state)
{
    (void)state;
    conversation_init(&c);
    conversation_open(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    conversation_clear(&c);
    return 0;
}

/* The token of the first chunk that waits in `e`. */
static uint32_t token_sent(const struct end *e)
{
    assert_memory_equal(e->out.data, "MSG", 3);
    return e->out.data[12];
}

static void the_client_renews_at_three_quarters(void **state)
{
    (void)state;
    pass_time(&c, LIFETIME_MS / 4 * 3 - 1);
    assert_int_equal(c.client.out.len, 0);
    pass_time(&c, 1);
    assert_memory_equal(c.client.out.data, "OPNF", 4);
    converse(&c, 4096);
    assert_int_equal(send_length(&c.client, 5, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.client), 2);
    converse(&c, 4096);
    assert_int_equal(c.server.messages, 1);
    assert_int_equal(c.server.opened, 1);
    assert_int_equal(c.client.opened, 1);
}

static void renewed_again_and_again(void **state)
{
    (void)state;
    for (uint32_t turn = 1; turn <= 50; turn++) {
        pass_time(&c, LIFETIME_MS / 4 * 3);
        converse(&c, 4096);
        assert_int_equal(send_length(&c.client, turn, 1), UA_GOOD);
        assert_int_equal(token_sent(&c.client), turn + 1);
        converse(&c, 4096);
        assert_int_equal(send_length(&c.server, turn, 1), UA_GOOD);
        assert_int_equal(token_sent(&c.server), turn + 1);
        converse(&c, 4096);
    }
    assert_int_equal(c.server.messages, 50);
    assert_int_equal(c.client.messages, 50);
    assert_int_equal(c.server.ended + c.client.ended, 0);
}

static void the_server_keeps_the_old_token_until_the_new_one_is_used(void **state)
{
    (void)state;
    assert_int_equal(channel_renew(c.client.ch), UA_GOOD);
    assert_int_equal(channel_renew(c.client.ch), UA_BAD_INVALID_STATE); /* one at a time */
    carry(&c.client, &c.server, 4096);
    c.server.hold = true;
    struct buf response = c.server.out;
    buf_init(&c.server.out, 1 << 20);
    assert_int_equal(send_length(&c.server, 3, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.server), 1);

    /* A request that crossed the response: still the old token. */
    assert_int_equal(send_length(&c.client, 4, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.client), 1);
    carry(&c.client, &c.server, 4096);
    assert_int_equal(c.server.messages, 1);

    /* The response comes: the client uses the new one, and takes the old one. */
    channel_receive(c.client.ch, buf_slice(&response));
    buf_clear(&response);
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.messages, 1);
    assert_int_equal(send_length(&c.client, 5, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.client), 2);
    carry(&c.client, &c.server, 4096);
    assert_int_equal(c.server.messages, 2);
    assert_int_equal(send_length(&c.server, 5, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.server), 2);
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.messages, 2);
}

static void the_old_token_is_over_once_the_new_one_is_used(void **state)
{
    (void)state;
    assert_int_equal(channel_renew(c.client.ch), UA_GOOD);
    converse(&c, 4096);
    assert_int_equal(send_length(&c.client, 5, 1), UA_GOOD);
    converse(&c, 4096);
    forge(&c.client.out, &(struct forged){"MSGF", SERVER_CHANNEL_ID, 1, 4, 6, "x"});
    carry(&c.client, &c.server, 4096);
    assert_int_equal(c.server.status, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN);
}

/* Who asks for the third token has the second, and may use it until the third is there. */
static void renewed_twice_without_a_message_in_between(void **state)
{
    (void)state;
    assert_int_equal(channel_renew(c.client.ch), UA_GOOD);
    converse(&c, 4096);
    assert_int_equal(channel_renew(c.client.ch), UA_GOOD);
    carry(&c.client, &c.server, 4096);
    struct buf response = c.server.out;
    buf_init(&c.server.out, 1 << 20);
    assert_int_equal(send_length(&c.server, 3, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.server), 2);

    assert_int_equal(send_length(&c.client, 4, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.client), 2);
    carry(&c.client, &c.server, 4096);
    assert_int_equal(c.server.messages, 1);

    channel_receive(c.client.ch, buf_slice(&response));
    buf_clear(&response);
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.messages, 1);
    assert_int_equal(send_length(&c.client, 5, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.client), 3);
    converse(&c, 4096);
    assert_int_equal(c.server.messages, 2);
    assert_int_equal(c.server.ended + c.client.ended, 0);
}

static void the_server_passes_to_the_new_token_when_the_old_one_ends(void **state)
{
    (void)state;
    pass_time(&c, LIFETIME_MS / 4 * 3);
    converse(&c, 4096);
    pass_time(&c, LIFETIME_MS / 2);
    assert_int_equal(c.server.ended, 0);
    assert_int_equal(send_length(&c.server, 5, 1), UA_GOOD);
    assert_int_equal(token_sent(&c.server), 2);
}

static void a_client_that_does_not_renew_is_let_go(void **state)
{
    (void)state;
    pass_time(&c, LIFETIME_MS / 4 * 5 - 1);
    c.client.out.len = 0; /* its renewal is lost */
    assert_int_equal(c.server.ended, 0);
    assert_int_equal(send_length(&c.client, 5, 1), UA_GOOD);
    pass_time(&c, 1);
    assert_int_equal(c.server.ended, 1);
    assert_error_sent(&c.server, UA_BAD_SECURE_CHANNEL_CLOSED);
}

static void a_server_that_does_not_answer_is_left(void **state)
{
    (void)state;
    pass_time(&c, LIFETIME_MS / 4 * 3);
    assert_int_equal(c.client.ended, 0);
    pass_time(&c, LIFETIME_MS / 2);
    assert_int_equal(c.client.status, UA_BAD_TIMEOUT);
}

static void only_an_open_client_renews(void **state)
{
    (void)state;
    assert_int_equal(channel_renew(c.server.ch), UA_BAD_INVALID_STATE);
    channel_close(c.client.ch);
    assert_int_equal(channel_renew(c.client.ch), UA_BAD_INVALID_STATE);
}

#define CHANNEL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL_TEST(the_client_renews_at_three_quarters),
        CHANNEL_TEST(renewed_again_and_again),
        CHANNEL_TEST(the_server_keeps_the_old_token_until_the_new_one_is_used),
        CHANNEL_TEST(the_old_token_is_over_once_the_new_one_is_used),
        CHANNEL_TEST(renewed_twice_without_a_message_in_between),
        CHANNEL_TEST(the_server_passes_to_the_new_token_when_the_old_one_ends),
        CHANNEL_TEST(a_client_that_does_not_renew_is_let_go),
        CHANNEL_TEST(a_server_that_does_not_answer_is_left),
        CHANNEL_TEST(only_an_open_client_renews),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
