/* SPDX-License-Identifier: Apache-2.0
 * Timers as pure data: a heap of deadlines that somebody else runs.
 *
 * The event loop asks timers_next() how long it may sleep and calls timers_run() when it wakes; tests do the
 * same with a fake clock. Start and stop cost O(log n), nothing scans what is not due. Single-threaded. */
#ifndef UACAM_BASE_TIMERS_H
#define UACAM_BASE_TIMERS_H

#include "base/clock.h"
#include "base/compiler.h"
#include "base/list.h"

#include <stdbool.h>

struct timer;

/* The timer is stopped when this is called; it may start itself again. */
typedef void (*timer_callback)(struct timer *t);

/* Lives inside the thing that waits; zero it, set `callback`. */
struct timer {
    timer_callback callback;
    int64_t deadline_ns; /* monotonic */
    size_t place;        /* in the heap, counted from 1; 0: not there */
    struct list_link due;
    bool is_due; /* taken from the heap by timers_run(), not called yet */
};

struct timer_queue {
    const struct clock *clock; /* borrowed for life */
    struct timer **heap;
    size_t count;
    size_t cap;
    struct list due;
};

void timers_init(struct timer_queue *q, const struct clock *clock);

/* No timer may be running any more. */
void timers_clear(struct timer_queue *q);

/* Starts or moves it. Returns 0 or ERR_NO_MEMORY; moving a running one always succeeds. */
must_check int timer_start_at(struct timer_queue *q, struct timer *t, int64_t deadline_ns);
must_check int timer_start_in(struct timer_queue *q, struct timer *t, int64_t delay_ns);

/* Stopping a stopped one does nothing. */
void timer_stop(struct timer_queue *q, struct timer *t);

bool timer_running(const struct timer *t);

/* The earliest deadline, INT64_MAX without any. */
int64_t timers_next(const struct timer_queue *q);

/* Calls what is due now, earliest first. A timer that starts itself anew at a past deadline waits for the
 * next run. */
void timers_run(struct timer_queue *q);

#endif
