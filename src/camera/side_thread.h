/* SPDX-License-Identifier: Apache-2.0
 * A thread beside the loop that may hang in a driver: started, told to stop, then joined or left to itself.
 *
 * It is part of a thing that both threads share, its owner. The owner lives until both have let go of it, so
 * that a thread that hangs may come back whenever it likes. Functions are for the loop thread where nothing
 * else is said; none waits but side_thread_wait_ended(). */
#ifndef UACAM_CAMERA_SIDE_THREAD_H
#define UACAM_CAMERA_SIDE_THREAD_H

#include "base/err.h"
#include "net/loop.h"

#include <pthread.h>
#include <stdatomic.h>

struct side_thread_work {
    void (*run)(void *owner);  /* on the thread; shall return soon after side_thread_stop() */
    void (*news)(void *owner); /* on the loop, after side_thread_tell() and when run() has returned */
    void (*free)(void *owner); /* both have let go; on the thread that was last */
};

struct side_thread {
    const struct side_thread_work *work; /* borrowed for life */
    void *owner;
    pthread_t thread;
    int stop_fd; /* readable from side_thread_stop() on */
    atomic_bool stopped;
    bool silent; /* the loop thread's own: news is not called any more */

    pthread_mutex_t lock; /* of what follows, and of whatever the owner shares */
    pthread_cond_t end;
    bool ended;        /* run() has returned */
    struct loop *loop; /* borrowed; NULL: left to itself */
    bool posted;
    unsigned holders; /* the owner, the thread, a call that was posted */
};

/* Starts the thread of `owner`. On failure the owner is still the caller's, without any thread. ERR_LIMIT,
 * ERR_IO. */
must_check int side_thread_start(struct side_thread *t, struct loop *loop,
                                 const struct side_thread_work *work, void *owner, struct err_text *why);

/* Has `news` called soon, once for many calls. Any thread, the lock is held. False without memory: try later.
 */
bool side_thread_tell(struct side_thread *t);

/* Any thread. */
void side_thread_stop(struct side_thread *t);
bool side_thread_stopped(const struct side_thread *t);

/* Sleeps until run() has returned; false when it has not by `deadline_ns`. */
bool side_thread_wait_ended(struct side_thread *t, int64_t deadline_ns);

/* Lets go: no news any more. The first is for a thread that has ended. */
void side_thread_join(struct side_thread *t);
void side_thread_leave(struct side_thread *t);

/* Waits, then joins or leaves it; false when it was left. */
bool side_thread_clear(struct side_thread *t, int64_t deadline_ns);

#endif
