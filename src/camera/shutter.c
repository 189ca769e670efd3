/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/shutter.h"

#include "camera/plan.h"

void shutter_init(struct shutter *s, struct pictures *pictures)
{
    *s = (struct shutter){.pictures = pictures};
}

static struct demand *demand_of(struct list_link *link)
{
    return link ? container_of(link, struct demand, link) : NULL;
}

static struct demand *first(const struct list *list)
{
    return demand_of(list->first);
}

static struct demand *next(const struct demand *d)
{
    return demand_of(d->link.next);
}

static void put(struct demand *d, struct list *list)
{
    if (d->in)
        list_remove(d->in, &d->link);
    d->in = list;
    if (list)
        list_append(list, &d->link);
}

void shutter_clear(struct shutter *s)
{
    struct demand *d;
    while ((d = first(&s->waiting)) || (d = first(&s->answering)))
        shutter_remove(d);
}

void shutter_add(struct shutter *s, struct demand *d)
{
    put(d, &s->waiting);
}

void shutter_remove(struct demand *d)
{
    put(d, NULL);
    d->camera = NULL;
}

size_t shutter_count(const struct shutter *s)
{
    return s->waiting.count + s->answering.count;
}

/* A one-shot whose picture is in the making wants no other. */
static bool wants_frame(const struct demand *d)
{
    return d->follows || !d->awaits;
}

int64_t shutter_due(const struct shutter *s)
{
    int64_t due = PLAN_NEVER;
    for (const struct demand *d = first(&s->waiting); d; d = next(d))
        if (wants_frame(d) && d->due_mono_ns < due)
            due = d->due_mono_ns;
    return due;
}

int64_t shutter_deadline(const struct shutter *s)
{
    int64_t deadline = PLAN_NEVER;
    for (const struct demand *d = first(&s->waiting); d; d = next(d))
        if (!d->follows && d->until_mono_ns < deadline)
            deadline = d->until_mono_ns;
    return deadline;
}

/* ---- answering ---- */

static void answer(struct shutter *s, struct demand *d, const struct snapshot *snapshot, int code,
                   const char *why)
{
    if (d->follows)
        put(d, &s->waiting);
    else
        shutter_remove(d);
    d->done(d, snapshot, code, why);
}

static void answer_all(struct shutter *s, const struct snapshot *snapshot, int code, const char *why)
{
    struct demand *d;
    while ((d = first(&s->answering)))
        answer(s, d, snapshot, code, why);
}

bool shutter_frame(struct shutter *s, struct frame *f)
{
    bool taken = false;
    for (struct demand *d = first(&s->waiting); d; d = next(d)) {
        if (!wants_frame(d) || d->due_mono_ns > f->exposed_mono_ns)
            continue;
        if (pictures_make(s->pictures, &d->recipe, f) != 0)
            continue;
        if (!d->awaits)
            d->awaits = f->number;
        d->awaits_last = f->number;
        if (d->follows)
            d->due_mono_ns = plan_next_due(d->due_mono_ns, d->interval_ns, f->exposed_mono_ns);
        taken = true;
    }
    return taken;
}

/* Its frame is done with. */
static void await_next(struct demand *d, uint64_t done)
{
    d->awaits = d->awaits_last > done ? d->awaits_last : 0;
}

void shutter_made(struct shutter *s, const struct picture_result *r)
{
    uint64_t number = r->snapshot.frame_number;
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (!d->awaits || d->awaits > number || !image_recipe_equal(&d->recipe, r->recipe))
            continue;
        await_next(d, number);
        if (r->snapshot.image) {
            d->last_code = 0;
            put(d, &s->answering);
        } else if (d->follows && !d->awaits) {
            d->due_mono_ns = PLAN_ASAP;
        }
    }
    answer_all(s, &r->snapshot, 0, NULL);
}

void shutter_fail(struct shutter *s, int code, const char *why)
{
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (d->follows) {
            d->awaits = 0;
            d->due_mono_ns = PLAN_ASAP;
        }
        if (!d->follows || d->last_code != code)
            put(d, &s->answering);
        d->last_code = code;
    }
    answer_all(s, NULL, code, why);
}

void shutter_expire(struct shutter *s, int64_t now_ns, int code, const char *why)
{
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (!d->follows && d->until_mono_ns <= now_ns)
            put(d, &s->answering);
    }
    struct demand *d;
    while ((d = first(&s->answering))) {
        struct err_text late;
        err_set(&late, ERR_TIMEOUT, "no picture within %.1f s",
                (double)(d->until_mono_ns - d->asked_mono_ns) / NS_PER_S);
        answer(s, d, NULL, code ? code : ERR_TIMEOUT, code ? why : late.text);
    }
}
