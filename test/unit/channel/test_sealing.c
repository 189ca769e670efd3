/* SPDX-License-Identifier: Apache-2.0
 * Messages that are sealed by somebody else: they leave in their order, whenever their parts are done. */
#include "secured.h"

enum { MOST_WORKS = 32, LARGE = 1000000 };

static struct secured s;

/* A sealer that keeps what it is given until the test wants it done. */
static struct {
    struct chunk_work *works[MOST_WORKS];
    size_t count;
    int rc;
} sealer;

static void keep_work(void *user, struct chunk_work *w)
{
    assert_ptr_equal(user, &sealer);
    assert_true(sealer.count < MOST_WORKS);
    sealer.works[sealer.count++] = w;
}

static void finish(size_t i)
{
    struct chunk_work *w = sealer.works[i];
    assert_non_null(w);
    sealer.works[i] = NULL;
    w->rc = sealer.rc ? sealer.rc : symmetric_seal(w->seal, w->count);
    w->task.done(&w->task);
}

/* With those that come meanwhile. */
static void finish_all(void)
{
    for (size_t i = sealer.count; i > 0;) {
        if (sealer.works[i - 1]) {
            finish(i - 1);
            i = sealer.count;
        } else {
            i--;
        }
    }
    sealer.count = 0;
}

static int set_up(void **state)
{
    (void)state;
    memset(&sealer, 0, sizeof sealer);
    secured_init(&s, &all_offers[1]);
    s.server_security.delegate = keep_work;
    s.server_security.crew = &sealer;
    conversation_open(&s.c);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    finish_all();
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
    assert_end_received(&s.c.client, messages, request_id, n);
}

static void large_ones_are_given_away(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, 100), UA_GOOD);
    assert_int_equal(sealer.count, 0);
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    assert_int_equal(send_length(&s.c.server, 2, LARGE), UA_GOOD);
    assert_true(sealer.count > 1);
    assert_true(channel_waiting(s.c.server.ch) > LARGE);
    converse(&s.c, 50000);
    assert_received(1, 1, 100);
    finish_all();
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    converse(&s.c, 50000);
    assert_received(2, 2, LARGE);
}

/* What is sealed leaves while the rest is being sealed, but not before what stands before it. */
static void parts_leave_as_they_are_sealed(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    size_t waiting = channel_waiting(s.c.server.ch);
    finish(1);
    assert_int_equal(s.c.server.out.len, 0);
    finish(0);
    assert_true(s.c.server.out.len > 0);
    assert_int_equal(channel_waiting(s.c.server.ch), waiting - s.c.server.out.len);
    finish_all();
    assert_int_equal(s.c.server.out.len, waiting);
    converse(&s.c, 50000);
    assert_received(1, 1, LARGE);
}

/* The second is ready before the first, a small one behind both before either. */
static void their_order_stays(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    size_t of_first = sealer.count;
    assert_int_equal(send_length(&s.c.server, 2, LARGE / 2), UA_GOOD);
    size_t of_both = sealer.count;
    assert_int_equal(send_length(&s.c.server, 3, 10), UA_GOOD);
    assert_int_equal(sealer.count, of_both);
    for (size_t i = of_first; i < of_both; i++)
        finish(i);
    assert_int_equal(s.c.server.out.len, 0);
    for (size_t i = of_first; i > 0; i--)
        finish(i - 1);
    sealer.count = 0;
    converse(&s.c, 50000);
    assert_received(3, 3, 10);
}

static void assert_next(struct end *e)
{
    assert_int_equal(e->request_id, e->messages);
}

/* Works are done in orders that a small generator shuffles; what can leave, leaves in between. */
static void any_order_of_the_works(void **state)
{
    (void)state;
    static const size_t sizes[] = {LARGE / 4, 10, LARGE / 8, 40000, 0};
    uint32_t chance = 1, sent = 0;
    s.c.client.on_message = assert_next;
    for (int round = 0; round < 10; round++) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
            assert_int_equal(send_length(&s.c.server, ++sent, sizes[i]), UA_GOOD);
        for (size_t left = sealer.count; left > 0; left--) {
            chance = chance * 1664525u + 1013904223u;
            size_t i = (chance >> 8) % sealer.count;
            while (!sealer.works[i])
                i = (i + 1) % sealer.count;
            finish(i);
            carry(&s.c.server, &s.c.client, 50000);
        }
        sealer.count = 0;
        assert_received(sent, sent, 0);
    }
}

/* The answer to a renewal waits behind what was numbered before; what was sealed with the old keys is good.
 */
static void a_renewal_in_between(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    assert_int_equal(channel_renew(s.c.client.ch), UA_GOOD);
    carry(&s.c.client, &s.c.server, 50000);
    assert_int_equal(s.c.server.out.len, 0);
    finish_all();
    converse(&s.c, 50000);
    assert_received(1, 1, LARGE);
    assert_int_equal(send_length(&s.c.client, 2, 10), UA_GOOD); /* with the new keys */
    converse(&s.c, 50000);
    assert_int_equal(send_length(&s.c.server, 3, LARGE), UA_GOOD);
    finish_all();
    converse(&s.c, 50000);
    assert_received(2, 3, LARGE);
}

static void release(struct end *e)
{
    e->hold = false;
    for (size_t i = 0; i < e->tag_count; i++)
        channel_sent(e->ch, e->tags[i]);
    e->tag_count = 0;
}

/* What is sealed is a copy: whoever does not take it makes us keep only so much. */
static void no_more_than_the_peer_takes_is_sealed(void **state)
{
    enum { MOST = 4 << 20, PIECE = 700000 };
    (void)state;
    s.c.server.hold = true;
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    finish_all();
    assert_in_range(s.c.server.out.len, 3 * LARGE, 3 * LARGE + PIECE);
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    assert_int_equal(send_length(&s.c.server, 2, 3 * LARGE), UA_GOOD);
    assert_true(sealer.count > 0);
    finish_all();
    size_t sent = s.c.server.out.len;
    assert_in_range(sent, MOST, MOST + PIECE);
    size_t waiting = channel_waiting(s.c.server.ch);
    assert_int_equal(send_length(&s.c.server, 3, 3 * LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 4, 10), UA_GOOD);
    assert_int_equal(sealer.count, 0);
    assert_int_equal(s.c.server.out.len, sent);
    assert_int_equal(channel_waiting(s.c.server.ch), waiting + 3 * LARGE + 10);
    release(&s.c.server);
    assert_true(sealer.count > 0);
    finish_all();
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    s.c.client.on_message = assert_next;
    converse(&s.c, 50000);
    assert_received(4, 4, 10);
}

/* Where a single thread seals, what is sealed early only leaves its cache. */
static void less_ahead_is_a_setting(void **state)
{
    enum { MOST = LARGE / 2, PIECE = 700000 };
    (void)state;
    s.server_security.most_sealed = MOST;
    s.c.server.hold = true;
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    finish_all();
    assert_in_range(s.c.server.out.len, MOST, MOST + PIECE);
    for (size_t sent = 0; sent < s.c.server.out.len;) {
        sent = s.c.server.out.len;
        release(&s.c.server);
        s.c.server.hold = true;
        finish_all();
        assert_in_range(s.c.server.out.len - sent, 0, MOST + PIECE);
    }
    converse(&s.c, 50000);
    assert_received(1, 1, 3 * LARGE);
}

/* Others have as much of the pool as is ample; the one to give back. */
static uint8_t *make_pool_short(void)
{
    s.pool.max_ample = 1;
    s.c.server.hold = true;
    uint8_t *elsewhere = chunk_pool_take(&s.pool);
    assert_non_null(elsewhere);
    return elsewhere;
}

/* While others have all of the pool, a channel seals piece by piece, but it goes on. */
static void a_short_pool_is_shared(void **state)
{
    (void)state;
    uint8_t *elsewhere = make_pool_short();
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 2, 3 * LARGE), UA_GOOD);
    size_t pieces = 0;
    for (; sealer.count > 0; pieces++) {
        assert_int_equal(sealer.count, 1);
        finish_all();
        assert_int_equal(sealer.count, 0);
        release(&s.c.server);
        s.c.server.hold = true;
    }
    assert_true(pieces > 4);
    chunk_pool_give(&s.pool, elsewhere);
    converse(&s.c, 50000);
    assert_received(2, 2, 3 * LARGE);
    assert_int_equal(s.pool.out_count, 0);
}

static void a_pool_that_is_ample_again_is_used(void **state)
{
    (void)state;
    uint8_t *elsewhere = make_pool_short();
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    finish_all();
    chunk_pool_give(&s.pool, elsewhere);
    s.pool.max_ample = SIZE_MAX;
    release(&s.c.server);
    assert_true(sealer.count > 1);
    finish_all();
    converse(&s.c, 50000);
    assert_received(1, 1, 3 * LARGE);
}

/* Too large is too large at once. */
static void what_does_not_fit_does_not_wait(void **state)
{
    (void)state;
    s.c.server.hold = true;
    for (uint32_t id = 1; id <= 2; id++) {
        assert_int_equal(send_length(&s.c.server, id, 3 * LARGE), UA_GOOD);
        finish_all();
    }
    size_t most = channel_max_body(s.c.server.ch);
    assert_int_equal(send_length(&s.c.server, 3, most + 1), UA_BAD_RESPONSE_TOO_LARGE);
    assert_int_equal(send_length(&s.c.server, 4, 10), UA_GOOD);
    channel_reject(s.c.server.ch, UA_BAD_SHUTDOWN, "over");
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    release(&s.c.server);
}

static void the_channel_may_be_gone(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 2, LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 3, 10), UA_GOOD);
    finish(1);
    channel_free(s.c.server.ch);
    s.c.server.ch = NULL;
    finish_all();
    assert_int_equal(s.c.server.out.len, 0);
}

/* Of the second message a part is being sealed, and a part is not begun. */
static void it_may_be_gone_in_the_middle(void **state)
{
    (void)state;
    s.c.server.hold = true;
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    finish(0);
    assert_true(s.c.server.out.len > 0);
    assert_int_equal(send_length(&s.c.server, 2, 3 * LARGE), UA_GOOD);
    channel_free(s.c.server.ch);
    s.c.server.ch = NULL;
    finish_all();
}

/* All that was begun is sealed; nobody begins the rest. */
static void what_is_not_begun_never_is(void **state)
{
    (void)state;
    s.c.server.hold = true;
    assert_int_equal(send_length(&s.c.server, 1, 3 * LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 2, 3 * LARGE), UA_GOOD);
    finish_all();
    assert_true(channel_waiting(s.c.server.ch) > LARGE);
    channel_reject(s.c.server.ch, UA_BAD_SHUTDOWN, "over");
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    release(&s.c.server);
    assert_int_equal(sealer.count, 0);
}

/* Whoever is rejected hears why at once, and nothing of what waited. */
static void a_rejection_overtakes(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    channel_reject(s.c.server.ch, UA_BAD_SHUTDOWN, "over");
    assert_int_equal(channel_waiting(s.c.server.ch), 0);
    assert_error_sent(&s.c.server, UA_BAD_SHUTDOWN);
    size_t sent = s.c.server.out.len;
    finish_all();
    assert_int_equal(s.c.server.out.len, sent);
}

static void a_failure_ends_the_channel(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    sealer.rc = ERR_NO_MEMORY;
    finish_all();
    assert_int_equal(s.c.server.ended, 1);
    assert_int_equal(s.c.server.status, UA_BAD_OUT_OF_MEMORY);
    assert_error_sent(&s.c.server, UA_BAD_OUT_OF_MEMORY);
}

static void a_send_that_fails_ends_the_channel(void **state)
{
    (void)state;
    assert_int_equal(send_length(&s.c.server, 1, LARGE), UA_GOOD);
    assert_int_equal(send_length(&s.c.server, 2, 10), UA_GOOD);
    s.c.server.refuse = UA_BAD_CONNECTION_CLOSED;
    finish_all();
    assert_int_equal(s.c.server.ended, 1);
    assert_int_equal(s.c.server.status, UA_BAD_CONNECTION_CLOSED);
}

/* Every number of chunks that a client's limits leave, with bodies that just fit. */
static void limits_of_the_client(void **state)
{
    (void)state;
    for (uint32_t chunks = 1; chunks <= 40; chunks += 13) {
        tear_down(NULL);
        memset(&sealer, 0, sizeof sealer);
        secured_init(&s, &all_offers[1]);
        s.server_security.delegate = keep_work;
        s.server_security.crew = &sealer;
        s.c.client_config.limits.max_chunks = chunks;
        s.c.client_config.limits.max_message = 0;
        conversation_open(&s.c);
        size_t most = channel_max_body(s.c.server.ch);
        assert_int_equal(send_length(&s.c.server, 1, most + 1), UA_BAD_RESPONSE_TOO_LARGE);
        size_t sizes[] = {most, most - 1, most / 2, most / 3 + 1};
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            assert_int_equal(send_length(&s.c.server, 1, sizes[i]), UA_GOOD);
            finish_all();
            converse(&s.c, SIZE_MAX / 2);
            assert_received(i + 1, 1, sizes[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(large_ones_are_given_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_leave_as_they_are_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(their_order_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_order_of_the_works, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_renewal_in_between, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_more_than_the_peer_takes_is_sealed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(less_ahead_is_a_setting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_short_pool_is_shared, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_pool_that_is_ample_again_is_used, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_does_not_wait, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_channel_may_be_gone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_may_be_gone_in_the_middle, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_begun_never_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_rejection_overtakes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failure_ends_the_channel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_send_that_fails_ends_the_channel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(limits_of_the_client, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
