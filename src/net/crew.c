/* SPDX-License-Identifier: Apache-2.0 */
#include "net/crew.h"

#include "base/thread.h"

#include <stdlib.h>
#include <time.h>

struct crew {
    struct crew_setup setup;
    pthread_t threads[CREW_MAX_THREADS];
    unsigned thread_count;

    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t news;  /* tasks wait, or it ends */
    struct list waiting;  /* struct task */
    struct list finished; /* struct task, `done` not called yet */
    unsigned idle;        /* threads that wait */
    bool posted;          /* tell_finished() is on its way */
    bool ending;
    bool freed; /* the loop's own: only the posted call is awaited */
};

static void end(struct crew *c)
{
    pthread_cond_destroy(&c->news);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- the threads ---- */

/* The lock is held. */
static size_t take_batch(struct crew *c, struct task **tasks)
{
    size_t count = 0, weight = 0;
    while (c->waiting.first && count < CREW_MAX_BATCH && (count == 0 || weight < c->setup.full)) {
        tasks[count] = container_of(list_pop(&c->waiting), struct task, link);
        weight += tasks[count++]->weight;
    }
    return count;
}

static void call_finished(struct crew *c)
{
    struct list finished;
    pthread_mutex_lock(&c->lock);
    finished = c->finished;
    c->finished = (struct list){0};
    pthread_mutex_unlock(&c->lock);
    struct list_link *link;
    while ((link = list_pop(&finished))) {
        struct task *t = container_of(link, struct task, link);
        t->done(t);
    }
}

static void tell_finished(void *user)
{
    struct crew *c = user;
    pthread_mutex_lock(&c->lock);
    c->posted = false;
    pthread_mutex_unlock(&c->lock);
    if (c->freed)
        end(c);
    else
        call_finished(c);
}

/* The lock is held, but for the time it sleeps while the loop has no memory. */
static void report(struct crew *c, struct task *const *tasks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        list_append(&c->finished, &tasks[i]->link);
    while (!c->posted && !c->ending) {
        if (loop_post(c->setup.loop, tell_finished, c) == 0) {
            c->posted = true;
            return;
        }
        pthread_mutex_unlock(&c->lock);
        nanosleep(&(struct timespec){.tv_nsec = NS_PER_MS}, NULL);
        pthread_mutex_lock(&c->lock);
    }
}

static void *work(void *user)
{
    struct crew *c = user;
    struct task *tasks[CREW_MAX_BATCH];
    pthread_mutex_lock(&c->lock);
    for (;;) {
        size_t count = take_batch(c, tasks);
        if (count > 0) {
            pthread_mutex_unlock(&c->lock);
            c->setup.work(c->setup.user, tasks, count);
            pthread_mutex_lock(&c->lock);
            report(c, tasks, count);
        } else if (c->ending) {
            break;
        } else {
            c->idle++;
            pthread_cond_wait(&c->news, &c->lock);
            c->idle--;
        }
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* ---- the loop's side ---- */

struct crew *crew_new(const struct crew_setup *setup)
{
    struct crew *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->setup = *setup;
    if (c->setup.threads == 0)
        c->setup.threads = thread_processors();
    if (c->setup.threads > CREW_MAX_THREADS)
        c->setup.threads = CREW_MAX_THREADS;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->news, NULL);
    return c;
}

void crew_submit(struct crew *c, struct task *t)
{
    pthread_mutex_lock(&c->lock);
    list_append(&c->waiting, &t->link);
    bool more = c->idle < c->waiting.count && c->thread_count < c->setup.threads;
    if (c->idle > 0)
        pthread_cond_signal(&c->news);
    pthread_mutex_unlock(&c->lock);
    if (more && thread_start(&c->threads[c->thread_count], work, c) == 0)
        c->thread_count++;
    if (c->thread_count > 0)
        return;
    list_remove(&c->waiting, &t->link);
    c->setup.work(c->setup.user, &t, 1);
    t->done(t);
}

void crew_free(struct crew *c)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->ending = true;
    pthread_cond_broadcast(&c->news);
    pthread_mutex_unlock(&c->lock);
    for (unsigned i = 0; i < c->thread_count; i++)
        pthread_join(c->threads[i], NULL);
    call_finished(c);
    c->freed = true;
    if (!c->posted)
        end(c);
}
