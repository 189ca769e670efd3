/* SPDX-License-Identifier: Apache-2.0
 * Channels of every policy and mode: they open, carry bodies of any size unharmed, and renew their keys. */
#include "secured.h"

static struct secured s;

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

static int forget(void **state)
{
    (void)state;
    secured_forget_identities(&s);
    return 0;
}

static void begin_anew(const struct channel_offer *offer)
{
    secured_clear(&s);
    secured_init(&s, offer);
}

static bool contains(const struct buf *bytes, struct slice text)
{
    return memmem(bytes->data, bytes->len, text.data, text.len);
}

static void assert_message(const struct end *e, size_t n)
{
    struct rope r = rope_of_length(n);
    assert_int_equal(e->ended, 0);
    assert_int_equal(e->body.len, n);
    if (n > 0)
        assert_memory_equal(e->body.data, r.own.data, n);
    rope_clear(&r);
}

/* A body there and another one back. */
static void exchange(size_t n)
{
    size_t requests = s.c.server.messages, responses = s.c.client.messages;
    assert_int_equal(send_length(&s.c.client, 7, n), UA_GOOD);
    converse(&s.c, 50000);
    assert_int_equal(s.c.server.messages, requests + 1);
    assert_message(&s.c.server, n);
    assert_int_equal(send_length(&s.c.server, 7, n + 1), UA_GOOD);
    converse(&s.c, 50000);
    assert_int_equal(s.c.client.messages, responses + 1);
    assert_message(&s.c.client, n + 1);
}

/* ---- opening ---- */

static void every_policy_in_every_mode(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all_offers); i++) {
        begin_anew(&all_offers[i]);
        conversation_open(&s.c);
        assert_ptr_equal(channel_policy(s.c.server.ch), all_offers[i].policy);
        assert_int_equal(channel_security_mode(s.c.server.ch), all_offers[i].mode);
        assert_true(certificate_equal(channel_peer_certificate(s.c.server.ch), s.client->certificate));
        assert_true(certificate_equal(channel_peer_certificate(s.c.client.ch), s.server->certificate));
        assert_int_equal(verdicts, 3); /* the client before and after, the server once */
        exchange(10);
        exchange(200000);
        channel_close(s.c.client.ch);
        converse(&s.c, 10);
        assert_int_equal(s.c.server.ended, 1);
        assert_int_equal(s.c.server.status, UA_GOOD);
    }
}

static void longer_keys_on_either_side(void **state)
{
    (void)state;
    for (size_t i = 1; i < ARRAY_LEN(all_offers); i += 2) {
        for (int side = 0; side < 2; side++) {
            begin_anew(&all_offers[i]);
            (side ? &s.client_security : &s.server_security)->own = s.longer;
            if (!side)
                s.client_security.server_certificate = s.longer->certificate->der;
            conversation_open(&s.c);
            exchange(5000);
        }
    }
}

static void byte_by_byte(void **state)
{
    (void)state;
    assert_true(conversation_begin(&s.c));
    assert_int_equal(channel_connect(s.c.client.ch, slice_of("u")), UA_GOOD);
    converse(&s.c, 1);
    assert_int_equal(send_length(&s.c.client, 3, 9000), UA_GOOD);
    converse(&s.c, 1);
    assert_int_equal(s.c.server.messages, 1);
    assert_message(&s.c.server, 9000);
}

static void none_beside_the_others(void **state)
{
    (void)state;
    static const struct channel_offer offers[] = {
        {&security_policy_none, UA_MESSAGE_SECURITY_MODE_NONE},
        {&security_policy_basic256sha256, UA_MESSAGE_SECURITY_MODE_SIGN}};
    s.server_security.offers = s.client_security.offers = offers;
    s.server_security.offer_count = ARRAY_LEN(offers);
    conversation_open(&s.c);
    assert_null(channel_peer_certificate(s.c.server.ch));
    assert_int_equal(verdicts, 0);
    exchange(70000);
}

static void what_is_not_offered(void **state)
{
    (void)state;
    static const struct channel_offer none = {&security_policy_none, UA_MESSAGE_SECURITY_MODE_NONE};
    static const struct {
        const struct channel_offer *offered, *asked;
        ua_status status;
    } cases[] = {
        {&all_offers[0], &none, UA_BAD_SECURITY_POLICY_REJECTED},
        {&none, &all_offers[0], UA_BAD_SECURITY_POLICY_REJECTED},
        {&all_offers[0], &all_offers[2], UA_BAD_SECURITY_POLICY_REJECTED},
        {&all_offers[0], &all_offers[1], UA_BAD_SECURITY_MODE_REJECTED},
        {&all_offers[1], &all_offers[0], UA_BAD_SECURITY_MODE_REJECTED},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin_anew(cases[i].asked);
        s.server_security.offers = cases[i].offered;
        s.server_security.offer_count = 1;
        secured_connect(&s);
        converse(&s.c, 100000);
        assert_int_equal(s.c.server.opened, 0);
        assert_int_equal(s.c.server.status, cases[i].status);
        assert_int_equal(s.c.client.status, cases[i].status);
    }
}

static void servers_that_are_not_trusted(void **state)
{
    (void)state;
    assert_true(conversation_begin(&s.c));
    verdict = UA_BAD_CERTIFICATE_UNTRUSTED;
    assert_int_equal(channel_connect(s.c.client.ch, slice_of("u")), UA_BAD_CERTIFICATE_UNTRUSTED);
    assert_int_equal(s.c.client.out.len, 0);
    s.client_security.server_certificate = slice_of("rubbish");
    assert_int_equal(channel_connect(s.c.client.ch, slice_of("u")), UA_BAD_CERTIFICATE_INVALID);
    s.client_security.server_certificate = s.server->certificate->der;
    verdict = UA_GOOD;
    assert_int_equal(channel_connect(s.c.client.ch, slice_of("u")), UA_GOOD);
    converse(&s.c, 100000);
    assert_int_equal(s.c.client.opened, 1);
}

/* ---- bodies ---- */

static void sizes_around_every_boundary(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all_offers); i++) {
        begin_anew(&all_offers[i]);
        s.c.server_config.limits.receive_buffer = s.c.server_config.limits.send_buffer = 8192 + i;
        conversation_open(&s.c);
        size_t most = security_mode_max_body(all_offers[i].mode, 8192 + i);
        for (size_t n = 0; n < 40; n++)
            exchange(n);
        for (size_t k = 1; k <= 3; k++)
            for (size_t n = k * most - 18; n <= k * most + 18; n++)
                exchange(n);
    }
}

/* The chunks that wait in `e`; each is within `size`. */
static size_t chunks_sent(const struct end *e, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; at < e->out.len; count++) {
        size_t n = frame_header_read(e->out.data + at).size;
        assert_true(n <= size);
        at += n;
    }
    return count;
}

static void limits_of_the_peer_are_met_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all_offers); i++) {
        begin_anew(&all_offers[i]);
        s.c.client_config.limits.max_chunks = 3;
        s.c.client_config.limits.receive_buffer = 8192 + 7 * i;
        conversation_open(&s.c);
        size_t most = channel_max_body(s.c.server.ch);
        assert_int_equal(most, 3 * security_mode_max_body(all_offers[i].mode, 8192 + 7 * i));
        assert_int_equal(send_length(&s.c.server, 1, most + 1), UA_BAD_RESPONSE_TOO_LARGE);
        assert_int_equal(send_length(&s.c.server, 1, most), UA_GOOD);
        assert_int_equal(chunks_sent(&s.c.server, 8192 + 7 * i), 3);
        converse(&s.c, 100000);
        assert_message(&s.c.client, most);
    }
}

static void only_signing_leaves_it_readable(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        begin_anew(&all_offers[i]);
        conversation_open(&s.c);
        struct rope r;
        rope_init(&r, 1000);
        assert_int_equal(rope_append(&r, "a private picture", 17), 0);
        assert_int_equal(channel_send(s.c.server.ch, 1, &r), UA_GOOD);
        assert_int_equal(contains(&s.c.server.out, slice_of("a private picture")), i == 0);
        converse(&s.c, 100000);
        assert_memory_equal(s.c.client.body.data, "a private picture", 17);
        rope_clear(&r);
    }
}

static void pictures_are_let_go_when_sealed(void **state)
{
    (void)state;
    enum { PICTURE = 1000000 };
    uint8_t *pixels = calloc(1, PICTURE);
    assert_non_null(pixels);
    struct blob *picture = blob_new((struct slice){pixels, PICTURE}, free, pixels);
    struct rope r;
    assert_non_null(picture);
    rope_init(&r, 1 << 24);
    assert_int_equal(rope_append(&r, "before", 6), 0);
    assert_int_equal(rope_share(&r, picture, picture->bytes), 0);
    assert_int_equal(rope_append(&r, "after", 5), 0);
    conversation_open(&s.c);
    s.c.server.hold = true;
    s.c.server.refuse = UA_BAD_OUT_OF_MEMORY;
    assert_int_equal(channel_send(s.c.server.ch, 1, &r), UA_BAD_OUT_OF_MEMORY);
    assert_int_equal(r.len, PICTURE + 11);
    s.c.server.refuse = UA_GOOD;
    assert_int_equal(channel_send(s.c.server.ch, 2, &r), UA_GOOD);
    assert_int_equal(r.len, 0);
    assert_int_equal(atomic_load(&picture->refs), 1);
    blob_unref(picture);
    converse(&s.c, 100000);
    assert_int_equal(s.c.client.request_id, 2);
    assert_int_equal(s.c.client.body.len, PICTURE + 11);
    assert_memory_equal(s.c.client.body.data + 6 + PICTURE, "after", 5);
    channel_sent(s.c.server.ch, s.c.server.tags[0]);
    assert_int_equal(s.pool.kept_count, POOL_KEEPS); /* of 16, the others are freed */
}

static void unsent_buffers_go_with_the_channel(void **state)
{
    (void)state;
    conversation_open(&s.c);
    s.c.server.hold = true;
    assert_int_equal(send_length(&s.c.server, 1, 200000), UA_GOOD);
    assert_int_equal(s.pool.kept_count, 0);
    channel_free(s.c.server.ch);
    s.c.server.ch = NULL;
    assert_int_equal(s.pool.kept_count, 3);
}

/* ---- renewal ---- */

/* The token of the first chunk that waits in `e`. */
static uint32_t token_sent(const struct end *e)
{
    assert_memory_equal(e->out.data, "MSG", 3);
    return e->out.data[12];
}

static void renewal_with_overlap(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all_offers); i++) {
        begin_anew(&all_offers[i]);
        conversation_open(&s.c);
        struct key_set old = s.c.client.ch->token.send_keys;
        assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
        /* Under way with the old token while the renewal is. */
        assert_int_equal(send_length(&s.c.client, 3, 20000), UA_GOOD);
        carry(&s.c.client, &s.c.server, 1000);
        assert_int_equal(s.c.server.messages, 1);
        assert_int_equal(send_length(&s.c.server, 3, 20000), UA_GOOD);
        carry(&s.c.server, &s.c.client, 1000);
        assert_int_equal(s.c.client.messages, 1);
        assert_int_not_equal(memcmp(&old, &s.c.client.ch->token.send_keys, sizeof old), 0);
        /* The server goes on with the old one until the client uses the new one. */
        assert_int_equal(send_length(&s.c.server, 3, 10), UA_GOOD);
        assert_int_equal(token_sent(&s.c.server), 1);
        carry(&s.c.server, &s.c.client, 1000);
        assert_int_equal(send_length(&s.c.client, 4, 10), UA_GOOD);
        assert_int_equal(token_sent(&s.c.client), 2);
        carry(&s.c.client, &s.c.server, 1000);
        assert_int_equal(send_length(&s.c.server, 4, 10), UA_GOOD);
        assert_int_equal(token_sent(&s.c.server), 2);
        converse(&s.c, 1000);
        assert_int_equal(s.c.server.messages, 2);
        assert_int_equal(s.c.client.messages, 3);
        assert_int_equal(verdicts, 5);
        exchange(30000);
    }
}

static void clients_that_are_no_longer_trusted_cannot_renew(void **state)
{
    (void)state;
    conversation_open(&s.c);
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    verdict = UA_BAD_CERTIFICATE_REVOKED;
    carry(&s.c.client, &s.c.server, 100000);
    assert_int_equal(s.c.server.ended, 1);
    assert_string_equal(s.c.server.reason, "the judge said so");
    assert_error_sent(&s.c.server, UA_BAD_SECURITY_CHECKS_FAILED);
}

static void renewal_is_for_the_same_client(void **state)
{
    (void)state;
    conversation_open(&s.c);
    s.c.client.ch->own = s.longer;
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    carry(&s.c.client, &s.c.server, 100000);
    assert_int_equal(s.c.server.ended, 1);
    assert_error_sent(&s.c.server, UA_BAD_SECURITY_CHECKS_FAILED);
}

/* Clients who know either of two certificates come in, and stay when the first has gone. */
static void servers_may_change_their_certificate(void **state)
{
    (void)state;
    s.server_security.next = s.longer;
    s.client_security.server_certificate = s.longer->certificate->der;
    conversation_open(&s.c);
    assert_ptr_equal(channel_own(s.c.server.ch), s.longer);
    exchange(30000);
    s.server_security.own = s.client;
    s.server_security.next = NULL;
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    converse(&s.c, 100000);
    assert_int_equal(s.c.server.ended, 0);
    exchange(30000);
}

static void certificates_that_servers_do_not_have(void **state)
{
    (void)state;
    s.server_security.next = s.client;
    s.client_security.server_certificate = s.longer->certificate->der;
    assert_true(conversation_begin(&s.c));
    assert_int_equal(channel_connect(s.c.client.ch, slice_of("u")), UA_GOOD);
    converse(&s.c, 100000);
    assert_int_equal(s.c.server.ended, 1);
    assert_int_equal(s.c.server.opened, 0);
}

#define SECURED_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SECURED_TEST(every_policy_in_every_mode),
        SECURED_TEST(longer_keys_on_either_side),
        SECURED_TEST(byte_by_byte),
        SECURED_TEST(none_beside_the_others),
        SECURED_TEST(what_is_not_offered),
        SECURED_TEST(servers_that_are_not_trusted),
        SECURED_TEST(sizes_around_every_boundary),
        SECURED_TEST(limits_of_the_peer_are_met_exactly),
        SECURED_TEST(only_signing_leaves_it_readable),
        SECURED_TEST(pictures_are_let_go_when_sealed),
        SECURED_TEST(unsent_buffers_go_with_the_channel),
        SECURED_TEST(renewal_with_overlap),
        SECURED_TEST(clients_that_are_no_longer_trusted_cannot_renew),
        SECURED_TEST(renewal_is_for_the_same_client),
        SECURED_TEST(servers_may_change_their_certificate),
        SECURED_TEST(certificates_that_servers_do_not_have),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
