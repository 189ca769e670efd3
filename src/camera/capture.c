/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/capture.h"

#include "base/clock.h"
#include "base/log.h"
#include "camera/capture_run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct capture {
    struct camera_identity identity;
    const struct backend *backend;
    struct frame_budget *budget; /* borrowed until left behind */
    struct capture_wish wish;
    pthread_t thread;
    int stop_fd;

    _Atomic int64_t due_ns;
    _Atomic int64_t alive_ns;
    _Atomic uint64_t skipped;
    atomic_bool stopped;
    atomic_bool waits; /* for somebody to want a picture */

    /* The backend thread's own. */
    uint32_t warmup_left;
    uint64_t next_number;
    bool ready; /* the warm-up is over */

    /* The loop thread's own. */
    void (*on_news)(void *user); /* NULL: nobody listens any more */
    void *user;

    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t end;
    pthread_cond_t asked;               /* `due_ns`, `judged` or `stopped` changed */
    uint64_t handed, collected, judged; /* frames: by the backend, to the loop, whose sequel `due_ns` is */
    struct capture_news news;
    struct loop *loop; /* borrowed; NULL: left behind */
    bool posted;
    unsigned holders; /* the owner, the thread, a call that was posted */
};

/* ---- life ---- */

static void let_go(struct capture *c)
{
    pthread_mutex_lock(&c->lock);
    unsigned left = --c->holders;
    pthread_mutex_unlock(&c->lock);
    if (left)
        return;
    for (size_t i = 0; i < c->news.frame_count; i++)
        frame_unref(c->news.frames[i]);
    close(c->stop_fd);
    pthread_cond_destroy(&c->asked);
    pthread_cond_destroy(&c->end);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void tell_news(void *user)
{
    struct capture *c = user;
    pthread_mutex_lock(&c->lock);
    c->posted = false;
    pthread_mutex_unlock(&c->lock);
    if (c->on_news)
        c->on_news(c->user);
    let_go(c);
}

/* The lock is held. False when the loop has no memory for it: try again later. */
static bool post_news(struct capture *c)
{
    if (!c->posted && c->loop && loop_post(c->loop, tell_news, c) == 0) {
        c->posted = true;
        c->holders++;
    }
    return c->posted || !c->loop;
}

static void *run_backend(void *user)
{
    struct capture *c = user;
    struct err_text why = {0};
    int code = c->backend->run(c, &c->identity, &why);
    if (code == 0 && !capture_stopped(c))
        code = err_set(&why, ERR_IO, "%s: the stream ended by itself", c->identity.uri);
    pthread_mutex_lock(&c->lock);
    c->news.ended = true;
    c->news.code = code;
    c->news.why = why;
    pthread_cond_broadcast(&c->end);
    while (!post_news(c)) {
        pthread_mutex_unlock(&c->lock);
        nanosleep(&(struct timespec){.tv_nsec = 10 * NS_PER_MS}, NULL);
        pthread_mutex_lock(&c->lock);
    }
    pthread_mutex_unlock(&c->lock);
    let_go(c);
    return NULL;
}

/* The thread takes no signals: those are the loop's. */
static int start_thread(struct capture *c)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int errnum = pthread_create(&c->thread, NULL, run_backend, c);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

static void init_lock(struct capture *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&c->end, &attr);
    pthread_cond_init(&c->asked, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&c->lock, NULL);
}

int capture_start(struct capture **out, const struct capture_setup *setup, struct err_text *why)
{
    *out = NULL;
    struct capture *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory to open it", setup->identity->uri);
    *c = (struct capture){
        .identity = *setup->identity,
        .backend = setup->backend,
        .budget = setup->budget,
        .wish = setup->wish,
        .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
        .warmup_left = setup->warmup,
        .next_number = setup->first_number,
        .on_news = setup->news,
        .user = setup->user,
        .news.next_number = setup->first_number,
        .loop = setup->loop,
        .holders = 2,
    };
    if (c->stop_fd < 0) {
        int code = err_errno(why, errno, "%s: cannot make a stop signal", c->identity.uri);
        free(c);
        return code;
    }
    atomic_store(&c->due_ns, INT64_MAX);
    atomic_store(&c->alive_ns, clock_mono_ns(&system_clock));
    init_lock(c);
    int errnum = start_thread(c);
    if (errnum) {
        int code = err_errno(why, errnum, "%s: cannot start a thread", c->identity.uri);
        c->holders = 1;
        let_go(c);
        return code;
    }
    *out = c;
    return 0;
}

void capture_stop(struct capture *c)
{
    atomic_store(&c->stopped, true);
    eventfd_write(c->stop_fd, 1);
    pthread_mutex_lock(&c->lock);
    pthread_cond_broadcast(&c->asked);
    pthread_mutex_unlock(&c->lock);
}

static struct timespec timespec_of(int64_t ns)
{
    return (struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
}

bool capture_wait_ended(struct capture *c, int64_t deadline_ns)
{
    struct timespec until = timespec_of(deadline_ns);
    int rc = 0;
    pthread_mutex_lock(&c->lock);
    while (!c->news.ended && rc == 0)
        rc = pthread_cond_timedwait(&c->end, &c->lock, &until);
    bool ended = c->news.ended;
    pthread_mutex_unlock(&c->lock);
    return ended;
}

void capture_join(struct capture *c)
{
    c->on_news = NULL;
    pthread_join(c->thread, NULL);
    let_go(c);
}

void capture_leave_behind(struct capture *c)
{
    c->on_news = NULL;
    pthread_mutex_lock(&c->lock);
    c->loop = NULL;
    pthread_mutex_unlock(&c->lock);
    pthread_detach(c->thread);
    let_go(c);
}

/* ---- the loop's side ---- */

void capture_collect(struct capture *c, struct capture_news *out)
{
    pthread_mutex_lock(&c->lock);
    *out = c->news;
    c->news.frame_count = 0;
    c->news.lost = 0;
    c->collected = c->handed;
    pthread_mutex_unlock(&c->lock);
    out->skipped = atomic_exchange(&c->skipped, 0);
}

void capture_want_from(struct capture *c, int64_t due_ns)
{
    pthread_mutex_lock(&c->lock);
    atomic_store(&c->due_ns, due_ns);
    c->judged = c->collected;
    pthread_cond_broadcast(&c->asked);
    pthread_mutex_unlock(&c->lock);
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
    return c->stop_fd;
}

bool capture_stopped(const struct capture *c)
{
    return atomic_load(&c->stopped);
}

bool capture_sleep_until(const struct capture *c, int64_t mono_ns)
{
    struct pollfd stop = {.fd = c->stop_fd, .events = POLLIN};
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
    pthread_mutex_lock(&c->lock);
    c->news.started = true;
    c->news.fps = fps;
    post_news(c);
    pthread_mutex_unlock(&c->lock);
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
    pthread_mutex_lock(&c->lock);
    c->news.ready_mono_ns = now;
    pthread_mutex_unlock(&c->lock);
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
        pthread_cond_timedwait(&c->asked, &c->lock, &wake);
    }
    return -1;
}

int capture_wait_wanted(struct capture *c, int64_t until_mono_ns)
{
    note_ready(c, clock_mono_ns(&system_clock));
    atomic_store(&c->waits, true);
    pthread_mutex_lock(&c->lock);
    int rc = sleep_until_wanted(c, until_mono_ns);
    pthread_mutex_unlock(&c->lock);
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
    if (!c->loop || !frame_budget_add(c->budget, f)) {
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
    pthread_mutex_lock(&c->lock);
    struct frame *dropped = enqueue(c, f);
    post_news(c);
    pthread_mutex_unlock(&c->lock);
    frame_unref(dropped);
}

void capture_lost(struct capture *c, uint64_t count)
{
    pthread_mutex_lock(&c->lock);
    c->news.lost += count;
    post_news(c);
    pthread_mutex_unlock(&c->lock);
}
