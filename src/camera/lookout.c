/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/lookout.h"

#include "base/log.h"
#include "camera/camera_life.h"
#include "camera/identity.h"
#include "camera/roll_call.h"
#include "camera/scout.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

enum { POSTS_MAX = 16 };

/* A kind whose first look takes longer is told of as if it had found nothing. */
#define PATIENCE_NS (4 * NS_PER_S)

/* One kind of cameras, and who looks for them. */
struct post {
    struct lookout *lookout;
    const struct backend *backend;
    struct scout *scout;
    bool joins; /* new ones are added */
    bool looked;
    bool failed; /* the last look */
};

struct lookout {
    struct lookout_set to;
    struct post posts[POSTS_MAX];
    size_t post_count;
    struct camera_rule *rules;
    size_t rule_count;
    bool begun; /* every kind was looked for once, as far as that can be waited for */
    struct timer patience;
};

/* ---- rules ---- */

static const struct camera_rule *rule_of(const struct lookout *l, const char *id)
{
    for (size_t i = 0; i < l->rule_count; i++)
        if (fnmatch(l->rules[i].pattern, id, 0) == 0)
            return &l->rules[i];
    return NULL;
}

static bool names_one(const struct camera_rule *rule)
{
    return !strpbrk(rule->pattern, "*?[\\");
}

/* One that was named, so it is expected; nobody knows yet what it is. */
static void add_expected(struct lookout *l, const struct camera_rule *rule)
{
    struct camera_identity id = {0};
    struct camera *c;
    struct err_text why;
    identity_id(id.id, rule->pattern);
    if (strcmp(id.id, rule->pattern) != 0 || camera_set_find(l->to.set, id.id))
        return;
    memcpy(id.name, id.id, sizeof id.name);
    if (l->to.join(l->to.set, NULL, &id, &rule->config, &c, &why))
        log_warning("camera", "%s", why.text);
    else
        camera_lose(c, "it is not plugged in");
}

/* ---- the first look ---- */

static void begin(struct lookout *l)
{
    if (l->begun)
        return;
    l->begun = true;
    timer_stop(loop_timers(l->to.loop), &l->patience);
    for (size_t i = 0; i < l->rule_count; i++)
        if (!l->rules[i].disabled && names_one(&l->rules[i]))
            add_expected(l, &l->rules[i]);
    l->to.detected(l->to.set);
}

static void begin_if_all_looked(struct lookout *l)
{
    for (size_t i = 0; i < l->post_count; i++)
        if (!l->posts[i].looked)
            return;
    begin(l);
}

static void lose_patience(struct timer *t)
{
    struct lookout *l = container_of(t, struct lookout, patience);
    for (size_t i = 0; i < l->post_count; i++)
        if (!l->posts[i].looked)
            log_warning("camera", "looking for %s: cameras takes long; going on without them",
                        l->posts[i].backend->scheme);
    begin(l);
}

/* ---- what a scout found ---- */

static void add_found(struct lookout *l, const struct backend *backend, const struct camera_identity *id)
{
    const struct camera_rule *rule = rule_of(l, id->id);
    struct camera *c;
    struct err_text why;
    if (rule && rule->disabled)
        return;
    if (l->to.join(l->to.set, backend, id, rule ? &rule->config : l->to.defaults, &c, &why))
        log_warning("camera", "%s", why.text);
    else
        camera_find(c, backend, id);
}

/* Only who was seen can go; and who was named, but was not there at the first look. */
static bool is_missing(const struct post *p, const struct camera *c)
{
    return camera_was_seen(c) || (!p->looked && !camera_identity(c)->key[0]);
}

/* Those that may be of this kind, by their place in the set. */
static size_t call_roll(const struct post *p, const struct camera_identity **known)
{
    size_t count = 0;
    for (struct camera *c; (c = camera_set_at(p->lookout->to.set, count)); count++) {
        const struct backend *b = camera_backend(c);
        known[count] = !b || b == p->backend ? camera_identity(c) : NULL;
    }
    return count;
}

static void compare(struct post *p, const struct scout_find *find)
{
    struct lookout *l = p->lookout;
    const struct camera_identity *known[CAMERA_SET_MAX];
    bool here[CAMERA_SET_MAX] = {0};
    size_t who[SCOUT_MAX_FOUND], count = call_roll(p, known);
    roll_call(known, count, find->found, find->count, who);
    for (size_t i = 0; i < find->count; i++)
        if (who[i] != ROLL_CALL_NOBODY) {
            here[who[i]] = true;
            camera_find(camera_set_at(l->to.set, who[i]), p->backend, &find->found[i]);
        }
    for (size_t k = 0; k < count; k++)
        if (known[k] && !here[k] && is_missing(p, camera_set_at(l->to.set, k)))
            camera_lose(camera_set_at(l->to.set, k), "it is not plugged in");
    for (size_t i = 0; i < find->count; i++)
        if (who[i] == ROLL_CALL_NOBODY && p->joins)
            add_found(l, p->backend, &find->found[i]);
}

static void on_find(void *user)
{
    struct post *p = user;
    struct scout_find find;
    if (!scout_collect(p->scout, &find))
        return;
    if (find.code && !p->failed)
        log_warning("camera", "looking for %s: cameras: %s", p->backend->scheme, find.why.text);
    p->failed = find.code != 0;
    if (!find.code)
        compare(p, &find);
    free(find.found);
    p->looked = true;
    begin_if_all_looked(p->lookout);
}

/* ---- life ---- */

static bool is_among(const char *const *schemes, const char *scheme)
{
    if (!schemes)
        return true;
    while (*schemes && strcmp(*schemes, scheme) != 0)
        schemes++;
    return *schemes;
}

static int start_scouts(struct lookout *l, const struct camera_watch_options *o, struct err_text *why)
{
    for (const struct backend *const *b = backends(); *b && l->post_count < POSTS_MAX; b++) {
        if (!(*b)->detect || !is_among(o->schemes, (*b)->scheme))
            continue;
        struct post *p = &l->posts[l->post_count];
        *p = (struct post){.lookout = l, .backend = *b, .joins = is_among(o->joining, (*b)->scheme)};
        struct scout_setup setup = {.loop = l->to.loop, .backend = *b, .news = on_find, .user = p};
        int rc = scout_start(&p->scout, &setup, why);
        if (rc)
            return rc;
        l->post_count++;
    }
    return 0;
}

static int copy_rules(struct lookout *l, const struct camera_watch_options *o, struct err_text *why)
{
    if (o->rule_count > CAMERA_SET_MAX_RULES)
        return err_set(why, ERR_LIMIT, "more than %d rules for cameras", CAMERA_SET_MAX_RULES);
    l->rules = calloc(o->rule_count + 1, sizeof *l->rules);
    if (!l->rules)
        return err_set(why, ERR_NO_MEMORY, "no memory to look for cameras");
    for (size_t i = 0; i < o->rule_count; i++)
        l->rules[i] = o->rules[i];
    l->rule_count = o->rule_count;
    return 0;
}

int lookout_new(struct lookout **out, const struct lookout_set *set,
                const struct camera_watch_options *options, struct err_text *why)
{
    *out = NULL;
    struct lookout *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(why, ERR_NO_MEMORY, "no memory to look for cameras");
    l->to = *set;
    l->patience.callback = lose_patience;
    int rc = copy_rules(l, options, why);
    if (!rc)
        rc = start_scouts(l, options, why);
    int64_t patience = l->post_count ? PATIENCE_NS : 0;
    if (!rc && timer_start_in(loop_timers(set->loop), &l->patience, patience))
        rc = err_set(why, ERR_NO_MEMORY, "no memory to look for cameras");
    if (rc) {
        lookout_stop(l);
        lookout_free(l, clock_mono_ns(&system_clock) + NS_PER_S);
        return rc;
    }
    *out = l;
    return 0;
}

void lookout_stop(struct lookout *l)
{
    timer_stop(loop_timers(l->to.loop), &l->patience);
    for (size_t i = 0; i < l->post_count; i++)
        scout_stop(l->posts[i].scout);
}

void lookout_free(struct lookout *l, int64_t deadline_ns)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->post_count; i++)
        if (!scout_clear(l->posts[i].scout, deadline_ns))
            log_warning("camera", "looking for %s: cameras hangs and is left behind",
                        l->posts[i].backend->scheme);
    free(l->rules);
    free(l);
}
