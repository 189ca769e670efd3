/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include "wire/messages_gen.h"

static struct conversation c;

static int set_up(void **state)
{
    (void)state;
    conversation_init(&c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    conversation_clear(&c);
    return 0;
}

#define URL    "opc.tcp://h:4840"
#define POLICY "http://opcfoundation.org/UA/SecurityPolicy#None"

/* 2024-01-01 as DateTime */
#define NOW "\x00\xc0\x89\x76\x45\x3c\xda\x01"

#define NULL_STRING "\xff\xff\xff\xff"

/* clang-format off */
static const char hel[] =
    "HELF\x30\0\0\0"
    "\0\0\0\0"                      /* version */
    "\0\0\x01\0" "\0\0\x01\0"       /* receive and send buffer */
    "\0\0\x40\0" "\0\x04\0\0"       /* largest message, most chunks */
    "\x10\0\0\0" URL;

static const char ack[] =
    "ACKF\x1c\0\0\0"
    "\0\0\0\0"
    "\0\0\x01\0" "\0\0\x01\0"
    "\0\0\0\0" "\0\0\0\0";

static const char opn_request[] =
    "OPNF\x84\0\0\0"
    "\0\0\0\0"                      /* no channel yet */
    "\x2f\0\0\0" POLICY
    NULL_STRING NULL_STRING         /* certificate, thumbprint */
    "\x01\0\0\0" "\x01\0\0\0"       /* sequence, request */
    "\x01\x00\xbe\x01"              /* OpenSecureChannelRequest, its header */
    "\0\0" NOW "\x01\0\0\0" "\0\0\0\0" NULL_STRING "\0\0\0\0" "\0\0\0"
    "\0\0\0\0"                      /* version */
    "\0\0\0\0"                      /* issue */
    "\x01\0\0\0"                    /* mode None */
    NULL_STRING                     /* nonce */
    "\xc0\x27\x09\0";               /* 600000 ms */

static const char opn_response[] =
    "OPNF\x87\0\0\0"
    "\x4d\0\0\0"
    "\x2f\0\0\0" POLICY
    NULL_STRING NULL_STRING
    "\x01\0\0\0" "\x01\0\0\0"
    "\x01\x00\xc1\x01"              /* OpenSecureChannelResponse, its header */
    NOW "\x01\0\0\0" "\0\0\0\0" "\0" "\0\0\0\0" "\0\0\0"
    "\0\0\0\0"                      /* version */
    "\x4d\0\0\0" "\x01\0\0\0" NOW "\xc0\x27\x09\0" /* channel, token, creation, lifetime */
    NULL_STRING;                    /* nonce */
/* clang-format on */

static void assert_sent(const struct end *e, const char *bytes, size_t len)
{
    assert_int_equal(e->out.len, len);
    assert_memory_equal(e->out.data, bytes, len);
}

static void every_byte_of_the_handshake(void **state)
{
    (void)state;
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.client.ch, slice_of(URL)), UA_GOOD);
    assert_sent(&c.client, hel, sizeof hel - 1);
    carry(&c.client, &c.server, 4096);
    assert_sent(&c.server, ack, sizeof ack - 1);
    carry(&c.server, &c.client, 4096);
    assert_sent(&c.client, opn_request, sizeof opn_request - 1);
    assert_int_equal(c.server.opened, 0);
    carry(&c.client, &c.server, 4096);
    assert_sent(&c.server, opn_response, sizeof opn_response - 1);
    assert_int_equal(c.server.opened, 1);
    assert_int_equal(c.client.opened, 0);
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.opened, 1);
    assert_int_equal(c.client.out.len, 0);
}

static void what_was_settled_can_be_asked(void **state)
{
    (void)state;
    conversation_open(&c);
    assert_true(channel_is_open(c.server.ch));
    assert_true(slice_is(channel_endpoint_url(c.server.ch), URL));
    assert_int_equal(channel_id(c.server.ch), SERVER_CHANNEL_ID);
    assert_int_equal(channel_id(c.client.ch), SERVER_CHANNEL_ID);
    assert_ptr_equal(channel_policy(c.server.ch), &security_policy_none);
    assert_int_equal(channel_security_mode(c.server.ch), UA_MESSAGE_SECURITY_MODE_NONE);
    assert_int_equal(channel_token_lifetime_ms(c.server.ch), 600000);
    assert_int_equal(channel_token_lifetime_ms(c.client.ch), 600000);
    assert_int_equal(channel_max_body(c.server.ch), 4 * 1024 * 1024);
}

static void lifetimes_are_revised(void **state)
{
    (void)state;
    c.client_config.token_lifetime_ms = 1;
    conversation_open(&c);
    assert_int_equal(channel_token_lifetime_ms(c.client.ch), 10000);
    conversation_clear(&c);
    conversation_init(&c);
    c.client_config.token_lifetime_ms = UINT32_MAX;
    conversation_open(&c);
    assert_int_equal(channel_token_lifetime_ms(c.client.ch), 3600000);
}

static void buffers_are_the_smaller_of_both(void **state)
{
    (void)state;
    c.client_config.limits.receive_buffer = 8192;
    c.client_config.limits.send_buffer = 1 << 20;
    c.server_config.limits.send_buffer = 1 << 20;
    c.server_config.limits.receive_buffer = 10000;
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.client.ch, slice_of(URL)), UA_GOOD);
    carry(&c.client, &c.server, 4096);
    struct hello h;
    assert_int_equal(acknowledge_read((struct slice){c.server.out.data + 8, c.server.out.len - 8}, &h), 0);
    assert_int_equal(h.receive_buffer, 10000);
    assert_int_equal(h.send_buffer, 8192);
    converse(&c, 4096);
    assert_int_equal(send_length(&c.client, 2, 20000), UA_GOOD);
    assert_int_equal(frame_header_read(c.client.out.data).size, 10000);
    assert_int_equal(send_length(&c.server, 2, 20000), UA_GOOD);
    assert_int_equal(frame_header_read(c.server.out.data).size, 8192);
    converse(&c, 1 << 16);
    assert_int_equal(c.server.messages, 1);
    assert_int_equal(c.client.messages, 1);
}

static void one_byte_at_a_time(void **state)
{
    (void)state;
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.client.ch, slice_of(URL)), UA_GOOD);
    converse(&c, 1);
    assert_int_equal(c.client.opened, 1);
    assert_int_equal(send_length(&c.client, 9, 150000), UA_GOOD);
    converse(&c, 1);
    assert_int_equal(c.server.messages, 1);
    assert_int_equal(c.server.request_id, 9);
    struct rope expected = rope_of_length(150000);
    assert_true(slice_equal(buf_slice(&c.server.body), buf_slice(&expected.own)));
    rope_clear(&expected);
}

static void a_slow_handshake_ends(void **state)
{
    (void)state;
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.client.ch, slice_of(URL)), UA_GOOD);
    carry(&c.client, &c.server, 4096);
    carry(&c.server, &c.client, 4096);
    pass_time(&c, 4999);
    assert_int_equal(c.server.ended + c.client.ended, 0);
    pass_time(&c, 1);
    assert_int_equal(c.server.status, UA_BAD_TIMEOUT);
    assert_int_equal(c.client.status, UA_BAD_TIMEOUT);
    assert_error_sent(&c.server, UA_BAD_TIMEOUT);
}

static void an_open_channel_outlives_the_handshake(void **state)
{
    (void)state;
    conversation_open(&c);
    pass_time(&c, 100000);
    assert_int_equal(c.server.ended + c.client.ended, 0);
}

static void the_client_says_goodbye(void **state)
{
    (void)state;
    conversation_open(&c);
    channel_close(c.client.ch);
    assert_memory_equal(c.client.out.data, "CLOF", 4);
    converse(&c, 4096);
    assert_int_equal(c.server.ended, 1);
    assert_int_equal(c.server.status, UA_GOOD);
    assert_int_equal(c.client.ended, 0);
    assert_false(channel_is_open(c.client.ch));
    assert_int_equal(send_length(&c.client, 5, 1), UA_BAD_SECURE_CHANNEL_CLOSED);
    assert_int_equal(send_length(&c.server, 5, 1), UA_BAD_SECURE_CHANNEL_CLOSED);
}

static void the_server_says_why_it_refuses(void **state)
{
    (void)state;
    conversation_open(&c);
    channel_reject(c.server.ch, UA_BAD_TCP_SERVER_TOO_BUSY, "1200 connections are open");
    channel_reject(c.server.ch, UA_BAD_TCP_SERVER_TOO_BUSY, "said once");
    converse(&c, 4096);
    assert_int_equal(c.server.ended, 0);
    assert_int_equal(c.client.ended, 1);
    assert_int_equal(c.client.status, UA_BAD_TCP_SERVER_TOO_BUSY);
    assert_string_equal(c.client.reason, "the server says Bad_TcpServerTooBusy: 1200 connections are open");
}

static void connecting_is_for_clients_that_have_not(void **state)
{
    (void)state;
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.server.ch, slice_of(URL)), UA_BAD_INVALID_STATE);
    char url[4098];
    memset(url, 'x', sizeof url);
    url[4097] = 0;
    assert_int_equal(channel_connect(c.client.ch, slice_of(url)), UA_BAD_TCP_ENDPOINT_URL_INVALID);
    url[4096] = 0;
    assert_int_equal(channel_connect(c.client.ch, slice_of(url)), UA_GOOD);
    assert_int_equal(channel_connect(c.client.ch, slice_of(url)), UA_BAD_INVALID_STATE);
    converse(&c, 4096);
    assert_int_equal(c.server.opened, 1);
    assert_int_equal(channel_endpoint_url(c.server.ch).len, 4096);
}

#define CHANNEL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL_TEST(every_byte_of_the_handshake),
        CHANNEL_TEST(what_was_settled_can_be_asked),
        CHANNEL_TEST(lifetimes_are_revised),
        CHANNEL_TEST(buffers_are_the_smaller_of_both),
        CHANNEL_TEST(one_byte_at_a_time),
        CHANNEL_TEST(a_slow_handshake_ends),
        CHANNEL_TEST(an_open_channel_outlives_the_handshake),
        CHANNEL_TEST(the_client_says_goodbye),
        CHANNEL_TEST(the_server_says_why_it_refuses),
        CHANNEL_TEST(connecting_is_for_clients_that_have_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
