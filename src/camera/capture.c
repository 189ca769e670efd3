/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/capture.h"

#include "base/clock.h"
#include "base/log.h"
#include "camera/capture_run.h"
#include "camera/identity.h"
#include "camera/side_thread.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct capture {
    struct side_thread side; /* its lock is of all that says so here */
    struct camera_identity identity;
    const struct backend *backend;
    struct frame_budget *budget; /* borrowed until left behind */
    struct capture_wish wish;

    _Atomic int64_t due_ns;
    _Atomic int64_t alive_ns;
    _Atomic uint64_t skipped;
    atomic_bool waits; /* for somebody to want a picture */

    /* The backend thread's own. */
    uint32_t warmup_left;
    uint64_t next_number;
    bool ready; /* the warm-up is over */

    /* The loop thread's own. */
    void (*on_news)(void *user);
    void *user;

    /* The lock's. */
    pthread_cond_t asked;               /* `due_ns`, `judged` or being stopped changed */
    uint64_t handed, collected, judged; /* frames: by the backend, to the loop, whose sequel `due_ns` is */
    struct capture_news news;
};

static void lock(struct capture *c)
{
    pthread_mutex_lock(&c->side.lock);
}

static void unlock(struct capture *c)
{
    pthread_mutex_unlock(&c->side.lock);
}

/* ---- life ---- */

static void run_backend(void *owner)
{
    struct capture *c = owner;
    struct err_text why = {0};
    int code = c->backend->run(c, &c->identity, &why);
    if (code == 0 && !capture_stopped(c))
        code = err_set(&why, ERR_IO, "%s: the stream ended by itself", c->identity.uri);
    lock(c);
    c->news.code = code;
    c->news.why = why;
    unlock(c);
}

static void tell_news(void *owner)
{
    struct capture *c = owner;
    c->on_news(c->user);
}

static void free_capture(void *owner)
{
    struct capture *c = owner;
    for (size_t i = 0; i < c->news.frame_count; i++)
        frame_unref(c->news.frames[i]);
    pthread_cond_destroy(&c->asked);
    free(c);
}

static void init_asked(struct capture *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&c->asked, &attr);
    pthread_condattr_destroy(&attr);
}

int capture_start(struct capture **out, const struct capture_setup *setup, struct err_text *why)
{
    static const struct side_thread_work work = {run_backend, tell_news, free_capture};
    struct err_text cause;
    *out = NULL;
    struct capture *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory to open it", setup->identity->uri);
    *c = (struct capture){
        .identity = *setup->identity,
        .backend = setup->backend,
        .budget = setup->budget,
        .wish = setup->wish,
        .warmup_left = setup->warmup,
        .next_number = setup->first_number,
        .on_news = setup->news,
        .user = setup->user,
        .news.next_number = setup->first_number,
    };
    atomic_store(&c->due_ns, INT64_MAX);
    atomic_store(&c->alive_ns, clock_mono_ns(&system_clock));
    init_asked(c);
    int code = side_thread_start(&c->side, setup->loop, &work, c, &cause);
    if (code) {
        err_set(why, (enum err)code, "%s: %s", c->identity.uri, cause.text);
        free_capture(c);
        return code;
    }
    *out = c;
    return 0;
}

void capture_stop(struct capture *c)
{
    side_thread_stop(&c->side);
    lock(c);
    pthread_cond_broadcast(&c->asked);
    unlock(c);
}

void capture_join(struct capture *c)
{
    side_thread_join(&c->side);
}

bool capture_clear(struct capture *c, int64_t deadline_ns)
{
    return side_thread_clear(&c->side, deadline_ns);
}

/* ---- the loop's side ---- */

void capture_collect(struct capture *c, struct capture_news *out)
{
    lock(c);
    *out = c->news;
    out->ended = c->side.ended;
    c->news.frame_count = 0;
    c->news.lost = 0;
    c->collected = c->handed;
    unlock(c);
    out->skipped = atomic_exchange(&c->skipped, 0);
}

void capture_want_from(struct capture *c, int64_t due_ns)
{
    lock(c);
    atomic_store(&c->due_ns, due_ns);
    c->judged = c->collected;
    pthread_cond_broadcast(&c->asked);
    unlock(c);
}

int64_t capture_alive_ns(const struct capture *c)
{
    return atomic_load(&c->waits) ? clock_mono_ns(&system_clock) : atomic_load(&c->alive_ns);
}

/* ---- the backend's side ---- */

const struct capture_wish *capture_wish(const struct capture *c)
{
    return &c->wish;
}

int capture_stop_fd(const struct capture *c)
{
    return c->side.stop_fd;
}

bool capture_stopped(const struct capture *c)
{
    return side_thread_stopped(&c->side);
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

bool capture_sleep_until(const struct capture *c, int64_t mono_ns)
{
    struct pollfd stop = {.fd = c->side.stop_fd, .events = POLLIN};
    while (!capture_stopped(c)) {
        int64_t left = mono_ns - clock_mono_ns(&system_clock);
        if (left <= 0)
            return true;
        struct timespec wait = timespec_of(left);
        ppoll(&stop, 1, &wait, NULL);
    }
    return false;
}

void capture_started(struct capture *c, uint32_t width, uint32_t height, enum pixel_format format, double fps)
{
    log_debug("camera", "%s: streams %" PRIu32 "x%" PRIu32 " %s at %g/s", c->identity.id, width, height,
              pixel_format_info(format)->name, fps);
    atomic_store(&c->alive_ns, clock_mono_ns(&system_clock));
    lock(c);
    c->news.started = true;
    c->news.fps = fps;
    side_thread_tell(&c->side);
    unlock(c);
}

bool capture_wanted(const struct capture *c, int64_t exposed_mono_ns)
{
    return c->warmup_left == 0 && exposed_mono_ns >= atomic_load_explicit(&c->due_ns, memory_order_relaxed);
}

/* The device can give a good frame. */
static void note_ready(struct capture *c, int64_t now)
{
    if (c->warmup_left > 0 || c->ready)
        return;
    c->ready = true;
    lock(c);
    c->news.ready_mono_ns = now;
    unlock(c);
}

/* A frame was offered, taken or not. */
static void note_offer(struct capture *c)
{
    int64_t now = clock_mono_ns(&system_clock);
    atomic_store_explicit(&c->alive_ns, now, memory_order_relaxed);
    note_ready(c, now);
    if (c->warmup_left > 0)
        c->warmup_left--;
}

/* The lock is held. What was wanted before the last frame may be satisfied by it. */
static int sleep_until_wanted(struct capture *c, int64_t until_ns)
{
    while (!capture_stopped(c)) {
        int64_t now = clock_mono_ns(&system_clock);
        int64_t due = c->judged == c->handed ? atomic_load(&c->due_ns) : INT64_MAX;
        if (c->warmup_left > 0 || now >= due)
            return 1;
        if (now >= until_ns)
            return 0;
        struct timespec wake = timespec_of(due < until_ns ? due : until_ns);
        pthread_cond_timedwait(&c->asked, &c->side.lock, &wake);
    }
    return -1;
}

int capture_wait_wanted(struct capture *c, int64_t until_mono_ns)
{
    note_ready(c, clock_mono_ns(&system_clock));
    atomic_store(&c->waits, true);
    lock(c);
    int rc = sleep_until_wanted(c, until_mono_ns);
    unlock(c);
    atomic_store(&c->alive_ns, clock_mono_ns(&system_clock));
    atomic_store(&c->waits, false);
    return rc;
}

void capture_skip(struct capture *c)
{
    atomic_fetch_add_explicit(&c->skipped, 1, memory_order_relaxed);
    note_offer(c);
}

uint64_t capture_next_number(const struct capture *c)
{
    return c->next_number;
}

/* The lock is held. Gives the frame to drop, if any. */
static struct frame *enqueue(struct capture *c, struct frame *f)
{
    struct capture_news *n = &c->news;
    if (!c->side.loop || !frame_budget_add(c->budget, f)) {
        n->lost++;
        return f;
    }
    c->handed++;
    f->number = c->next_number++;
    n->next_number = c->next_number;
    struct frame *oldest = NULL;
    if (n->frame_count == CAPTURE_QUEUE) {
        oldest = n->frames[0];
        memmove(n->frames, n->frames + 1, --n->frame_count * sizeof *n->frames);
        n->lost++;
    }
    n->frames[n->frame_count++] = f;
    return oldest;
}

void capture_deliver(struct capture *c, struct frame *f)
{
    note_offer(c);
    lock(c);
    struct frame *dropped = enqueue(c, f);
    side_thread_tell(&c->side);
    unlock(c);
    frame_unref(dropped);
}

void capture_lost(struct capture *c, uint64_t count)
{
    lock(c);
    c->news.lost += count;
    side_thread_tell(&c->side);
    unlock(c);
}

void capture_held_by(struct capture *c, const char *who)
{
    lock(c);
    identity_text(c->news.held_by, who);
    unlock(c);
}
