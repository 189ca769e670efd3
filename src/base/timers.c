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
    assert(q->count == 0 && q->due.count == 0);
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

static void leave_due(struct timer_queue *q, struct timer *t)
{
    list_remove(&q->due, &t->due);
    t->is_due = false;
}

/* Due timers keep their place reserved, so that moving one back cannot fail. */
static int reserve_place(struct timer_queue *q)
{
    if (q->count + q->due.count < q->cap)
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
    if (!timer_running(t)) {
        int rc = reserve_place(q);
        if (rc)
            return rc;
    }
    if (t->is_due)
        leave_due(q, t);
    if (!t->place)
        t->place = ++q->count;
    t->deadline_ns = deadline_ns;
    sift(q, t->place, t);
    return 0;
}

int timer_start_in(struct timer_queue *q, struct timer *t, int64_t delay_ns)
{
    int64_t now = clock_mono_ns(q->clock);
    return timer_start_at(q, t, delay_ns > INT64_MAX - now ? INT64_MAX : now + delay_ns);
}

static void leave_heap(struct timer_queue *q, struct timer *t)
{
    size_t place = t->place;
    t->place = 0;
    struct timer *last = q->heap[--q->count];
    if (last != t)
        sift(q, place, last);
}

void timer_stop(struct timer_queue *q, struct timer *t)
{
    if (t->place)
        leave_heap(q, t);
    else if (t->is_due)
        leave_due(q, t);
}

bool timer_running(const struct timer *t)
{
    return t->place || t->is_due;
}

int64_t timers_next(const struct timer_queue *q)
{
    if (q->due.first)
        return container_of(q->due.first, struct timer, due)->deadline_ns;
    return q->count ? q->heap[0]->deadline_ns : INT64_MAX;
}

void timers_run(struct timer_queue *q)
{
    int64_t now = clock_mono_ns(q->clock);
    while (q->count && q->heap[0]->deadline_ns <= now) {
        struct timer *t = q->heap[0];
        leave_heap(q, t);
        list_append(&q->due, &t->due);
        t->is_due = true;
    }
    while (q->due.first) {
        struct timer *t = container_of(q->due.first, struct timer, due);
        leave_due(q, t);
        t->callback(t);
    }
}
