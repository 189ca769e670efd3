/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include "base/list.h"
#include "net/loop_uv.h"

#include <assert.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_POSTS = 65536, RECEIVE_BUFFER_SIZE = 256 * 1024, MAX_SPARES = 16 };

struct post {
    loop_call call;
    void *user;
};

struct posts {
    struct post *items;
    size_t count, cap;
};

struct loop {
    uv_loop_t uv;
    uv_timer_t alarm;
    uv_async_t bell;
    uv_mutex_t lock;
    struct timer_queue timers;
    struct posts waiting; /* under `lock` */
    struct posts running; /* their turn now; swapped with `waiting` */
    struct list signals;
    struct list spares; /* submitted, of work that is done */
    int64_t alarm_ns;   /* the deadline that `alarm` is set for, INT64_MAX: none */
    bool stopped;
    char *receive_buffer;
};

struct watched_signal {
    struct list_link link;
    uv_signal_t handle;
    loop_call call;
    void *user;
};

struct submitted {
    struct list_link link; /* among the spares */
    uv_work_t request;
    struct job *job;
};

uv_loop_t *loop_uv(struct loop *l)
{
    return &l->uv;
}

uv_buf_t loop_receive_buffer(struct loop *l)
{
    return uv_buf_init(l->receive_buffer, RECEIVE_BUFFER_SIZE);
}

struct timer_queue *loop_timers(struct loop *l)
{
    return &l->timers;
}

int err_uv(struct err_text *why, int rc, const char *fmt, ...)
{
    /* libuv's codes are negated errnos; these are not, or mean more here. */
    static const struct {
        int rc;
        enum err code;
    } codes[] = {
        {UV_EAI_NONAME, ERR_NOT_FOUND},    {UV_EAI_NODATA, ERR_NOT_FOUND}, {UV_EAI_AGAIN, ERR_NOT_FOUND},
        {UV_EADDRNOTAVAIL, ERR_NOT_FOUND}, {UV_EPIPE, ERR_GONE},           {UV_ECANCELED, ERR_CLOSED},
    };
    char what[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    int code = err_errno(NULL, -rc, "%s", what);
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        if (codes[i].rc == rc)
            code = codes[i].code;
    return err_set(why, (enum err)code, "%s: %s", what, uv_strerror(rc));
}

/* ---- life ---- */

/* One that is due already rings before libuv sleeps, which uv_stop() then keeps it from. */
static void on_alarm(uv_timer_t *alarm)
{
    struct loop *l = alarm->data;
    l->alarm_ns = INT64_MAX;
    uv_stop(&l->uv);
}

/* libuv wants a callback where the waking is all that matters. */
static void on_bell(uv_async_t *bell)
{
    (void)bell;
}

/* Sending to a peer that is gone must fail, not kill the program. */
static void ignore_sigpipe(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

int loop_new(struct loop **out, struct err_text *why)
{
    *out = NULL;
    struct loop *l = calloc(1, sizeof *l);
    char *receive_buffer = malloc(RECEIVE_BUFFER_SIZE);
    int rc = l && receive_buffer ? uv_loop_init(&l->uv) : UV_ENOMEM;
    if (rc)
        goto out;
    rc = uv_async_init(&l->uv, &l->bell, on_bell);
    if (!rc)
        rc = uv_mutex_init(&l->lock);
    if (rc) {
        uv_loop_close(&l->uv);
        goto out;
    }
    uv_timer_init(&l->uv, &l->alarm);
    uv_unref((uv_handle_t *)&l->bell);
    l->alarm.data = l;
    l->alarm_ns = INT64_MAX;
    l->receive_buffer = receive_buffer;
    timers_init(&l->timers, &system_clock);
    ignore_sigpipe();
    *out = l;
    return 0;
out:
    free(receive_buffer);
    free(l);
    return err_uv(why, rc, "cannot make an event loop");
}

static void run_posted(struct loop *l)
{
    uv_mutex_lock(&l->lock);
    struct posts turn = l->waiting;
    l->waiting = l->running;
    uv_mutex_unlock(&l->lock);
    for (size_t i = 0; i < turn.count; i++)
        turn.items[i].call(turn.items[i].user);
    turn.count = 0;
    l->running = turn;
}

void loop_free(struct loop *l)
{
    run_posted(l);
    loop_unwatch_signals(l);
    uv_close((uv_handle_t *)&l->alarm, NULL);
    uv_close((uv_handle_t *)&l->bell, NULL);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    int rc = uv_loop_close(&l->uv);
    assert(rc == 0);
    (void)rc;
    while (l->spares.first)
        free(container_of(list_pop(&l->spares), struct submitted, link));
    uv_mutex_destroy(&l->lock);
    timers_clear(&l->timers);
    free(l->waiting.items);
    free(l->running.items);
    free(l->receive_buffer);
    free(l);
}

void loop_end_workers(void)
{
    uv_library_shutdown();
}

/* ---- running ---- */

static void set_alarm(struct loop *l)
{
    int64_t deadline = timers_next(&l->timers);
    if (deadline == l->alarm_ns)
        return;
    l->alarm_ns = deadline;
    if (deadline == INT64_MAX) {
        uv_timer_stop(&l->alarm);
        return;
    }
    /* libuv counts milliseconds from a time that it remembers: renew that, and round up. */
    uv_update_time(&l->uv);
    int64_t left = deadline - clock_mono_ns(l->timers.clock);
    uint64_t ms = left > 0 ? (uint64_t)(left / NS_PER_MS) + (left % NS_PER_MS != 0) : 0;
    uv_timer_start(&l->alarm, on_alarm, ms, 0);
}

static bool posts_wait(struct loop *l)
{
    uv_mutex_lock(&l->lock);
    bool any = l->waiting.count > 0;
    uv_mutex_unlock(&l->lock);
    return any;
}

void loop_run(struct loop *l)
{
    l->stopped = false;
    for (;;) {
        run_posted(l);
        timers_run(&l->timers);
        if (l->stopped)
            return;
        set_alarm(l);
        bool alive = uv_run(&l->uv, UV_RUN_ONCE) != 0;
        if (l->stopped)
            return;
        if (!alive && l->timers.count == 0 && !posts_wait(l))
            return;
    }
}

void loop_stop(struct loop *l)
{
    l->stopped = true;
}

/* ---- calls from other threads ---- */

static int posts_add(struct posts *p, loop_call call, void *user)
{
    if (p->count == MAX_POSTS)
        return ERR_LIMIT;
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 64;
        struct post *items = realloc(p->items, cap * sizeof *items);
        if (!items)
            return ERR_NO_MEMORY;
        p->items = items;
        p->cap = cap;
    }
    p->items[p->count++] = (struct post){call, user};
    return 0;
}

int loop_post(struct loop *l, loop_call call, void *user)
{
    uv_mutex_lock(&l->lock);
    int rc = posts_add(&l->waiting, call, user);
    /* Rung under the lock: once the last call has run, its poster no longer touches the loop. */
    if (!rc)
        uv_async_send(&l->bell);
    uv_mutex_unlock(&l->lock);
    return rc;
}

/* ---- work for other threads ---- */

static struct submitted *take_submitted(struct loop *l)
{
    struct list_link *link = list_pop(&l->spares);
    return link ? container_of(link, struct submitted, link) : malloc(sizeof(struct submitted));
}

static void give_submitted(struct loop *l, struct submitted *s)
{
    if (l->spares.count < MAX_SPARES)
        list_prepend(&l->spares, &s->link);
    else
        free(s);
}

static void on_work(uv_work_t *request)
{
    struct job *j = container_of(request, struct submitted, request)->job;
    j->work(j->user);
}

static void on_work_done(uv_work_t *request, int status)
{
    (void)status; /* never cancelled */
    struct submitted *s = container_of(request, struct submitted, request);
    struct job *j = s->job;
    give_submitted(container_of(request->loop, struct loop, uv), s);
    j->hidden = NULL;
    j->done(j->user);
}

int loop_submit(struct loop *l, struct job *j)
{
    struct submitted *s = take_submitted(l);
    if (!s)
        return ERR_NO_MEMORY;
    s->job = j;
    j->hidden = s;
    int rc = uv_queue_work(&l->uv, &s->request, on_work, on_work_done);
    assert(rc == 0);
    (void)rc;
    return 0;
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *handle, int signum)
{
    (void)signum;
    struct watched_signal *w = handle->data;
    w->call(w->user);
}

static void free_watched(uv_handle_t *handle)
{
    free(handle->data);
}

int loop_watch_signal(struct loop *l, int signum, loop_call call, void *user, struct err_text *why)
{
    struct watched_signal *w = malloc(sizeof *w);
    if (!w)
        return err_set(why, ERR_NO_MEMORY, "cannot watch signal %d: no memory", signum);
    *w = (struct watched_signal){.call = call, .user = user};
    int rc = uv_signal_init(&l->uv, &w->handle);
    if (rc) {
        free(w);
        return err_uv(why, rc, "cannot watch signal %d", signum);
    }
    w->handle.data = w;
    rc = uv_signal_start(&w->handle, on_signal, signum);
    if (rc) {
        uv_close((uv_handle_t *)&w->handle, free_watched);
        return err_uv(why, rc, "cannot watch signal %d", signum);
    }
    uv_unref((uv_handle_t *)&w->handle);
    list_append(&l->signals, &w->link);
    return 0;
}

void loop_unwatch_signals(struct loop *l)
{
    struct list_link *link;
    while ((link = list_pop(&l->signals)))
        uv_close((uv_handle_t *)&container_of(link, struct watched_signal, link)->handle, free_watched);
}
