/* SPDX-License-Identifier: Apache-2.0
 * Messages that are opened by somebody else: they come in their order, or not at all, and nothing overtakes
 * them. */
#include "secured.h"

enum { MOST_WORKS = 64, LARGE = 600000, READ = 256 * 1024 };

static struct secured s;

/* A crew that keeps what it is given until the test wants it done. */
static struct {
    struct chunk_work *works[MOST_WORKS];
    size_t count;
    size_t done;
    size_t most_jobs; /* of one work */
    int rc;
    bool at_once;
} crew;

static void finish(void)
{
    struct chunk_work *w = crew.works[crew.done++];
    w->rc = crew.rc ? crew.rc : symmetric_unseal(w->unseal, w->count);
    w->task.done(&w->task);
}

static void keep_work(void *user, struct chunk_work *w)
{
    assert_ptr_equal(user, &crew);
    assert_null(w->seal);
    assert_true(crew.count < MOST_WORKS);
    crew.works[crew.count++] = w;
    if (w->count > crew.most_jobs)
        crew.most_jobs = w->count;
    if (crew.at_once)
        finish();
}

static void begin(const struct channel_offer *offer)
{
    memset(&crew, 0, sizeof crew);
    secured_init(&s, offer);
    s.server_security.delegate = keep_work;
    s.server_security.crew = &crew;
}

static int set_up(void **state)
{
    (void)state;
    begin(&all_offers[1]);
    conversation_open(&s.c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    while (crew.done < crew.count)
        finish();
    secured_clear(&s);
    return 0;
}

static int forget(void **state)
{
    (void)state;
    secured_forget_identities(&s);
    return 0;
}

static void assert_received(size_t messages, uint32_t request_id, size_t n)
{
    assert_end_received(&s.c.server, messages, request_id, n);
}

/* What waits goes to the server until it rests for ever; what it gives away is done at once. */
static void carry_all(size_t cut)
{
    do {
        while (crew.done < crew.count)
            finish();
        carry(&s.c.client, &s.c.server, cut);
    } while (crew.done < crew.count);
}

static void large_ones_are_given_away(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.client, 1, 10000), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(crew.count, 0);
    assert_received(1, 1, 10000);
    assert_int_equal(send_length(&s.c.client, 2, LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.client, 3, 10), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(crew.count, 1);
    assert_true(crew.most_jobs > 4);
    assert_true(s.c.server.resting);
    assert_int_equal(s.c.server.messages, 1);
    carry_all(READ);
    assert_false(s.c.server.resting);
    assert_received(3, 3, 10);
}

/* However they are cut, with every policy and mode, whether their opening takes time or not. */
static void the_bytes_stay(void **state)
{
    (void)state;
    static const size_t cuts[] = {100, 7000, 65536, READ, 10 * LARGE};
    for (size_t i = 0; i < ARRAY_LEN(all_offers) * ARRAY_LEN(cuts); i++) {
        tear_down(NULL);
        begin(&all_offers[i / ARRAY_LEN(cuts)]);
        crew.at_once = i % 2;
        conversation_open(&s.c);
        assert_int_equal(send_length(&s.c.client, 1, LARGE), UA_GOOD);
        assert_int_equal(send_length(&s.c.client, 2, 0), UA_GOOD);
        assert_int_equal(send_length(&s.c.client, 3, LARGE / 2), UA_GOOD);
        carry_all(cuts[i % ARRAY_LEN(cuts)]);
        assert_int_equal(crew.count > 0, cuts[i % ARRAY_LEN(cuts)] > 60000);
        assert_received(3, 3, LARGE / 2);
    }
}

/* Many small ones are opened together, and passed on one by one. */
static void small_ones_together(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    for (uint32_t i = 1; i <= COUNT; i++)
        assert_int_equal(send_length(&s.c.client, i, i), UA_GOOD);
    carry_all(READ);
    assert_int_equal(crew.count, 0);
    assert_received(COUNT, COUNT, COUNT);
    for (uint32_t i = 1; i <= COUNT; i++)
        assert_int_equal(send_length(&s.c.client, i, 10 * i), UA_GOOD);
    carry_all(READ);
    assert_true(crew.count > 0);
    assert_received(2 * COUNT, COUNT, 10 * COUNT);
}

/* ---- what is wrong ---- */

/* The frame that begins at `at` ends there. */
static size_t end_of_frame(size_t at)
{
    return at + frame_header_read(s.c.client.out.data + at).size;
}

/* The server has ended with the answer that a wrong signature gets. */
static void assert_refused(size_t messages)
{
    static const uint8_t answer[] = {'E', 'R', 'R', 'F', 16, 0, 0, 0, 0, 0, 0x13, 0x80, 255, 255, 255, 255};
    assert_int_equal(s.c.server.ended, 1);
    assert_int_equal(s.c.server.messages, messages);
    assert_int_equal(s.c.server.out.len, sizeof answer);
    assert_memory_equal(s.c.server.out.data, answer, sizeof answer);
}

/* One bit wrong anywhere in a chunk in the middle: what was before is passed on, nothing after. */
static void a_bad_chunk(void **state)
{
    (void)state;
    for (size_t back = 0; back < 100; back += 9) {
        tear_down(NULL);
        set_up(NULL);
        assert_int_equal(send_length(&s.c.client, 1, 10), UA_GOOD);
        size_t spoilt = s.c.client.out.len;
        assert_int_equal(send_length(&s.c.client, 2, LARGE), UA_GOOD);
        assert_int_equal(send_length(&s.c.client, 3, 10), UA_GOOD);
        spoilt = end_of_frame(end_of_frame(spoilt)) - 1 - back;
        s.c.client.out.data[spoilt] ^= 1;
        carry_all(READ);
        assert_refused(1);
    }
}

/* A chunk that comes again, that is missing, that comes before its time. */
static void sequence_numbers_are_looked_at(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        tear_down(NULL);
        set_up(NULL);
        assert_int_equal(send_length(&s.c.client, 1, LARGE), UA_GOOD);
        struct buf good = s.c.client.out;
        size_t size = frame_header_read(good.data).size;
        assert_int_equal(frame_header_read(good.data + size).size, size);
        buf_init(&s.c.client.out, good.max);
        static const size_t orders[][3] = {{0, 0, 1}, {0, 2, 3}, {1, 0, 2}};
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(buf_append(&s.c.client.out, good.data + orders[i][k] * size, size), 0);
        buf_clear(&good);
        carry_all(READ);
        assert_int_equal(crew.count, 1);
        assert_int_equal(crew.most_jobs, 3);
        assert_refused(0);
    }
}

/* A chunk more than the limit is not opened together with those before it, nor is what has too many bytes. */
static void limits_come_before_the_work(void **state)
{
    (void)state;
    for (int chunks = 0; chunks < 2; chunks++) {
        tear_down(NULL);
        begin(&all_offers[1]);
        if (chunks)
            s.c.server_config.limits.max_chunks = 5;
        else
            s.c.server_config.limits.max_message = 100000;
        conversation_open(&s.c);
        s.c.client.ch->peer_max_chunks = s.c.client.ch->peer_max_message = 0;
        assert_int_equal(send_length(&s.c.client, 1, LARGE), UA_GOOD);
        carry_all(READ);
        assert_int_equal(crew.most_jobs, 5);
        assert_int_equal(s.c.server.messages, 0);
        assert_int_equal(s.c.server.status, UA_BAD_TCP_MESSAGE_TOO_LARGE);
    }
}

static void no_memory(void **state)
{
    (void)state;
    crew.rc = ERR_NO_MEMORY;
    assert_int_equal(send_length(&s.c.client, 1, LARGE), UA_GOOD);
    carry_all(READ);
    assert_int_equal(s.c.server.status, UA_BAD_OUT_OF_MEMORY);
    assert_error_sent(&s.c.server, UA_BAD_OUT_OF_MEMORY);
}

/* ---- what happens meanwhile ---- */

static void the_channel_may_be_gone(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.client, 1, LARGE), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(crew.count, 1);
    channel_free(s.c.server.ch);
    s.c.server.ch = NULL;
    finish();
    assert_int_equal(s.c.server.messages, 0);
    assert_true(s.c.server.resting);
}

/* Nothing is passed on after the end, nor does anything go on; what still comes is ignored. */
static void the_channel_may_have_ended(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.client, 1, LARGE / 8), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(crew.count, 1);
    channel_reject(s.c.server.ch, UA_BAD_SHUTDOWN, "over");
    channel_receive(s.c.server.ch, slice_of("anything"));
    finish();
    assert_int_equal(s.c.server.messages, 0);
    assert_int_equal(s.c.server.ended, 0);
    assert_true(s.c.server.resting);
}

/* A token was good when the chunks came: its end meanwhile, and the passing to the next, change nothing. */
static void the_token_may_end(void **state)
{
    (void)state;
    pass_time(&s.c, 1000);
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(send_length(&s.c.client, 1, LARGE / 8), UA_GOOD); /* the answer is under way */
    carry(&s.c.client, &s.c.server, READ);
    assert_int_equal(crew.count, 1);
    carry(&s.c.server, &s.c.client, READ);
    uint32_t before = s.c.server.ch->token.id;
    pass_time(&s.c, 600000 / 4 * 5 - 500);
    assert_int_not_equal(s.c.server.ch->token.id, before);
    finish();
    assert_received(1, 1, LARGE / 8);
    converse(&s.c, READ);
    assert_int_equal(send_length(&s.c.client, 2, LARGE / 8), UA_GOOD);
    carry_all(READ);
    assert_received(2, 2, LARGE / 8);
}

/* A renewal between two large messages, all in the same bytes. */
static void an_opn_waits_too(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.client, 1, LARGE / 8), UA_GOOD);
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    assert_int_equal(send_length(&s.c.client, 2, LARGE / 8), UA_GOOD);
    carry(&s.c.client, &s.c.server, 10 * LARGE);
    assert_int_equal(s.c.server.out.len, 0);
    finish();
    assert_received(1, 1, LARGE / 8);
    assert_true(s.c.server.out.len > 0);
    assert_true(s.c.server.resting);
    finish();
    assert_received(2, 2, LARGE / 8);
    assert_false(s.c.server.resting);
}

/* The answer to the first of two is the end: the second is not heard. */
static void close_channel(struct end *e)
{
    channel_close(e->ch);
}

static void a_message_may_end_the_channel(void **state)
{
    (void)state;
    s.c.server.on_message = close_channel;
    assert_int_equal(send_length(&s.c.client, 1, LARGE / 8), UA_GOOD);
    assert_int_equal(send_length(&s.c.client, 2, 10), UA_GOOD);
    assert_int_equal(send_length(&s.c.client, 3, LARGE / 8), UA_GOOD);
    carry(&s.c.client, &s.c.server, READ);
    finish();
    assert_int_equal(crew.count, 1);
    assert_int_equal(s.c.server.messages, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(large_ones_are_given_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_bytes_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(small_ones_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_chunk, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sequence_numbers_are_looked_at, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_come_before_the_work, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_memory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_channel_may_be_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_channel_may_have_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_token_may_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_opn_waits_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_message_may_end_the_channel, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
