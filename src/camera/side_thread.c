/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/side_thread.h"

#include "base/thread.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

static void clear(struct side_thread *t)
{
    close(t->stop_fd);
    pthread_cond_destroy(&t->end);
    pthread_mutex_destroy(&t->lock);
}

static void let_go(struct side_thread *t)
{
    pthread_mutex_lock(&t->lock);
    unsigned left = --t->holders;
    pthread_mutex_unlock(&t->lock);
    if (left)
        return;
    clear(t);
    t->work->free(t->owner);
}

/* ---- news ---- */

static void deliver_news(void *user)
{
    struct side_thread *t = user;
    pthread_mutex_lock(&t->lock);
    t->posted = false;
    pthread_mutex_unlock(&t->lock);
    if (!t->silent)
        t->work->news(t->owner);
    let_go(t);
}

bool side_thread_tell(struct side_thread *t)
{
    if (!t->posted && t->loop && loop_post(t->loop, deliver_news, t) == 0) {
        t->posted = true;
        t->holders++;
    }
    return t->posted || !t->loop;
}

/* ---- the thread ---- */

static void *run(void *user)
{
    struct side_thread *t = user;
    t->work->run(t->owner);
    pthread_mutex_lock(&t->lock);
    t->ended = true;
    pthread_cond_broadcast(&t->end);
    while (!side_thread_tell(t)) {
        pthread_mutex_unlock(&t->lock);
        nanosleep(&(struct timespec){.tv_nsec = 10 * NS_PER_MS}, NULL);
        pthread_mutex_lock(&t->lock);
    }
    pthread_mutex_unlock(&t->lock);
    let_go(t);
    return NULL;
}

static void init_lock(struct side_thread *t)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&t->end, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&t->lock, NULL);
}

int side_thread_start(struct side_thread *t, struct loop *loop, const struct side_thread_work *work,
                      void *owner, struct err_text *why)
{
    *t = (struct side_thread){
        .work = work,
        .owner = owner,
        .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .loop = loop,
        .holders = 2,
    };
    if (t->stop_fd < 0)
        return err_errno(why, errno, "cannot make a stop signal");
    init_lock(t);
    int errnum = thread_start(&t->thread, run, t);
    if (!errnum)
        return 0;
    clear(t);
    return err_errno(why, errnum, "cannot start a thread");
}

void side_thread_stop(struct side_thread *t)
{
    atomic_store(&t->stopped, true);
    eventfd_write(t->stop_fd, 1);
}

bool side_thread_stopped(const struct side_thread *t)
{
    return atomic_load(&t->stopped);
}

bool side_thread_wait_ended(struct side_thread *t, int64_t deadline_ns)
{
    struct timespec until = {.tv_sec = deadline_ns / NS_PER_S, .tv_nsec = deadline_ns % NS_PER_S};
    int rc = 0;
    pthread_mutex_lock(&t->lock);
    while (!t->ended && rc == 0)
        rc = pthread_cond_timedwait(&t->end, &t->lock, &until);
    bool ended = t->ended;
    pthread_mutex_unlock(&t->lock);
    return ended;
}

void side_thread_join(struct side_thread *t)
{
    t->silent = true;
    pthread_join(t->thread, NULL);
    let_go(t);
}

void side_thread_leave(struct side_thread *t)
{
    t->silent = true;
    pthread_mutex_lock(&t->lock);
    t->loop = NULL;
    pthread_mutex_unlock(&t->lock);
    pthread_detach(t->thread);
    let_go(t);
}

bool side_thread_clear(struct side_thread *t, int64_t deadline_ns)
{
    bool ended = side_thread_wait_ended(t, deadline_ns);
    if (ended)
        side_thread_join(t);
    else
        side_thread_leave(t);
    return ended;
}
