/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/scout.h"

#include "base/log.h"
#include "camera/side_thread.h"

#include <poll.h>
#include <stdlib.h>

/* Between looks when there is no news of devices, though there should be. */
#define BLIND_NS (2 * NS_PER_S)

struct scout {
    struct side_thread side; /* its lock is of `find` and `has_find` */
    const struct backend *backend;

    /* The thread's own. */
    void *monitor;
    bool open;
    struct camera_identity *found;
    size_t count;

    /* The loop thread's own. */
    void (*on_news)(void *user);
    void *user;

    struct scout_find find;
    bool has_find;
};

/* ---- looking, on the thread ---- */

static void note(void *user, const struct camera_identity *id)
{
    struct scout *s = user;
    if (s->found && s->count < SCOUT_MAX_FOUND)
        s->found[s->count++] = *id;
}

static void hand_over(struct scout *s, struct scout_find *find)
{
    pthread_mutex_lock(&s->side.lock);
    free(s->find.found);
    s->find = *find;
    s->has_find = true;
    side_thread_tell(&s->side);
    pthread_mutex_unlock(&s->side.lock);
}

static void look(struct scout *s)
{
    struct scout_find find = {0};
    s->count = 0;
    s->found = malloc(SCOUT_MAX_FOUND * sizeof *s->found);
    find.code = s->found ? s->backend->detect(note, s, &find.why)
                         : err_set(&find.why, ERR_NO_MEMORY, "no memory to look for cameras");
    find.found = s->found;
    find.count = s->count;
    s->found = NULL;
    hand_over(s, &find);
}

static void close_monitor(struct scout *s)
{
    if (s->open)
        s->backend->plug->close(s->monitor);
    s->open = false;
}

static void complain(const struct scout *s, const struct err_text *why)
{
    log_warning("camera", "%s: %s; looking every %.0f s instead", s->backend->scheme, why->text,
                (double)BLIND_NS / NS_PER_S);
}

static void open_monitor(struct scout *s)
{
    struct err_text why;
    if (!s->backend->plug || s->open)
        return;
    s->open = s->backend->plug->open(&s->monitor, &why) == 0;
    if (!s->open)
        complain(s, &why);
}

/* False when stopped meanwhile; INT64_MAX: only then. */
static bool sleep_for(struct scout *s, int64_t ns)
{
    struct pollfd stop = {.fd = s->side.stop_fd, .events = POLLIN};
    struct timespec wait = {.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S};
    ppoll(&stop, 1, ns == INT64_MAX ? NULL : &wait, NULL);
    return !side_thread_stopped(&s->side);
}

/* False when stopped meanwhile. */
static bool wait_for_plugs(struct scout *s)
{
    struct err_text why;
    int rc = 0;
    while (rc == 0 && !side_thread_stopped(&s->side))
        rc = s->backend->plug->wait(s->monitor, s->side.stop_fd, &why);
    if (rc >= 0)
        return !side_thread_stopped(&s->side);
    complain(s, &why);
    close_monitor(s);
    return sleep_for(s, BLIND_NS);
}

/* Until there may be something new; false when stopped meanwhile. */
static bool rest(struct scout *s)
{
    const struct backend *b = s->backend;
    if (s->open)
        return wait_for_plugs(s);
    int64_t blind = b->plug ? BLIND_NS : INT64_MAX;
    return sleep_for(s, b->detect_again_ns ? b->detect_again_ns : blind);
}

/* What happens while it looks is not missed: the monitor listens first. */
static void run(void *owner)
{
    struct scout *s = owner;
    do {
        open_monitor(s);
        look(s);
    } while (rest(s));
    close_monitor(s);
}

/* ---- life ---- */

static void tell_news(void *owner)
{
    struct scout *s = owner;
    s->on_news(s->user);
}

static void free_scout(void *owner)
{
    struct scout *s = owner;
    free(s->find.found);
    free(s);
}

int scout_start(struct scout **out, const struct scout_setup *setup, struct err_text *why)
{
    static const struct side_thread_work work = {run, tell_news, free_scout};
    struct err_text cause;
    *out = NULL;
    struct scout *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(why, ERR_NO_MEMORY, "no memory to look for cameras");
    s->backend = setup->backend;
    s->on_news = setup->news;
    s->user = setup->user;
    int code = side_thread_start(&s->side, setup->loop, &work, s, &cause);
    if (code) {
        free(s);
        return err_set(why, (enum err)code, "looking for %s: cameras: %s", setup->backend->scheme,
                       cause.text);
    }
    *out = s;
    return 0;
}

bool scout_collect(struct scout *s, struct scout_find *out)
{
    pthread_mutex_lock(&s->side.lock);
    bool there = s->has_find;
    *out = s->find;
    s->find = (struct scout_find){0};
    s->has_find = false;
    pthread_mutex_unlock(&s->side.lock);
    return there;
}

void scout_stop(struct scout *s)
{
    side_thread_stop(&s->side);
}

bool scout_clear(struct scout *s, int64_t deadline_ns)
{
    return side_thread_clear(&s->side, deadline_ns);
}
