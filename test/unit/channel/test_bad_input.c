/* SPDX-License-Identifier: Apache-2.0
 * What strangers send: each of it ends the conversation with the right word, and nothing else happens. */
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

static void give(struct end *e, const void *bytes, size_t len)
{
    channel_receive(e->ch, (struct slice){bytes, len});
}

/* The server has said so, is over, and takes nothing more. */
static void assert_refused(ua_status status)
{
    assert_int_equal(c.server.ended, 1);
    assert_int_equal(c.server.status, status);
    assert_true(strlen(c.server.reason) > 0);
    assert_error_sent(&c.server, status);
    size_t said = c.server.out.len;
    give(&c.server, "HELF\x20\0\0\0", 8);
    assert_int_equal(c.server.ended, 1);
    assert_int_equal(c.server.out.len, said);
    assert_int_equal(c.server.messages, 0);
}

/* ---- before HEL ---- */

static void garbage_before_hel(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        ua_status status;
    } cases[] = {
        {"GET / HTTP/1.1\r\n", 16, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"\x16\x03\x01\x02\0\x01\0\x01\xfc", 9, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"\0\0\0\0\0\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"ACKF\x1c\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"ERRF\x10\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"RHEF\x40\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"OPNF\x80\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"MSGF\x80\0\0\0", 8, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {"CLOF\x80\0\0\0", 8, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {"HELF\0\0\0\0", 8, UA_BAD_DECODING_ERROR},
        {"HELF\x07\0\0\0", 8, UA_BAD_DECODING_ERROR},
        {"HELF\x08\0\0\0", 8, UA_BAD_DECODING_ERROR},
        {"HELF\x09\0\0\0x", 9, UA_BAD_DECODING_ERROR},
        {"HELF\x01\x20\0\0", 8, UA_BAD_TCP_MESSAGE_TOO_LARGE}, /* 8193 */
        {"HELF\0\0\0\x80", 8, UA_BAD_TCP_MESSAGE_TOO_LARGE},
        {"HELF\xff\xff\xff\xff", 8, UA_BAD_TCP_MESSAGE_TOO_LARGE},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t first = 1; first <= cases[i].len; first += 6) {
            assert_true(conversation_begin(&c));
            give(&c.server, cases[i].bytes, first);
            give(&c.server, cases[i].bytes + first, cases[i].len - first);
            assert_refused(cases[i].status);
            conversation_clear(&c);
            conversation_init(&c);
        }
    }
}

static void hello_of(const struct hello *h)
{
    struct rope r;
    struct writer w;
    rope_init(&r, 10000);
    writer_init(&w, &r);
    hello_write(&w, h);
    assert_int_equal(w.status, UA_GOOD);
    assert_true(conversation_begin(&c));
    give(&c.server, r.own.data, r.own.len);
    rope_clear(&r);
}

static void unusable_hel(void **state)
{
    (void)state;
    char url[4098];
    memset(url, 'x', sizeof url);
    url[4097] = 0;
    const struct {
        struct hello hello;
        ua_status status;
    } cases[] = {
        {{0, 8191, 65536, 0, 0, {0}}, UA_BAD_TCP_NOT_ENOUGH_RESOURCES},
        {{0, 65536, 8191, 0, 0, {0}}, UA_BAD_TCP_NOT_ENOUGH_RESOURCES},
        {{0, 0, 0, 0, 0, {0}}, UA_BAD_TCP_NOT_ENOUGH_RESOURCES},
        {{0, 8192, 8192, 0, 0, slice_of(url)}, UA_BAD_TCP_ENDPOINT_URL_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        hello_of(&cases[i].hello);
        assert_refused(cases[i].status);
        conversation_clear(&c);
        conversation_init(&c);
    }
    /* The least, and a version of the future. */
    hello_of(&(struct hello){7, 8192, 8192, 0, 0, {0}});
    assert_int_equal(c.server.ended, 0);
    assert_memory_equal(c.server.out.data, "ACKF\x1c\0\0\0\0\0\0\0", 12);
}

static void a_url_that_claims_more_than_there_is(void **state)
{
    (void)state;
    static const char hel[] = "HELF\x20\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\0\0\0\0\0\0\xff\xff\xff\x7f";
    assert_true(conversation_begin(&c));
    give(&c.server, hel, 32);
    assert_refused(UA_BAD_DECODING_ERROR);
}

/* ---- before OPN ---- */

static void connect_transport(void)
{
    assert_true(conversation_begin(&c));
    assert_int_equal(channel_connect(c.client.ch, slice_of("u")), UA_GOOD);
    carry(&c.client, &c.server, 4096);
    carry(&c.server, &c.client, 4096);
}

static void messages_before_opn(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        ua_status status;
    } cases[] = {
        {"MSGF", UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {"CLOF", UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {"HELF", UA_BAD_TCP_MESSAGE_TYPE_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        connect_transport();
        give(&c.server, cases[i].header, 4);
        give(&c.server, "\x20\0\0\0", 4);
        assert_refused(cases[i].status);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

/* One byte of the client's good OPN is another one; 0x84 bytes as test_handshake.c shows them. */
static void opn_with_one_byte_wrong(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
        ua_status status;
    } cases[] = {
        {3, 'C', UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {3, 'A', UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {8, 1, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {12, 0xff, UA_BAD_DECODING_ERROR}, /* length of the policy */
        {62, 'X', UA_BAD_SECURITY_POLICY_REJECTED},
        {72, 0xff, UA_BAD_SECURITY_CHECKS_FAILED}, /* sequence 65281 */
        {81, 0xbf, UA_BAD_DECODING_ERROR},         /* another request */
        {116, 2, UA_BAD_REQUEST_TYPE_INVALID},
        {116, 1, UA_BAD_REQUEST_TYPE_INVALID}, /* renews what is not there */
        {120, 0, UA_BAD_SECURITY_MODE_REJECTED},
        {120, 2, UA_BAD_SECURITY_MODE_REJECTED},
        {120, 3, UA_BAD_SECURITY_MODE_REJECTED},
        {120, 4, UA_BAD_SECURITY_MODE_REJECTED},
        {123, 0xff, UA_BAD_SECURITY_MODE_REJECTED},
        {127, 0x7f, UA_BAD_DECODING_ERROR}, /* length of the nonce */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        connect_transport();
        assert_int_equal(c.client.out.len, 0x84);
        c.client.out.data[cases[i].at] = cases[i].value;
        carry(&c.client, &c.server, 4096);
        assert_refused(cases[i].status);
        assert_int_equal(c.server.opened, 0);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void opn_cut_short(void **state)
{
    (void)state;
    for (uint8_t len = 9; len < 0x84; len++) {
        connect_transport();
        c.client.out.data[4] = len;
        c.client.out.len = len;
        carry(&c.client, &c.server, 4096);
        assert_int_equal(c.server.ended, 1);
        assert_int_equal(c.server.opened, 0);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

/* ---- on an open channel; the client has sent sequence number 1 and has token 1 ---- */

static void bad_chunks(void **state)
{
    (void)state;
    static const struct {
        struct forged chunks[3];
        ua_status status;
    } cases[] = {
        {{{"MSGF", 78, 1, 2, 5, "x"}}, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {{{"MSGF", 0, 1, 2, 5, "x"}}, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {{{"MSGF", 77, 2, 2, 5, "x"}}, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN},
        {{{"MSGF", 77, 0, 2, 5, "x"}}, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN},
        {{{"MSGF", 77, 1, 1, 5, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGF", 77, 1, 3, 5, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGF", 77, 1, 0, 5, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGX", 77, 1, 2, 5, "x"}}, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {{{"ERRF", 77, 1, 2, 5, "x"}}, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {{{"HELF", 77, 1, 2, 5, "x"}}, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {{{"MSGC", 77, 1, 2, 5, "x"}, {"MSGF", 77, 1, 3, 6, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGC", 77, 1, 2, 5, "x"}, {"MSGA", 77, 1, 3, 6, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGC", 77, 1, 2, 5, "x"}, {"MSGC", 77, 1, 4, 5, "x"}}, UA_BAD_SECURITY_CHECKS_FAILED},
        {{{"MSGC", 77, 1, 2, 5, "x"}, {"MSGA", 77, 1, 3, 5, "abc"}}, UA_BAD_DECODING_ERROR},
        {{{"CLOF", 77, 2, 2, 5, "x"}}, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN},
        {{{"CLOF", 76, 1, 2, 5, "x"}}, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        conversation_open(&c);
        for (size_t k = 0; k < 3 && cases[i].chunks[k].body; k++)
            forge(&c.client.out, &cases[i].chunks[k]);
        carry(&c.client, &c.server, 4096);
        assert_refused(cases[i].status);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void headers_cut_short(void **state)
{
    (void)state;
    for (uint8_t len = 9; len < 24; len++) {
        conversation_open(&c);
        forge(&c.client.out, &(struct forged){"MSGF", 77, 1, 2, 5, ""});
        c.client.out.data[4] = len;
        c.client.out.len = len;
        carry(&c.client, &c.server, 4096);
        assert_refused(UA_BAD_DECODING_ERROR);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void security_failures_tell_the_peer_nothing(void **state)
{
    (void)state;
    conversation_open(&c);
    forge(&c.client.out, &(struct forged){"MSGF", 77, 1, 9, 5, "x"});
    carry(&c.client, &c.server, 4096);
    assert_non_null(strstr(c.server.reason, "sequence number 9"));
    assert_int_equal(c.server.out.len, 16);
    carry(&c.server, &c.client, 4096);
    assert_string_equal(c.client.reason, "the server says Bad_SecurityChecksFailed: ");
}

static void a_second_channel_on_the_same_connection(void **state)
{
    (void)state;
    connect_transport();
    struct buf opn = c.client.out;
    buf_init(&c.client.out, 1 << 20);
    give(&c.server, opn.data, opn.len);
    assert_int_equal(c.server.opened, 1);
    c.server.out.len = 0;
    opn.data[71]++; /* sequence */
    opn.data[8] = SERVER_CHANNEL_ID;
    give(&c.server, opn.data, opn.len);
    buf_clear(&opn);
    assert_refused(UA_BAD_REQUEST_TYPE_INVALID);
}

static void chunks_are_not_larger_than_settled(void **state)
{
    (void)state;
    c.server_config.limits.receive_buffer = 10000;
    conversation_open(&c);
    give(&c.server, "MSGF\x10\x27\0\0", 8);
    assert_int_equal(c.server.ended, 0);
    conversation_clear(&c);
    conversation_init(&c);
    c.server_config.limits.receive_buffer = 10000;
    conversation_open(&c);
    give(&c.server, "MSGF\x11\x27\0\0", 8);
    assert_refused(UA_BAD_TCP_MESSAGE_TOO_LARGE);
}

/* ---- aborts ---- */

static void an_aborted_message_is_forgotten(void **state)
{
    (void)state;
    static const struct forged chunks[] = {
        {"MSGC", 77, 1, 2, 5, "never "},
        {"MSGC", 77, 1, 3, 5, "seen"},
        {"MSGA", 77, 1, 4, 5, "\x01\x01\xb8\x80\xff\xff\xff\xff"},
        {"MSGC", 77, 1, 5, 6, "he"},
        {"MSGC", 77, 1, 6, 6, "ll"},
        {"MSGF", 77, 1, 7, 6, "o"},
        {"MSGA", 77, 1, 8, 7, "\x01\x01\xb8\x80\xff\xff\xff\xff"},
    };
    conversation_open(&c);
    for (size_t i = 0; i < ARRAY_LEN(chunks); i++)
        forge(&c.client.out, &chunks[i]);
    carry(&c.client, &c.server, 3);
    assert_int_equal(c.server.ended, 0);
    assert_int_equal(c.server.messages, 1);
    assert_int_equal(c.server.request_id, 6);
    assert_true(slice_is(buf_slice(&c.server.body), "hello"));
    assert_int_equal(c.server.aborts, 0);
}

static void the_client_learns_of_an_aborted_response(void **state)
{
    (void)state;
    conversation_open(&c);
    forge(&c.server.out, &(struct forged){"MSGC", 77, 1, 2, 5, "half"});
    forge(&c.server.out, &(struct forged){"MSGA", 77, 1, 3, 5, "\x01\x01\xb9\x80\x02\x01\x01\x01no"});
    /* C strings hold no zeroes: give the length of "no" back its own. */
    memcpy(c.server.out.data + c.server.out.len - 6, "\x02\0\0\0", 4);
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.ended, 0);
    assert_int_equal(c.client.aborts, 1);
    assert_int_equal(c.client.request_id, 5);
    assert_int_equal(c.client.abort_status, 0x80b90101);
    assert_int_equal(c.client.messages, 0);
}

/* ---- to the client ---- */

static void what_no_server_says(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        ua_status status;
    } cases[] = {
        {"HELF\x20\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"OPNF\x20\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"CLOF\x20\0\0\0", 8, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {"ACKF\x0c\0\0\0\0\0\0\0", 12, UA_BAD_DECODING_ERROR},
        {"ACKF\x1c\0\0\0\0\0\0\0\xff\x1f\0\0\0\0\x01\0\0\0\0\0\0\0\0\0", 28, UA_BAD_TCP_NOT_ENOUGH_RESOURCES},
        {"ERRF\x0c\0\0\0\0\0\x80\x80", 12, UA_BAD_DECODING_ERROR},
        {"ERRF\x10\0\0\0\0\0\x80\x80\xff\xff\xff\xff", 16, UA_BAD_TCP_MESSAGE_TOO_LARGE},
        {"ERRF\x10\0\0\0\0\0\0\0\xff\xff\xff\xff", 16, UA_BAD_TCP_INTERNAL_ERROR},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(conversation_begin(&c));
        assert_int_equal(channel_connect(c.client.ch, slice_of("u")), UA_GOOD);
        c.client.out.len = 0;
        give(&c.client, cases[i].bytes, cases[i].len);
        assert_int_equal(c.client.ended, 1);
        assert_int_equal(c.client.status, cases[i].status);
        assert_int_equal(c.client.out.len, 0); /* clients send no ERR */
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void a_client_that_fails_says_goodbye(void **state)
{
    (void)state;
    conversation_open(&c);
    forge(&c.server.out, &(struct forged){"MSGF", 77, 1, 9, 5, "x"});
    carry(&c.server, &c.client, 4096);
    assert_int_equal(c.client.status, UA_BAD_SECURITY_CHECKS_FAILED);
    carry(&c.client, &c.server, 4096);
    assert_int_equal(c.server.ended, 1);
    assert_int_equal(c.server.status, UA_GOOD);
}

/* The server's good OPN, 0x87 bytes, with one byte changed. */
static void opn_response_with_one_byte_wrong(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
        ua_status status;
    } cases[] = {
        {8, 1, UA_BAD_SECURE_CHANNEL_ID_INVALID},
        {62, 'X', UA_BAD_SECURITY_POLICY_REJECTED},
        {72, 0xff, UA_BAD_SECURITY_CHECKS_FAILED},
        /* sequence */ {76, 2, UA_BAD_SECURITY_CHECKS_FAILED}, /* request */
        {81, 0xc2, UA_BAD_DECODING_ERROR},
        {98, 0x80, 0x80000000},          /* service result */
        {115, 0, UA_BAD_DECODING_ERROR}, /* token 0 */
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        connect_transport();
        carry(&c.client, &c.server, 4096);
        assert_int_equal(c.server.out.len, 0x87);
        c.server.out.data[cases[i].at] = cases[i].value;
        carry(&c.server, &c.client, 4096);
        assert_int_equal(c.client.ended, 1);
        assert_int_equal(c.client.status, cases[i].status);
        assert_int_equal(c.client.opened, 0);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

#define CHANNEL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL_TEST(garbage_before_hel),
        CHANNEL_TEST(unusable_hel),
        CHANNEL_TEST(a_url_that_claims_more_than_there_is),
        CHANNEL_TEST(messages_before_opn),
        CHANNEL_TEST(opn_with_one_byte_wrong),
        CHANNEL_TEST(opn_cut_short),
        CHANNEL_TEST(bad_chunks),
        CHANNEL_TEST(headers_cut_short),
        CHANNEL_TEST(security_failures_tell_the_peer_nothing),
        CHANNEL_TEST(a_second_channel_on_the_same_connection),
        CHANNEL_TEST(chunks_are_not_larger_than_settled),
        CHANNEL_TEST(an_aborted_message_is_forgotten),
        CHANNEL_TEST(the_client_learns_of_an_aborted_response),
        CHANNEL_TEST(what_no_server_says),
        CHANNEL_TEST(a_client_that_fails_says_goodbye),
        CHANNEL_TEST(opn_response_with_one_byte_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
