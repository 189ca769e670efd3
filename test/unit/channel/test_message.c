/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include "channel/channel_private.h"

static struct conversation c;

enum { BODY_MAX = 65536 - CHUNK_HEADERS_SIZE };

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

static void assert_body(const struct end *e, size_t length)
{
    struct rope expected = rope_of_length(length);
    assert_true(slice_equal(buf_slice(&e->body), buf_slice(&expected.own)));
    rope_clear(&expected);
}

/* The types of the frames waiting in `e`, "CCF" for a message in three chunks. */
static void chunk_types(const struct end *e, char *out, size_t size)
{
    size_t n = 0;
    for (size_t at = 0; at < e->out.len; at += frame_header_read(e->out.data + at).size) {
        assert_true(n < size - 1);
        out[n++] = (char)e->out.data[at + 3];
    }
    out[n] = 0;
}

/* ---- arriving ---- */

static void sizes_around_a_chunk(void **state)
{
    (void)state;
    static const struct {
        size_t length;
        const char *chunks;
    } cases[] = {
        {0, "F"},
        {1, "F"},
        {BODY_MAX - 1, "F"},
        {BODY_MAX, "F"},
        {BODY_MAX + 1, "CF"},
        {2 * BODY_MAX, "CF"},
        {2 * BODY_MAX + 1, "CCF"},
    };
    conversation_open(&c);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char types[16];
        assert_int_equal(send_length(&c.client, (uint32_t)i + 10, cases[i].length), UA_GOOD);
        chunk_types(&c.client, types, sizeof types);
        assert_string_equal(types, cases[i].chunks);
        carry(&c.client, &c.server, 50000);
        assert_int_equal(c.server.messages, i + 1);
        assert_int_equal(c.server.request_id, i + 10);
        assert_body(&c.server, cases[i].length);
    }
}

static void a_whole_message_is_not_copied(void **state)
{
    (void)state;
    conversation_open(&c);
    assert_int_equal(send_length(&c.client, 2, 100), UA_GOOD);
    assert_int_equal(send_length(&c.client, 3, 100), UA_GOOD);
    struct slice bytes = buf_slice(&c.client.out);
    channel_receive(c.server.ch, bytes);
    assert_int_equal(c.server.messages, 2);
    assert_ptr_equal(c.server.body_at, bytes.data + 124 + CHUNK_HEADERS_SIZE);
    c.client.out.len = 0;
}

static void echo(struct end *e)
{
    assert_int_equal(send_length(e, e->request_id, 1000), UA_GOOD);
}

static void answers_leave_from_within_messages(void **state)
{
    (void)state;
    conversation_open(&c);
    c.server.on_message = echo;
    for (uint32_t id = 2; id < 12; id++)
        assert_int_equal(send_length(&c.client, id, 10), UA_GOOD);
    converse(&c, SIZE_MAX / 2);
    assert_int_equal(c.client.messages, 10);
    assert_int_equal(c.client.request_id, 11);
    assert_body(&c.client, 1000);
}

static void hang_up(struct end *e)
{
    channel_reject(e->ch, UA_BAD_TCP_SERVER_TOO_BUSY, "no more");
}

static void nothing_is_received_after_the_end(void **state)
{
    (void)state;
    conversation_open(&c);
    c.server.on_message = hang_up;
    assert_int_equal(send_length(&c.client, 2, 100000), UA_GOOD);
    assert_int_equal(send_length(&c.client, 3, 1), UA_GOOD);
    carry(&c.client, &c.server, 1000);
    assert_int_equal(c.server.messages, 1);
}

static void idle_channels_hold_no_buffers(void **state)
{
    (void)state;
    conversation_open(&c);
    assert_int_equal(send_length(&c.client, 2, 300000), UA_GOOD);
    carry(&c.client, &c.server, 777);
    assert_int_equal(c.server.messages, 1);
    assert_int_equal(c.server.ch->frame.cap, 0);
    assert_int_equal(c.server.ch->body.cap, 0);
    assert_int_equal(c.client.ch->outgoing.count, 0);
    assert_true(sizeof *c.server.ch + c.server.ch->endpoint_url.cap < 1024);
}

/* ---- our limits ---- */

static void requests_within_our_limits(void **state)
{
    (void)state;
    static const struct {
        uint32_t max_message, max_chunks, max_request;
        size_t length;
        bool fits;
    } cases[] = {
        {70000, 0, UINT32_MAX, 70000, true},
        {70000, 0, UINT32_MAX, 70001, false},
        {1000, 0, UINT32_MAX, 1000, true},
        {1000, 0, UINT32_MAX, 1001, false},
        {100000, 0, 500, 500, true},
        {100000, 0, 500, 501, false},
        {100000, 0, 66000, 66001, false},
        {0, 0, UINT32_MAX, 300000, true},
        {0, 2, UINT32_MAX, 2 * BODY_MAX, true},
        {0, 2, UINT32_MAX, 2 * BODY_MAX + 1, false},
        {0, 1, UINT32_MAX, BODY_MAX, true},
        {0, 1, UINT32_MAX, BODY_MAX + 1, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        conversation_open(&c);
        /* The client must not know, or it would not even send. */
        struct conversation limited;
        conversation_init(&limited);
        limited.server_config.limits.max_message = cases[i].max_message;
        limited.server_config.limits.max_chunks = cases[i].max_chunks;
        conversation_open(&limited);
        channel_set_max_request(limited.server.ch, cases[i].max_request);
        assert_int_equal(send_length(&c.client, 2, cases[i].length), UA_GOOD);
        carry(&c.client, &limited.server, 30000);
        assert_int_equal(limited.server.messages, cases[i].fits);
        assert_int_equal(limited.server.ended, !cases[i].fits);
        if (!cases[i].fits)
            assert_error_sent(&limited.server, UA_BAD_TCP_MESSAGE_TOO_LARGE);
        conversation_clear(&limited);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void endless_empty_chunks_end(void **state)
{
    (void)state;
    conversation_open(&c);
    for (uint32_t i = 0; i < 1025; i++)
        forge(&c.client.out, &(struct forged){"MSGC", SERVER_CHANNEL_ID, 1, i + 2, 5, ""});
    carry(&c.client, &c.server, 24 * 1024);
    assert_int_equal(c.server.ended, 1);
    assert_error_sent(&c.server, UA_BAD_TCP_MESSAGE_TOO_LARGE);
}

/* ---- the peer's limits ---- */

static void responses_within_the_clients_limits(void **state)
{
    (void)state;
    static const struct {
        uint32_t max_message, max_chunks;
        size_t max_body;
    } cases[] = {
        {200000, 0, 200000}, {200000, 2, 2 * BODY_MAX}, {100, 2, 100}, {0, 1, BODY_MAX}, {0, 3, 3 * BODY_MAX},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        c.client_config.limits.max_message = cases[i].max_message;
        c.client_config.limits.max_chunks = cases[i].max_chunks;
        conversation_open(&c);
        assert_int_equal(channel_max_body(c.server.ch), cases[i].max_body);
        assert_int_equal(send_length(&c.server, 2, cases[i].max_body + 1), UA_BAD_RESPONSE_TOO_LARGE);
        assert_int_equal(c.server.out.len, 0);
        assert_int_equal(send_length(&c.server, 2, cases[i].max_body), UA_GOOD);
        converse(&c, 100000);
        assert_int_equal(c.client.messages, 1);
        assert_body(&c.client, cases[i].max_body);
        conversation_clear(&c);
        conversation_init(&c);
    }
}

static void requests_within_the_servers_limits(void **state)
{
    (void)state;
    conversation_open(&c);
    c.client.ch->peer_max_message = 70000;
    assert_int_equal(send_length(&c.client, 2, 70001), UA_BAD_REQUEST_TOO_LARGE);
    assert_int_equal(send_length(&c.client, 2, 70000), UA_GOOD);
    converse(&c, 100000);
    assert_int_equal(c.server.messages, 1);
}

static void responses_past_the_clients_limits_end_it(void **state)
{
    (void)state;
    /* A server that does not look at the client's limits: another conversation's. */
    struct conversation careless;
    conversation_init(&careless);
    conversation_open(&careless);
    c.client_config.limits.max_message = 1000;
    conversation_open(&c);
    assert_int_equal(send_length(&careless.server, 2, 1001), UA_GOOD);
    carry(&careless.server, &c.client, 100000);
    assert_int_equal(c.client.status, UA_BAD_RESPONSE_TOO_LARGE);
    conversation_clear(&careless);
}

/* ---- leaving ---- */

static void pictures_are_not_copied(void **state)
{
    (void)state;
    enum { PICTURE = 1000000 };
    static uint8_t pixels[PICTURE];
    struct rope r;
    for (size_t i = 0; i < PICTURE; i++)
        pixels[i] = (uint8_t)(i * 31 + (i >> 9));
    struct blob *picture = blob_new((struct slice){pixels, PICTURE}, NULL, NULL);
    assert_non_null(picture);
    rope_init(&r, 1 << 24);
    assert_int_equal(rope_append(&r, "before", 6), 0);
    assert_int_equal(rope_share(&r, picture, picture->bytes), 0);
    assert_int_equal(rope_share(&r, picture, (struct slice){pixels + 5, 70000}), 0);
    assert_int_equal(rope_append(&r, "after", 5), 0);

    conversation_open(&c);
    c.server.hold = true;
    assert_int_equal(channel_send(c.server.ch, 4, &r), UA_GOOD);
    assert_int_equal(r.len, 0);
    size_t from_picture = 0;
    for (size_t i = 0; i < c.server.part_count; i++) {
        const uint8_t *at = c.server.parts[i].data;
        if (at >= pixels && at < pixels + PICTURE)
            from_picture += c.server.parts[i].len;
    }
    assert_int_equal(from_picture, PICTURE + 70000);
    assert_int_equal(atomic_load(&picture->refs), 3);

    carry(&c.server, &c.client, 99999);
    assert_int_equal(c.client.body.len, 6 + PICTURE + 70000 + 5);
    assert_memory_equal(c.client.body.data, "before", 6);
    assert_memory_equal(c.client.body.data + 6, pixels, PICTURE);
    assert_memory_equal(c.client.body.data + 6 + PICTURE, pixels + 5, 70000);
    assert_memory_equal(c.client.body.data + 6 + PICTURE + 70000, "after", 5);

    channel_sent(c.server.ch, c.server.tags[0]);
    assert_int_equal(atomic_load(&picture->refs), 1);
    blob_unref(picture);
}

static void what_is_unsent_goes_with_the_channel(void **state)
{
    (void)state;
    struct rope r;
    struct blob *picture = blob_copy(slice_of("a picture"));
    assert_non_null(picture);
    conversation_open(&c);
    c.server.hold = true;
    for (uint32_t i = 0; i < 3; i++) {
        rope_init(&r, 1000);
        assert_int_equal(rope_share(&r, picture, picture->bytes), 0);
        assert_int_equal(channel_send(c.server.ch, i, &r), UA_GOOD);
    }
    channel_sent(c.server.ch, c.server.tags[1]); /* in any order */
    assert_int_equal(atomic_load(&picture->refs), 3);
    channel_free(c.server.ch);
    c.server.ch = NULL;
    assert_int_equal(atomic_load(&picture->refs), 1);
    blob_unref(picture);
}

static void what_cannot_be_sent_changes_nothing(void **state)
{
    (void)state;
    conversation_open(&c);
    c.client.refuse = UA_BAD_OUT_OF_MEMORY;
    assert_int_equal(send_length(&c.client, 2, 100000), UA_BAD_OUT_OF_MEMORY);
    c.client.refuse = UA_GOOD;
    assert_int_equal(c.client.ended, 0);
    assert_int_equal(send_length(&c.client, 3, 100), UA_GOOD);
    converse(&c, 4096);
    assert_int_equal(c.server.ended, 0);
    assert_int_equal(c.server.request_id, 3);
}

#define CHANNEL_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHANNEL_TEST(sizes_around_a_chunk),
        CHANNEL_TEST(a_whole_message_is_not_copied),
        CHANNEL_TEST(answers_leave_from_within_messages),
        CHANNEL_TEST(nothing_is_received_after_the_end),
        CHANNEL_TEST(idle_channels_hold_no_buffers),
        CHANNEL_TEST(requests_within_our_limits),
        CHANNEL_TEST(endless_empty_chunks_end),
        CHANNEL_TEST(responses_within_the_clients_limits),
        CHANNEL_TEST(requests_within_the_servers_limits),
        CHANNEL_TEST(responses_past_the_clients_limits_end_it),
        CHANNEL_TEST(pictures_are_not_copied),
        CHANNEL_TEST(what_is_unsent_goes_with_the_channel),
        CHANNEL_TEST(what_cannot_be_sent_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
