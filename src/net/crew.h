/* SPDX-License-Identifier: Apache-2.0
 * A crew of threads for heavy work (base/task.h) that goes best in batches.
 *
 * Tasks wait in one queue; a thread that is free takes as many from its head as make a full batch. They may
 * end in any order. The threads start when there is work for them. Loop thread only, but for the work itself.
 */
#ifndef UACAM_NET_CREW_H
#define UACAM_NET_CREW_H

#include "base/task.h"
#include "net/loop.h"

enum { CREW_MAX_THREADS = 16, CREW_MAX_BATCH = 64 };

/* Does all of them, on a thread of the crew. */
typedef void (*crew_work)(void *user, struct task *const *tasks, size_t count);

struct crew_setup {
    struct loop *loop; /* borrowed for life */
    unsigned threads;  /* at most CREW_MAX_THREADS; 0: one for each processor that we may use */
    size_t full;       /* weight from which on a batch takes no more */
    crew_work work;
    void *user;
};

struct crew;

/* NULL without memory. */
must_check struct crew *crew_new(const struct crew_setup *setup);

/* Where no thread can be started the work is done at once, and `done` called. */
void crew_submit(struct crew *c, struct task *t);

/* Waits until everything submitted is done, and has called each `done`. NULL is allowed. */
void crew_free(struct crew *c);

#endif
