/* SPDX-License-Identifier: Apache-2.0 */
#include "base/timers.h"

#include "base/err.h"

#include <assert.h>
#include <stdlib.h>

void timers_init(struct timer_queue *q, const struct clock *clock)
{
    *q = (struct timer_queue){.clock = clock};
}

void timers_clear(struct timer_queue *q)
{
    assert(q->count == 0);
    free(q->heap);
    *q = (struct timer_queue){.clock = q->clock};
}

static void put(struct timer_queue *q, size_t place, struct timer *t)
{
    q->heap[place - 1] = t;
    t->place = place;
}

/* Moves `t` from the free `place` to where it belongs. */
static void sift(struct timer_queue *q, size_t place, struct timer *t)
{
    while (place > 1 && q->heap[place / 2 - 1]->deadline_ns > t->deadline_ns) {
        put(q, place, q->heap[place / 2 - 1]);
        place /= 2;
    }
    for (;;) {
        size_t child = place * 2;
        if (child > q->count)
            break;
        if (child < q->count && q->heap[child]->deadline_ns < q->heap[child - 1]->deadline_ns)
            child++;
        if (q->heap[child - 1]->deadline_ns >= t->deadline_ns)
            break;
        put(q, place, q->heap[child - 1]);
        place = child;
    }
    put(q, place, t);
}

static int reserve_place(struct timer_queue *q)
{
    if (q->count < q->cap)
        return 0;
    size_t cap = q->cap ? q->cap * 2 : 32;
    struct timer **heap = realloc(q->heap, cap * sizeof *heap);
    if (!heap)
        return ERR_NO_MEMORY;
    q->heap = heap;
    q->cap = cap;
    return 0;
}

int timer_start_at(struct timer_queue *q, struct timer *t, int64_t deadline_ns)
{
    if (!t->place) {
        int rc = reserve_place(q);
        if (rc)
            return rc;
        t->place = ++q->count;
    }
    t->deadline_ns = deadline_ns;
    sift(q, t->place, t);
    return 0;
}

int timer_start_in(struct timer_queue *q, struct timer *t, int64_t delay_ns)
{
    return timer_start_at(q, t, clock_mono_ns(q->clock) + delay_ns);
}

void timer_stop(struct timer_queue *q, struct timer *t)
{
    size_t place = t->place;
    if (!place)
        return;
    t->place = 0;
    struct timer *last = q->heap[--q->count];
    if (last != t)
        sift(q, place, last);
}

bool timer_running(const struct timer *t)
{
    return t->place != 0;
}

int64_t timers_next(const struct timer_queue *q)
{
    return q->count ? q->heap[0]->deadline_ns : INT64_MAX;
}

void timers_run(struct timer_queue *q)
{
    int64_t now = clock_mono_ns(q->clock);
    /* As many as are there now: one that starts itself again in the past cannot keep us here for ever. */
    for (size_t turns = q->count; turns > 0 && timers_next(q) <= now; turns--) {
        struct timer *t = q->heap[0];
        timer_stop(q, t);
        t->callback(t);
    }
}
