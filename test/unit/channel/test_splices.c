/* SPDX-License-Identifier: Apache-2.0
 * Messages of many pieces, own and shared ones, cut into chunks anywhere: against the same bytes in one
 * piece. */
#include "secured.h"

enum { LARGEST = 400000, ROUNDS = 24 };

static struct secured s;
static uint8_t flat[LARGEST]; /* what the message that was made last is in one piece */

/* A small generator, so that a failure comes again. */
static uint32_t seed = 1;

static uint32_t any(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void share(struct rope *r, const uint8_t *bytes, size_t n)
{
    size_t before = any(9), behind = any(9); /* of the blob, not of the message */
    uint8_t *whole = calloc(1, before + n + behind);
    assert_non_null(whole);
    memcpy(whole + before, bytes, n);
    struct blob *b = blob_copy((struct slice){whole, before + n + behind});
    assert_non_null(b);
    assert_int_equal(rope_share(r, b, (struct slice){b->bytes.data + before, n}), 0);
    blob_unref(b);
    free(whole);
}

/* A message of `n` bytes, also in `flat`. */
static struct rope message_of(size_t n)
{
    struct rope r;
    rope_init(&r, LARGEST);
    while (r.len < n) {
        size_t left = n - r.len, at = r.len;
        size_t most = any(3) ? 1 + n / 6 : 20;
        size_t piece = 1 + any((uint32_t)(most < left ? most : left));
        for (size_t i = at; i < at + piece; i++)
            flat[i] = (uint8_t)any(256);
        if (any(2))
            share(&r, flat + at, piece);
        else
            assert_int_equal(rope_append(&r, flat + at, piece), 0);
    }
    return r;
}

/* Often where a chunk of the message is just full, or just not. */
static size_t any_length(const struct channel *ch)
{
    size_t room = security_mode_max_body(ch->mode, any(2) ? ch->send_chunk : FRAME_SMALLEST_BUFFER);
    size_t chunks = LARGEST / room - 1;
    if (any(3) == 0)
        return any(LARGEST);
    return room * (1 + any((uint32_t)(any(2) && chunks > 4 ? 4 : chunks))) + any(3) - 1;
}

static void send_and_compare(void)
{
    struct channel *ch = s.c.server.ch;
    size_t n = any_length(ch);
    struct rope message = message_of(n);
    assert_int_equal(channel_send(ch, 1, &message), UA_GOOD);
    assert_int_equal(message.len, 0);
    for (size_t at = 0; at < s.c.server.out.len;) {
        size_t size = frame_header_read(s.c.server.out.data + at).size;
        assert_true(size > 0 && size <= ch->send_chunk);
        at += size;
    }
    converse(&s.c, 1 + any(100000));
    assert_int_equal(s.c.client.body.len, n);
    assert_memory_equal(s.c.client.body.data, flat, n);
    rope_clear(&message);
}

static void splices_come_as_they_are(void **state)
{
    (void)state;
    static const struct channel_offer *const offers[] = {NULL, &all_offers[0], &all_offers[1]};
    static const uint32_t chunks[] = {8192, 8209, 65536};
    for (size_t i = 0; i < ARRAY_LEN(offers) * ARRAY_LEN(chunks); i++) {
        const struct channel_offer *offer = offers[i / ARRAY_LEN(chunks)];
        secured_init(&s, offer ? offer : all_offers);
        if (!offer)
            s.c.server_config.security = s.c.client_config.security = NULL;
        s.c.client_config.limits.receive_buffer = chunks[i % ARRAY_LEN(chunks)];
        conversation_open(&s.c);
        for (unsigned round = 0; round < ROUNDS; round++)
            send_and_compare();
        secured_clear(&s);
    }
}

static int forget(void **state)
{
    (void)state;
    secured_forget_identities(&s);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(splices_come_as_they_are)};
    return cmocka_run_group_tests(tests, NULL, forget);
}
