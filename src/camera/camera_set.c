/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera_set.h"

#include "base/log.h"
#include "camera/camera_life.h"
#include "camera/lookout.h"
#include "camera/uri_secret.h"
#include "net/loop.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a backend gets to return when everything ends. */
#define END_NS (2 * NS_PER_S)

struct camera_set {
    struct loop *loop;
    struct camera_config defaults;
    struct camera_observer observer;
    struct camera *cameras[CAMERA_SET_MAX];
    size_t count;
    struct lookout *lookout; /* NULL: nobody looks */
    char *settings_folder;   /* NULL: nothing is kept */
};

struct camera_set *camera_set_new(struct loop *loop, const struct camera_config *defaults)
{
    struct camera_set *s = calloc(1, sizeof *s);
    if (s) {
        s->loop = loop;
        s->defaults = *defaults;
    }
    return s;
}

void camera_set_free(struct camera_set *s)
{
    if (!s)
        return;
    if (s->lookout)
        lookout_stop(s->lookout);
    for (size_t i = 0; i < s->count; i++)
        camera_stop(s->cameras[i]);
    int64_t deadline = clock_mono_ns(&system_clock) + END_NS;
    lookout_free(s->lookout, deadline);
    for (size_t i = 0; i < s->count; i++)
        camera_free(s->cameras[i], deadline);
    free(s->settings_folder);
    free(s);
}

/* ---- observing ---- */

static void tell_added(struct camera_set *s, struct camera *c)
{
    if (s->observer.added)
        s->observer.added(s->observer.user, c);
}

static void tell_facts(void *user, struct camera *c)
{
    struct camera_set *s = user;
    if (s->observer.facts_changed)
        s->observer.facts_changed(s->observer.user, c);
}

static void tell_settings(void *user, struct camera *c, bool others)
{
    struct camera_set *s = user;
    if (s->observer.settings_changed)
        s->observer.settings_changed(s->observer.user, c, others);
}

static void tell_detected(struct camera_set *s)
{
    if (s->observer.detected)
        s->observer.detected(s->observer.user, s->count);
}

void camera_set_observe(struct camera_set *s, const struct camera_observer *o)
{
    s->observer = o ? *o : (struct camera_observer){0};
    for (size_t i = 0; i < s->count; i++)
        tell_added(s, s->cameras[i]);
}

/* ---- adding ---- */

/* Appends "-2", "-3"... until nobody else has it. The set's ceiling bounds the search. */
static void make_unique(const struct camera_set *s, char *id)
{
    char wish[CAMERA_TEXT];
    memcpy(wish, id, sizeof wish);
    for (unsigned n = 2; camera_set_find(s, id); n++) {
        char suffix[16];
        int len = snprintf(suffix, sizeof suffix, "-%u", n);
        snprintf(id, CAMERA_TEXT, "%.*s%s", CAMERA_TEXT - 1 - len, wish, suffix);
    }
}

static int join(struct camera_set *s, const struct backend *backend, const struct camera_identity *identity,
                const struct camera_config *config, struct camera **out, struct err_text *why)
{
    const char *name = identity->uri[0] ? identity->uri : identity->id;
    if (s->count == CAMERA_SET_MAX)
        return err_set(why, ERR_LIMIT, "%s: there are %d cameras already", name, CAMERA_SET_MAX);
    struct camera_setup setup = {
        .loop = s->loop,
        .backend = backend,
        .identity = *identity,
        .config = *config,
        .facts_changed = tell_facts,
        .settings_changed = tell_settings,
        .user = s,
    };
    make_unique(s, setup.identity.id);
    struct camera *c = camera_new(&setup);
    if (!c)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for one more camera", name);
    s->cameras[s->count++] = c;
    if (s->settings_folder)
        camera_keep_settings(c, s->settings_folder);
    log_info("camera", "%s: %s%s (%s)", setup.identity.id, camera_identity(c)->name,
             identity->simulated ? ", simulated" : "", identity->uri[0] ? identity->uri : "not plugged in");
    *out = c;
    tell_added(s, c);
    return 0;
}

static int unknown_kind(const char *uri, struct err_text *why)
{
    char kinds[160] = "";
    for (const struct backend *const *b = backends(); *b; b++) {
        size_t len = strlen(kinds);
        snprintf(kinds + len, sizeof kinds - len, "%s%s:", len ? ", " : "", (*b)->scheme);
    }
    char shown[160];
    uri_show(uri, shown, sizeof shown);
    return err_set(why, ERR_UNSUPPORTED, "%s: no such kind of camera here; there are %s", shown, kinds);
}

int camera_set_add(struct camera_set *s, const char *uri, const struct camera_config *own,
                   struct camera **out, struct err_text *why)
{
    *out = NULL;
    const struct backend *backend = backend_of(uri);
    if (!backend)
        return unknown_kind(uri, why);
    struct camera_identity identity = {0};
    int rc = backend->identify(uri, &identity, why);
    return rc ? rc : join(s, backend, &identity, own ? own : &s->defaults, out, why);
}

/* ---- watching ---- */

static int keep_settings(struct camera_set *s, const char *folder)
{
    s->settings_folder = strdup(folder);
    if (!s->settings_folder)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < s->count; i++)
        camera_keep_settings(s->cameras[i], folder);
    return 0;
}

int camera_set_watch(struct camera_set *s, const struct camera_watch_options *options, struct err_text *why)
{
    assert(!s->lookout);
    if (options->settings_folder && keep_settings(s, options->settings_folder))
        return err_set(why, ERR_NO_MEMORY, "no memory to look for cameras");
    struct lookout_set set = {
        .set = s, .loop = s->loop, .defaults = &s->defaults, .join = join, .detected = tell_detected};
    return lookout_new(&s->lookout, &set, options, why);
}

/* ---- looking up ---- */

struct camera *camera_set_at(const struct camera_set *s, size_t index)
{
    return index < s->count ? s->cameras[index] : NULL;
}

struct camera *camera_set_find(const struct camera_set *s, const char *id)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(camera_identity(s->cameras[i])->id, id) == 0)
            return s->cameras[i];
    return NULL;
}
