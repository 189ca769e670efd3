/* SPDX-License-Identifier: Apache-2.0 */
#include "app/camera_watch.h"

#include "app/json.h"
#include "app/picture.h"
#include "camera/scout.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KINDS = 16 };

/* What a scout that hangs gets to end. */
#define END_NS NS_PER_S

struct watch;

/* One kind of cameras, with those that are here. */
struct kind {
    struct watch *watch;
    const struct backend *backend;
    struct scout *scout;
    struct scout_find here;
    bool looked;
    bool heard; /* whether looking went well or not */
};

struct watch {
    struct loop *loop;
    struct kind kinds[MOST_KINDS];
    size_t count;
    bool json;
    bool failed; /* stdout takes no more */
    bool began;  /* the first find of each kind has come */
};

/* ---- lines ---- */

static void print_json(const char *utc, const char *event, const struct kind *k,
                       const struct camera_identity *id)
{
    const char *texts[][2] = {{"time", utc},           {"event", event},   {"kind", k->backend->scheme},
                              {"id", id->id},          {"name", id->name}, {"uri", id->uri},
                              {"address", id->address}};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        printf("%s\"%s\": ", i ? ", " : "{", texts[i][0]);
        json_print_string(stdout, texts[i][1]);
    }
    printf("}\n");
}

static void tell(struct kind *k, const char *event, const struct camera_identity *id)
{
    char utc[UTC_TEXT];
    utc_text(clock_utc_ns(&system_clock), utc);
    if (k->watch->json)
        print_json(utc, event, k, id);
    else
        printf("%s  %-7s %s  %s  %s\n", utc, event, id->id, id->name, id->uri);
    if (fflush(stdout)) {
        k->watch->failed = true;
        loop_stop(k->watch->loop);
    }
}

/* ---- who comes, who goes ---- */

static bool holds(const struct scout_find *f, const char *id)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->found[i].id, id) == 0)
            return true;
    return false;
}

static void compare(struct kind *k, const struct scout_find *now)
{
    for (size_t i = 0; i < k->here.count; i++)
        if (!holds(now, k->here.found[i].id))
            tell(k, "gone", &k->here.found[i]);
    for (size_t i = 0; i < now->count; i++)
        if (!holds(&k->here, now->found[i].id))
            tell(k, k->looked ? "came" : "here", &now->found[i]);
}

/* Once, when no kind has a camera to begin with: silence would look like a hang. */
static void tell_if_none(struct watch *w)
{
    size_t cameras = 0;
    for (size_t i = 0; i < w->count; i++) {
        if (!w->kinds[i].heard)
            return;
        cameras += w->kinds[i].here.count;
    }
    w->began = true;
    if (cameras || w->json)
        return;
    fprintf(stderr, "no camera is attached to this machine; waiting for one to come, until Ctrl+C:");
    for (size_t i = 0; i < w->count; i++)
        fprintf(stderr, " %s", w->kinds[i].backend->scheme);
    fprintf(stderr, "\n");
}

static void take(struct kind *k, const struct scout_find *now)
{
    compare(k, now);
    free(k->here.found);
    k->here = *now;
    k->looked = true;
}

static void on_find(void *user)
{
    struct kind *k = user;
    struct scout_find now;
    if (!scout_collect(k->scout, &now))
        return;
    if (now.code) {
        fprintf(stderr, "uacam: %s: %s\n", k->backend->scheme, now.why.text);
        free(now.found);
    } else {
        take(k, &now);
    }
    k->heard = true;
    if (!k->watch->began)
        tell_if_none(k->watch);
}

/* ---- from the beginning to Ctrl+C ---- */

static void stop_asked(void *user)
{
    struct watch *w = user;
    loop_stop(w->loop);
}

/* The threads of scouts do not keep a loop running. */
static void stay(struct timer *t)
{
    (void)t;
}

static int start(struct watch *w, struct err_text *why)
{
    int rc = loop_watch_signal(w->loop, SIGINT, stop_asked, w, why);
    if (!rc)
        rc = loop_watch_signal(w->loop, SIGTERM, stop_asked, w, why);
    for (const struct backend *const *b = backends(); *b && !rc && w->count < MOST_KINDS; b++) {
        if (!(*b)->detect)
            continue;
        struct kind *k = &w->kinds[w->count];
        *k = (struct kind){.watch = w, .backend = *b};
        struct scout_setup setup = {.loop = w->loop, .backend = *b, .news = on_find, .user = k};
        rc = scout_start(&k->scout, &setup, why);
        w->count += rc == 0;
    }
    return rc;
}

static void end(struct watch *w)
{
    int64_t deadline = clock_mono_ns(&system_clock) + END_NS;
    for (size_t i = 0; i < w->count; i++)
        scout_stop(w->kinds[i].scout);
    for (size_t i = 0; i < w->count; i++) {
        (void)!scout_clear(w->kinds[i].scout, deadline);
        free(w->kinds[i].here.found);
    }
    loop_unwatch_signals(w->loop);
    loop_run(w->loop);
    loop_free(w->loop);
}

int camera_watch(bool json, struct err_text *why)
{
    static struct watch w;
    struct timer forever = {.callback = stay};
    w.json = json;
    int rc = loop_new(&w.loop, why);
    if (rc)
        return rc;
    rc = start(&w, why);
    if (!rc && timer_start_at(loop_timers(w.loop), &forever, INT64_MAX / 2))
        rc = err_set(why, ERR_NO_MEMORY, "no memory");
    if (!rc)
        loop_run(w.loop);
    timer_stop(loop_timers(w.loop), &forever);
    end(&w);
    if (!rc && w.failed)
        rc = err_set(why, ERR_IO, "cannot write to standard output");
    return rc;
}
