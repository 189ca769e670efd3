/* SPDX-License-Identifier: Apache-2.0
 * The event loop of the protocol thread, over libuv.
 *
 * One loop, one thread; only loop_post() may be called from others. Floors above wait by `loop_timers()`,
 * which they can also be given in tests without any loop. */
#ifndef UACAM_NET_LOOP_H
#define UACAM_NET_LOOP_H

#include "base/err.h"
#include "base/timers.h"

struct loop;

/* From now on the program ignores SIGPIPE: sending to a peer that is gone is an error like others. */
must_check int loop_new(struct loop **out, struct err_text *why);

/* All connections and listeners of it must be closed, all timers stopped. Posted calls that still wait are
 * run. */
void loop_free(struct loop *l);

/* Ends the worker threads that all loops share, at the end of a program: what libraries keep for a thread is
 * freed while they still can. No loop may be alive; a new one must not be made. */
void loop_end_workers(void);

/* Runs until loop_stop() or until nothing is left to wait for: a connection, a listener, a timer, a job, a
 * posted call. Watched signals do not count. It may be run again. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);

/* Timers that this loop runs. Borrowed for the loop's life. */
struct timer_queue *loop_timers(struct loop *l);

typedef void (*loop_call)(void *user);

/* Runs `call(user)` on the loop thread, in the order posted. Any thread. ERR_NO_MEMORY; ERR_LIMIT when more
 * than 65536 calls wait. */
must_check int loop_post(struct loop *l, loop_call call, void *user);

/* Runs `work` on a worker thread, then `done` on the loop thread; `done` is always called. Loop thread only.
 */
struct job {
    loop_call work;
    loop_call done;
    void *user;
    void *hidden; /* the loop's own */
};
must_check int loop_submit(struct loop *l, struct job *j);

/* Calls `call(user)` on the loop thread at each arrival of the signal. Until loop_unwatch_signals(). */
must_check int loop_watch_signal(struct loop *l, int signum, loop_call call, void *user,
                                 struct err_text *why);
void loop_unwatch_signals(struct loop *l);

#endif
