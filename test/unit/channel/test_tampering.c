/* SPDX-License-Identifier: Apache-2.0
 * Secured chunks that are not what their sender sealed: whatever is wrong, the peer gets the same bytes. */
#include "secured.h"

static struct secured s;
static struct buf answer; /* to a wrong signature: the measure of the others */

/* The same in another order of tests, so that each can run alone. */
static void keep_answer(void)
{
    secured_init(&s, &all_offers[1]);
    conversation_open(&s.c);
    assert_int_equal(send_length(&s.c.client, 1, 100), UA_GOOD);
    s.c.client.out.data[s.c.client.out.len - 1] ^= 1;
    carry(&s.c.client, &s.c.server, 100000);
    assert_error_sent(&s.c.server, UA_BAD_SECURITY_CHECKS_FAILED);
    buf_init(&answer, 1000);
    assert_int_equal(buf_append(&answer, s.c.server.out.data, s.c.server.out.len), 0);
    secured_clear(&s);
}

static int set_up_all(void **state)
{
    (void)state;
    keep_answer();
    return 0;
}

static int tear_down_all(void **state)
{
    (void)state;
    buf_clear(&answer);
    secured_forget_identities(&s);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    secured_init(&s, &all_offers[1]);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    secured_clear(&s);
    return 0;
}

static void begin_anew(const struct channel_offer *offer)
{
    secured_clear(&s);
    secured_init(&s, offer);
}

/* What waits goes to the server, which ends with the one answer and has passed nothing on. */
static void assert_refused_alike(size_t messages)
{
    carry(&s.c.client, &s.c.server, 100000);
    assert_int_equal(s.c.server.ended, 1);
    assert_int_equal(s.c.server.status, UA_BAD_SECURITY_CHECKS_FAILED);
    assert_true(strlen(s.c.server.reason) > 0);
    assert_int_equal(s.c.server.messages, messages);
    assert_int_equal(s.c.server.out.len, answer.len);
    assert_memory_equal(s.c.server.out.data, answer.data, answer.len);
}

/* ---- chunks of messages ---- */

static void a_bit_anywhere_in_a_chunk(void **state)
{
    (void)state;
    for (size_t offer = 0; offer < ARRAY_LEN(all_offers); offer++) {
        size_t size = CHUNK_HEADERS_SIZE + 24 + 32; /* grows by padding to 16 + 80 when encrypted */
        for (size_t at = CHUNK_CLEAR_SIZE; at < size; at += 5) {
            begin_anew(&all_offers[offer]);
            conversation_open(&s.c);
            assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
            s.c.client.out.data[at] ^= 0x20;
            assert_refused_alike(0);
        }
    }
}

static void a_bit_in_the_clear_part(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        ua_status status;
    } cases[] = {
        {0, UA_BAD_TCP_MESSAGE_TYPE_INVALID},
        {3, UA_BAD_SECURITY_CHECKS_FAILED}, /* F for another letter: signed too */
        {8, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN},
        {12, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin_anew(&all_offers[1]);
        conversation_open(&s.c);
        assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
        s.c.client.out.data[cases[i].at] ^= 0x20;
        carry(&s.c.client, &s.c.server, 100000);
        assert_int_equal(s.c.server.status, cases[i].status);
        assert_int_equal(s.c.server.messages, 0);
    }
}

static void chunks_that_were_cut(void **state)
{
    (void)state;
    for (size_t offer = 0; offer < 2; offer++) {
        for (size_t size = CHUNK_HEADERS_SIZE; size < 96; size += 7) {
            begin_anew(&all_offers[offer]);
            conversation_open(&s.c);
            assert_int_equal(send_length(&s.c.client, 1, 60), UA_GOOD);
            s.c.client.out.data[4] = (uint8_t)size;
            s.c.client.out.len = size;
            assert_refused_alike(0);
        }
    }
}

static void a_chunk_sent_twice(void **state)
{
    (void)state;
    for (size_t offer = 0; offer < ARRAY_LEN(all_offers); offer++) {
        begin_anew(&all_offers[offer]);
        conversation_open(&s.c);
        assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
        size_t n = s.c.client.out.len;
        assert_int_equal(buf_reserve(&s.c.client.out, n), 0);
        assert_int_equal(buf_append(&s.c.client.out, s.c.client.out.data, n), 0);
        assert_refused_alike(1);
    }
}

static void a_chunk_of_another_channel(void **state)
{
    (void)state;
    struct secured other = {0};
    secured_init(&other, &all_offers[1]);
    conversation_open(&other.c);
    conversation_open(&s.c);
    assert_int_equal(send_length(&other.c.client, 1, 24), UA_GOOD);
    assert_int_equal(buf_append(&s.c.client.out, other.c.client.out.data, other.c.client.out.len), 0);
    assert_refused_alike(0);
    secured_clear(&other);
    secured_forget_identities(&other);
}

/* What the server itself sends comes back. */
static void a_chunk_reflected(void **state)
{
    (void)state;
    conversation_open(&s.c);
    assert_int_equal(send_length(&s.c.server, 1, 24), UA_GOOD);
    assert_int_equal(buf_append(&s.c.client.out, s.c.server.out.data, s.c.server.out.len), 0);
    s.c.server.out.len = 0;
    assert_refused_alike(0);
}

static void a_chunk_in_clear(void **state)
{
    (void)state;
    for (size_t offer = 0; offer < 2; offer++) {
        begin_anew(&all_offers[offer]);
        conversation_open(&s.c);
        forge(&s.c.client.out,
              &(struct forged){"MSGF", SERVER_CHANNEL_ID, 1, 2, 5, "a body of some length, no seal"});
        assert_refused_alike(0);
    }
}

static void a_signed_chunk_where_encryption_was_agreed(void **state)
{
    (void)state;
    conversation_open(&s.c);
    s.c.client.ch->mode = UA_MESSAGE_SECURITY_MODE_SIGN;
    assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
    assert_refused_alike(0);
}

/* Signed well over padding that is wrong: as good as signed badly. */
static void wrong_padding(void **state)
{
    (void)state;
    static const uint8_t ends[][2] = {{7, 1}, {7, 40}, {7, 255}, {2, 3}};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        uint8_t plain[CHUNK_CLEAR_SIZE + 16], with_signature[sizeof plain + 32], sealed[256];
        begin_anew(&all_offers[1]);
        conversation_open(&s.c);
        const struct key_set *keys = &s.c.client.ch->token.send_keys;
        memset(plain, 9, sizeof plain);
        put_chunk_headers(s.c.client.ch, plain, "MSG", true, sizeof with_signature, 1);
        memcpy(plain + sizeof plain - 2, ends[i], 2);
        struct slice part = {plain, sizeof plain};
        struct seal_job sign = {keys, {CHUNK_CLEAR_SIZE, false}, &part, 1, with_signature, NULL};
        assert_int_equal(symmetric_seal(&sign, 1), 0);
        /* CBC: the first blocks of a longer chunk are those of the shorter one. */
        struct slice whole = {with_signature, sizeof with_signature};
        struct seal_job encrypt = {keys, {CHUNK_CLEAR_SIZE, true}, &whole, 1, sealed, NULL};
        assert_int_equal(symmetric_seal(&encrypt, 1), 0);
        assert_int_equal(buf_append(&s.c.client.out, sealed, sizeof with_signature), 0);
        assert_refused_alike(0);
    }
}

static void old_tokens(void **state)
{
    (void)state;
    conversation_open(&s.c);
    assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
    struct buf old = s.c.client.out; /* held back until after the renewal */
    buf_init(&s.c.client.out, old.max);
    s.c.client.ch->sent_sequence--;
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    converse(&s.c, 100000);
    assert_int_equal(send_length(&s.c.client, 1, 24), UA_GOOD);
    converse(&s.c, 100000);
    assert_int_equal(s.c.server.messages, 1);
    assert_int_equal(buf_append(&s.c.client.out, old.data, old.len), 0);
    carry(&s.c.client, &s.c.server, 100000);
    assert_int_equal(s.c.server.status, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN);
    assert_int_equal(s.c.server.messages, 1);
    buf_clear(&old);
}

/* Nobody without the keys makes the server pass on to the next token. */
static void a_forged_use_of_the_next_token(void **state)
{
    (void)state;
    conversation_open(&s.c);
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    carry(&s.c.client, &s.c.server, 100000);
    uint32_t before = s.c.server.ch->token.id;
    s.c.server.out.len = 0;
    forge(&s.c.client.out,
          &(struct forged){"MSGF", SERVER_CHANNEL_ID, 2, 3, 5, "a body of some length, no seal"});
    assert_refused_alike(0);
    assert_int_equal(s.c.server.ch->token.id, before);
}

static void responses_are_checked_too(void **state)
{
    (void)state;
    conversation_open(&s.c);
    assert_int_equal(send_length(&s.c.server, 1, 24), UA_GOOD);
    s.c.server.out.data[40] ^= 1;
    carry(&s.c.server, &s.c.client, 100000);
    assert_int_equal(s.c.client.status, UA_BAD_SECURITY_CHECKS_FAILED);
    assert_int_equal(s.c.client.messages, 0);
}

/* ---- OPN ---- */

static void a_bit_in_the_encrypted_part_of_opn(void **state)
{
    (void)state;
    for (size_t offer = 1; offer < ARRAY_LEN(all_offers); offer += 2) {
        for (size_t back = 1; back <= 512; back += 73) {
            begin_anew(&all_offers[offer]);
            secured_connect(&s);
            s.c.client.out.data[s.c.client.out.len - back] ^= 1;
            assert_refused_alike(0);
            assert_int_equal(verdicts, 1); /* the client's only: no stranger reaches the judge */
        }
    }
}

static size_t offset_in(const struct buf *b, struct slice part)
{
    const uint8_t *at = memmem(b->data, b->len, part.data, part.len);
    assert_non_null(at);
    return (size_t)(at - b->data);
}

static void certificates_in_opn(void **state)
{
    (void)state;
    struct slice own = s.server->certificate->der, sender = s.client->certificate->der;
    struct slice thumbprint = {s.server->certificate->thumbprint, THUMBPRINT_SIZE};
    assert_true(own.len > 0);
    secured_connect(&s);
    s.c.client.out.data[offset_in(&s.c.client.out, thumbprint) + 7] ^= 1;
    assert_refused_alike(0);
    for (size_t at = 0; at < sender.len; at += 61) {
        begin_anew(&all_offers[3]);
        secured_connect(&s);
        s.c.client.out.data[offset_in(&s.c.client.out, sender) + at] ^= 1;
        assert_refused_alike(0);
    }
}

static void clients_that_are_not_trusted(void **state)
{
    (void)state;
    static const ua_status statuses[] = {UA_BAD_CERTIFICATE_UNTRUSTED, UA_BAD_CERTIFICATE_TIME_INVALID,
                                         UA_BAD_CERTIFICATE_REVOKED};
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        begin_anew(&all_offers[1]);
        secured_connect(&s);
        verdict = statuses[i];
        assert_refused_alike(0);
        assert_string_equal(s.c.server.reason, "the judge said so");
        assert_true(certificate_equal(&judged, s.client->certificate));
    }
}

static void opn_that_was_cut(void **state)
{
    (void)state;
    secured_connect(&s);
    size_t whole = s.c.client.out.len;
    for (size_t n = FRAME_HEADER_SIZE + 1; n < whole; n += 97) {
        begin_anew(&all_offers[1]);
        secured_connect(&s);
        s.c.client.out.data[4] = (uint8_t)n;
        s.c.client.out.data[5] = (uint8_t)(n >> 8);
        s.c.client.out.len = n;
        carry(&s.c.client, &s.c.server, 100000);
        assert_int_equal(s.c.server.ended, 1);
        assert_int_equal(s.c.server.opened, 0);
    }
}

static void an_opn_without_certificates(void **state)
{
    (void)state;
    struct rope r;
    struct writer w;
    secured_connect(&s);
    s.c.client.out.len = 0;
    rope_init(&r, 10000);
    writer_init(&w, &r);
    frame_begin(&w, "OPNF");
    asymmetric_header_write(
        &w, &(struct asymmetric_header){.policy_uri = slice_of(security_policy_basic256sha256.uri)});
    write_bytes(&w, "no more than this", 17);
    frame_end(&w);
    assert_int_equal(buf_append(&s.c.client.out, r.own.data, r.own.len), 0);
    rope_clear(&r);
    assert_refused_alike(0);
}

/* Sealed well, but with a nonce of another length than the policy's. */
static void send_nonce(struct channel *ch, size_t n)
{
    static const uint8_t zeroes[100];
    struct ua_open_secure_channel_request request = {
        .security_mode = (int32_t)ch->mode, .client_nonce = {zeroes, n}, .requested_lifetime = 60000};
    struct ua_nodeid type = ua_nodeid_numeric(0, ua_open_secure_channel_request_structure.encoding_id);
    struct asymmetric_header header = our_open_header(ch);
    struct rope r;
    struct writer w;
    rope_init(&r, 8192);
    writer_init(&w, &r);
    frame_begin(&w, "OPNF");
    asymmetric_header_write(&w, &header);
    size_t clear = r.len;
    sequence_header_write(&w, &(struct sequence_header){1, 1});
    write_nodeid(&w, &type);
    ua_open_secure_channel_request_write(&w, &request);
    seal_open(ch, &w, clear);
    assert_int_equal(send_frame(ch, &w), UA_GOOD);
}

static void nonces_of_another_length(void **state)
{
    (void)state;
    static const size_t lengths[] = {0, 16, 31, 32, 33, 64};
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        begin_anew(&all_offers[4]);
        secured_connect(&s);
        s.c.client.out.len = 0;
        send_nonce(s.c.client.ch, lengths[i]);
        carry(&s.c.client, &s.c.server, 100000);
        assert_int_equal(s.c.server.opened, lengths[i] == SUITE_NONCE_SIZE);
        assert_int_equal(s.c.server.status, lengths[i] == SUITE_NONCE_SIZE ? UA_GOOD : UA_BAD_NONCE_INVALID);
    }
}

static void a_request_for_another_server(void **state)
{
    (void)state;
    s.server_security.own = s.longer;
    secured_connect(&s);
    assert_refused_alike(0);
}

static void a_tampered_response_to_opn(void **state)
{
    (void)state;
    secured_connect(&s);
    carry(&s.c.client, &s.c.server, 100000);
    assert_int_equal(s.c.server.opened, 1);
    s.c.server.out.data[s.c.server.out.len - 5] ^= 1;
    carry(&s.c.server, &s.c.client, 100000);
    assert_int_equal(s.c.client.opened, 0);
    assert_int_equal(s.c.client.status, UA_BAD_SECURITY_CHECKS_FAILED);
}

#define TAMPERING_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TAMPERING_TEST(a_bit_anywhere_in_a_chunk),
        TAMPERING_TEST(a_bit_in_the_clear_part),
        TAMPERING_TEST(chunks_that_were_cut),
        TAMPERING_TEST(a_chunk_sent_twice),
        TAMPERING_TEST(a_chunk_of_another_channel),
        TAMPERING_TEST(a_chunk_reflected),
        TAMPERING_TEST(a_chunk_in_clear),
        TAMPERING_TEST(a_signed_chunk_where_encryption_was_agreed),
        TAMPERING_TEST(wrong_padding),
        TAMPERING_TEST(old_tokens),
        TAMPERING_TEST(a_forged_use_of_the_next_token),
        TAMPERING_TEST(responses_are_checked_too),
        TAMPERING_TEST(a_bit_in_the_encrypted_part_of_opn),
        TAMPERING_TEST(certificates_in_opn),
        TAMPERING_TEST(clients_that_are_not_trusted),
        TAMPERING_TEST(opn_that_was_cut),
        TAMPERING_TEST(an_opn_without_certificates),
        TAMPERING_TEST(nonces_of_another_length),
        TAMPERING_TEST(a_request_for_another_server),
        TAMPERING_TEST(a_tampered_response_to_opn),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
