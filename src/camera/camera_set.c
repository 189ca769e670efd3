/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera_set.h"

#include "camera/camera_life.h"
#include "net/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAMERA_SET_MAX = 256 };

/* What a backend gets to return when everything ends. */
#define END_NS (2 * NS_PER_S)

struct camera_set {
    struct loop *loop;
    struct camera_config defaults;
    struct camera_observer observer;
    struct camera *cameras[CAMERA_SET_MAX];
    size_t count;
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
    for (size_t i = 0; i < s->count; i++)
        camera_stop(s->cameras[i]);
    int64_t deadline = clock_mono_ns(&system_clock) + END_NS;
    for (size_t i = 0; i < s->count; i++)
        camera_free(s->cameras[i], deadline);
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

static int add(struct camera_set *s, const struct backend *backend, const struct camera_identity *identity,
               const struct camera_config *config, struct camera **out, struct err_text *why)
{
    if (s->count == CAMERA_SET_MAX)
        return err_set(why, ERR_LIMIT, "%s: there are %d cameras already", identity->uri, CAMERA_SET_MAX);
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
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for one more camera", identity->uri);
    s->cameras[s->count++] = c;
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
    return err_set(why, ERR_UNSUPPORTED, "%s: no such kind of camera here; there are %s", uri, kinds);
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
    return rc ? rc : add(s, backend, &identity, own ? own : &s->defaults, out, why);
}

/* ---- detecting ---- */

struct detection {
    struct camera_set *set;
    const struct backend *backend;
    size_t added;
    int code; /* of the first failure */
    struct err_text *why;
};

/* A device with a key is known by it wherever it is now; its old place may be another's. */
static bool is_same(const struct camera_identity *a, const struct camera_identity *b)
{
    if (a->key[0] && strcmp(a->key, b->key) == 0)
        return true;
    return strcmp(a->uri, b->uri) == 0 && strcmp(a->serial, b->serial) == 0 &&
           strcmp(a->address, b->address) == 0;
}

static bool is_known(const struct camera_set *s, const struct camera_identity *identity)
{
    for (size_t i = 0; i < s->count; i++)
        if (is_same(camera_identity(s->cameras[i]), identity))
            return true;
    return false;
}

static void on_found(void *user, const struct camera_identity *identity)
{
    struct detection *d = user;
    struct camera *c;
    if (is_known(d->set, identity))
        return;
    int rc = add(d->set, d->backend, identity, &d->set->defaults, &c, d->code ? NULL : d->why);
    if (rc == 0)
        d->added++;
    else if (!d->code)
        d->code = rc;
}

int camera_set_detect(struct camera_set *s, size_t *count, struct err_text *why)
{
    struct detection d = {.set = s, .why = why};
    for (const struct backend *const *b = backends(); *b; b++) {
        if (!(*b)->detect)
            continue;
        d.backend = *b;
        int rc = (*b)->detect(on_found, &d, d.code ? NULL : why);
        if (!d.code)
            d.code = rc;
    }
    *count = d.added;
    return d.code;
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
