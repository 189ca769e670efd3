/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/tuner.h"

#include "camera/side_thread.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct tuner {
    struct side_thread side; /* its lock is of all that says so here */
    const struct tuner_ops *ops;
    struct camera_identity identity;
    int bell; /* readable: the thread shall look up */

    /* The thread's own. */
    void *device;
    bool open;

    /* The loop thread's own. */
    void (*on_news)(void *user);
    void *user;

    /* The lock's. */
    struct tuner_job job;
    struct tuner_result result;
    bool has_job, has_result;
    bool watched, noticed;
    bool deaf; /* waiting failed: no more of it before the next job */
};

static void lock(struct tuner *t)
{
    pthread_mutex_lock(&t->side.lock);
}

static void unlock(struct tuner *t)
{
    pthread_mutex_unlock(&t->side.lock);
}

/* ---- the device, on the thread ---- */

static int open_device(struct tuner *t, struct err_text *why)
{
    if (t->open)
        return 0;
    int rc = t->ops->open(&t->identity, &t->device, why);
    t->open = !rc;
    return rc;
}

static void close_device(struct tuner *t)
{
    if (t->open)
        t->ops->close(t->device);
    t->open = false;
}

static int carry_out(struct tuner *t, const struct tuner_job *job, struct tuner_result *r)
{
    switch (job->task) {
    case TUNER_APPLY:
        return t->ops->apply(t->device, &r->wish, job->path, &job->value, &r->why);
    case TUNER_RESTORE:
        return setting_memory_restore(&job->memory, t->ops, t->device, t->identity.id, &r->wish, &r->why);
    case TUNER_LIST:
        break;
    }
    return 0;
}

/* What was applied is applied, whether it can be listed then or not (a reset). A device that cannot be listed
 * is opened anew next time. */
static void do_job(struct tuner *t, const struct tuner_job *job, struct tuner_result *r)
{
    *r = (struct tuner_result){.task = job->task, .wish = job->wish, .value = job->value};
    memcpy(r->path, job->path, sizeof r->path);
    struct err_text why;
    setting_list_init(&r->list);
    r->code = open_device(t, &r->why);
    if (r->code)
        return;
    r->code = carry_out(t, job, r);
    int listing = t->ops->list(t->device, &r->wish, &r->list, &why);
    r->listed = listing == 0;
    if (listing) {
        setting_list_clear(&r->list);
        close_device(t);
    }
    if (listing && !r->code && job->task != TUNER_APPLY) {
        r->code = listing;
        r->why = why;
    }
}

/* ---- the thread ---- */

static void hand_over(struct tuner *t, const struct tuner_result *r)
{
    lock(t);
    t->result = *r;
    t->has_result = true;
    t->deaf = false;
    side_thread_tell(&t->side);
    unlock(t);
}

/* Somebody else changed settings, or the device failed: listing will tell. */
static void notice(struct tuner *t, bool deaf)
{
    lock(t);
    t->noticed = true;
    t->deaf |= deaf;
    side_thread_tell(&t->side);
    unlock(t);
}

static bool listens(struct tuner *t)
{
    lock(t);
    bool listens = t->open && t->ops->wait && t->watched && !t->noticed && !t->deaf;
    unlock(t);
    return listens;
}

/* Until the bell rings or the device tells something. */
static void sleep_a_while(struct tuner *t)
{
    struct err_text why;
    eventfd_t rung;
    if (listens(t)) {
        int rc = t->ops->wait(t->device, t->bell, &why);
        if (rc)
            notice(t, rc < 0);
    } else {
        poll(&(struct pollfd){.fd = t->bell, .events = POLLIN}, 1, -1);
    }
    eventfd_read(t->bell, &rung);
}

static bool take_job(struct tuner *t, struct tuner_job *job)
{
    lock(t);
    bool taken = t->has_job;
    *job = t->job;
    t->job = (struct tuner_job){0};
    t->has_job = false;
    unlock(t);
    return taken;
}

static void run(void *owner)
{
    struct tuner *t = owner;
    while (!side_thread_stopped(&t->side)) {
        struct tuner_job job;
        struct tuner_result result;
        if (take_job(t, &job)) {
            do_job(t, &job, &result);
            setting_memory_clear(&job.memory);
            hand_over(t, &result);
        } else {
            sleep_a_while(t);
        }
    }
    close_device(t);
}

/* ---- life ---- */

static void tell_news(void *owner)
{
    struct tuner *t = owner;
    t->on_news(t->user);
}

static void free_tuner(void *owner)
{
    struct tuner *t = owner;
    setting_memory_clear(&t->job.memory);
    if (t->has_result)
        setting_list_clear(&t->result.list);
    close(t->bell);
    free(t);
}

int tuner_start(struct tuner **out, const struct tuner_setup *setup, struct err_text *why)
{
    static const struct side_thread_work work = {run, tell_news, free_tuner};
    struct err_text cause;
    const char *uri = setup->identity->uri;
    *out = NULL;
    struct tuner *t = calloc(1, sizeof *t);
    if (!t)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for its settings", uri);
    t->ops = setup->ops;
    t->identity = *setup->identity;
    t->on_news = setup->news;
    t->user = setup->user;
    t->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int code = t->bell < 0 ? err_errno(&cause, errno, "cannot make a bell")
                           : side_thread_start(&t->side, setup->loop, &work, t, &cause);
    if (!code) {
        *out = t;
        return 0;
    }
    err_set(why, (enum err)code, "%s: %s", uri, cause.text);
    if (t->bell >= 0)
        close(t->bell);
    free(t);
    return code;
}

void tuner_stop(struct tuner *t)
{
    side_thread_stop(&t->side);
    eventfd_write(t->bell, 1);
}

bool tuner_ended(struct tuner *t)
{
    lock(t);
    bool ended = t->side.ended;
    unlock(t);
    return ended;
}

bool tuner_clear(struct tuner *t, int64_t deadline_ns)
{
    return side_thread_clear(&t->side, deadline_ns);
}

/* ---- jobs ---- */

void tuner_give(struct tuner *t, struct tuner_job *job)
{
    lock(t);
    assert(!t->has_job && !t->has_result);
    t->job = *job;
    t->has_job = true;
    t->noticed = false;
    unlock(t);
    *job = (struct tuner_job){0};
    eventfd_write(t->bell, 1);
}

bool tuner_collect(struct tuner *t, struct tuner_result *out)
{
    lock(t);
    bool there = t->has_result;
    *out = t->result;
    t->result = (struct tuner_result){0};
    t->has_result = false;
    unlock(t);
    return there;
}

bool tuner_noticed(struct tuner *t)
{
    lock(t);
    bool noticed = t->noticed;
    unlock(t);
    return noticed;
}

void tuner_watch(struct tuner *t, bool watch)
{
    lock(t);
    t->watched = watch;
    unlock(t);
    eventfd_write(t->bell, 1);
}
