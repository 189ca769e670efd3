/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"
#include "base/timers.h"
#include "support/failing_malloc.h"
#include "support/fake_clock.h"

#include <stdlib.h>

/* A timer that notes when it was called, and may do something to another then. */
struct bell {
    struct timer timer;
    struct timer_queue *queue;
    int rings;
    int order; /* of the last ring among all */
    struct bell *stops;
    struct bell *restarts;
    int64_t restart_ns;
};

static int total_rings;

static void ring(struct timer *t)
{
    struct bell *b = container_of(t, struct bell, timer);
    assert_false(timer_running(t));
    b->rings++;
    b->order = ++total_rings;
    if (b->stops)
        timer_stop(b->queue, &b->stops->timer);
    if (b->restarts)
        assert_int_equal(timer_start_at(b->queue, &b->restarts->timer, b->restart_ns), 0);
}

static void hang(struct bell *b, struct timer_queue *q, int64_t deadline)
{
    *b = (struct bell){.timer = {.callback = ring}, .queue = q};
    assert_int_equal(timer_start_at(q, &b->timer, deadline), 0);
}

static void timers_ring_in_order_when_due(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static struct bell bells[COUNT];
    struct fake_clock time = fake_clock(0);
    struct timer_queue q;
    timers_init(&q, &time.clock);
    srand(7);
    total_rings = 0;
    for (size_t i = 0; i < COUNT; i++)
        hang(&bells[i], &q, rand() % 1000);
    for (size_t i = 0; i < COUNT; i += 3)
        assert_int_equal(timer_start_at(&q, &bells[i].timer, rand() % 1000), 0);
    for (size_t i = 0; i < COUNT; i += 5)
        timer_stop(&q, &bells[i].timer);
    time.mono = 500;
    timers_run(&q);
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(bells[i].rings, i % 5 && bells[i].timer.deadline_ns <= 500);
    assert_true(timers_next(&q) > 500);
    time.mono = 1000;
    timers_run(&q);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < COUNT; k++)
            if (i % 5 && k % 5 && bells[i].timer.deadline_ns < bells[k].timer.deadline_ns)
                assert_true(bells[i].order < bells[k].order);
    assert_true(timers_next(&q) == INT64_MAX);
    timers_clear(&q);
}

static void the_next_deadline_is_the_earliest(void **state)
{
    (void)state;
    struct fake_clock time = fake_clock(1000);
    struct timer_queue q;
    struct bell a, b;
    timers_init(&q, &time.clock);
    assert_true(timers_next(&q) == INT64_MAX);
    hang(&a, &q, 3000);
    hang(&b, &q, 2000);
    assert_int_equal(timers_next(&q), 2000);
    timer_stop(&q, &b.timer);
    timer_stop(&q, &b.timer);
    assert_false(timer_running(&b.timer));
    assert_int_equal(timers_next(&q), 3000);
    assert_int_equal(timer_start_in(&q, &a.timer, 500), 0);
    assert_int_equal(timers_next(&q), 1500);
    assert_int_equal(timer_start_in(&q, &a.timer, INT64_MAX), 0);
    assert_true(timers_next(&q) == INT64_MAX);
    timer_stop(&q, &a.timer);
    timers_clear(&q);
}

static void one_that_restarts_in_the_past_starves_nobody(void **state)
{
    (void)state;
    struct fake_clock time = fake_clock(100);
    struct timer_queue q;
    struct bell eager, other;
    timers_init(&q, &time.clock);
    hang(&eager, &q, 10);
    hang(&other, &q, 20);
    eager.restarts = &eager;
    eager.restart_ns = 5;
    timers_run(&q);
    assert_int_equal(eager.rings, 1);
    assert_int_equal(other.rings, 1);
    assert_true(timer_running(&eager.timer));
    timers_run(&q);
    assert_int_equal(eager.rings, 2);
    timer_stop(&q, &eager.timer);
    timers_clear(&q);
}

static void a_due_one_can_be_stopped_by_an_earlier_one(void **state)
{
    (void)state;
    struct fake_clock time = fake_clock(100);
    struct timer_queue q;
    struct bell first, second, third;
    timers_init(&q, &time.clock);
    hang(&third, &q, 30);
    hang(&second, &q, 20);
    hang(&first, &q, 10);
    first.stops = &second;
    timers_run(&q);
    assert_int_equal(first.rings, 1);
    assert_int_equal(second.rings, 0);
    assert_int_equal(third.rings, 1);
    assert_false(timer_running(&second.timer));
    timers_clear(&q);
}

static void a_due_one_can_be_put_off_by_an_earlier_one(void **state)
{
    (void)state;
    struct fake_clock time = fake_clock(100);
    struct timer_queue q;
    struct bell first, second;
    timers_init(&q, &time.clock);
    hang(&second, &q, 20);
    hang(&first, &q, 10);
    first.restarts = &second;
    first.restart_ns = 200;
    timers_run(&q);
    assert_int_equal(second.rings, 0);
    assert_int_equal(timers_next(&q), 200);
    time.mono = 200;
    timers_run(&q);
    assert_int_equal(second.rings, 1);
    timers_clear(&q);
}

/* Fills the queue to its capacity, so that the next start needs memory. */
static size_t fill(struct timer_queue *q, struct bell *bells, size_t max)
{
    size_t n = 0;
    do
        hang(&bells[n++], q, 10);
    while (q->count < q->cap && n < max);
    return n;
}

static void without_memory_a_timer_stays_stopped(void **state)
{
    (void)state;
    static struct bell bells[100];
    struct fake_clock time = fake_clock(0);
    struct timer_queue q;
    timers_init(&q, &time.clock);
    size_t n = fill(&q, bells, 100);
    struct bell late = {.timer = {.callback = ring}, .queue = &q};
    failing_malloc_after(0);
    assert_int_equal(timer_start_at(&q, &late.timer, 1), ERR_NO_MEMORY);
    assert_true(failing_malloc_hit());
    assert_false(timer_running(&late.timer));
    assert_int_equal(timer_start_at(&q, &bells[0].timer, 5), 0);
    failing_malloc_off();
    time.mono = 10;
    timers_run(&q);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(bells[i].rings, 1);
    assert_int_equal(late.rings, 0);
    timers_clear(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_ring_in_order_when_due),
        cmocka_unit_test(the_next_deadline_is_the_earliest),
        cmocka_unit_test(one_that_restarts_in_the_past_starves_nobody),
        cmocka_unit_test(a_due_one_can_be_stopped_by_an_earlier_one),
        cmocka_unit_test(a_due_one_can_be_put_off_by_an_earlier_one),
        cmocka_unit_test(without_memory_a_timer_stays_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
