/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/shutter.h"

#include "camera/plan.h"

void shutter_init(struct shutter *s, struct pictures *pictures, struct changes *changes)
{
    *s = (struct shutter){.pictures = pictures, .changes = changes};
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
        shutter_remove(s, d);
}

/* ---- what a demand compares with ---- */

static bool compares(const struct demand *d)
{
    return d->measures || (d->follows && d->deadband_percent > 0);
}

static void set_reference(struct shutter *s, struct demand *d, uint64_t frame_number)
{
    changes_hold(s->changes, frame_number);
    changes_release(s->changes, d->reference);
    d->reference = frame_number;
}

static void set_candidate(struct shutter *s, struct demand *d, uint64_t frame_number)
{
    changes_hold(s->changes, frame_number);
    changes_release(s->changes, d->candidate);
    d->candidate = frame_number;
}

/* Nothing is under way for it and it got nothing yet. */
static void forget_frames(struct shutter *s, struct demand *d)
{
    set_reference(s, d, 0);
    set_candidate(s, d, 0);
    d->ticket = 0;
    d->awaits = d->awaits_last = 0;
}

/* ---- coming and going ---- */

void shutter_add(struct shutter *s, struct demand *d)
{
    put(d, &s->waiting);
    if (d->measures && !d->follows)
        set_reference(s, d, s->changes->measured.frame_number);
}

void shutter_remove(struct shutter *s, struct demand *d)
{
    put(d, NULL);
    forget_frames(s, d);
    d->camera = NULL;
}

void shutter_retune(struct shutter *s, struct demand *d, int64_t interval_ns, double deadband_percent)
{
    d->due_mono_ns = plan_retune(d->due_mono_ns, d->interval_ns, interval_ns);
    d->interval_ns = interval_ns;
    d->deadband_percent = deadband_percent;
    if (!compares(d))
        set_reference(s, d, 0);
}

size_t shutter_count(const struct shutter *s)
{
    return s->waiting.count + s->answering.count;
}

static bool is_under_way(const struct demand *d)
{
    return d->awaits || d->ticket;
}

int64_t shutter_due(const struct shutter *s)
{
    int64_t due = PLAN_NEVER;
    for (const struct demand *d = first(&s->waiting); d; d = next(d))
        if ((d->follows || !is_under_way(d)) && d->due_mono_ns < due)
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
    struct snapshot own;
    if (snapshot) {
        own = *snapshot;
        own.change_percent = compares(d) ? d->change : -1;
        snapshot = &own;
    }
    if (d->follows)
        put(d, &s->waiting);
    else
        shutter_remove(s, d);
    d->done(d, snapshot, code, why);
}

static void answer_all(struct shutter *s, const struct snapshot *snapshot, int code, const char *why)
{
    struct demand *d;
    while ((d = first(&s->answering)))
        answer(s, d, snapshot, code, why);
}

/* ---- frames ---- */

/* A follower without deadband takes frames while older ones are in the making, a one-shot just one. */
static bool takes(const struct demand *d, const struct frame *f)
{
    bool is_free = (d->follows && !compares(d)) || !is_under_way(d);
    return is_free && d->due_mono_ns <= f->exposed_mono_ns;
}

static void await_picture(struct demand *d, const struct frame *f)
{
    if (!d->awaits)
        d->awaits = f->number;
    d->awaits_last = f->number;
}

/* What was under way came to nothing: any frame will do. */
static void retry(struct demand *d)
{
    if (d->follows)
        d->due_mono_ns = PLAN_ASAP;
}

bool shutter_frame(struct shutter *s, struct frame *f)
{
    bool taken = false, compared = false;
    for (struct demand *d = first(&s->waiting); d; d = next(d)) {
        if (!takes(d, f))
            continue;
        if (compares(d)) {
            d->ticket = changes_want(s->changes, d->reference);
            compared = true;
        } else if (pictures_make(s->pictures, &d->recipe, f) == 0) {
            await_picture(d, f);
        } else {
            continue;
        }
        if (d->follows)
            d->due_mono_ns = plan_next_due(d->due_mono_ns, d->interval_ns, f->exposed_mono_ns);
        taken = true;
    }
    if (compared)
        changes_compare(s->changes, f);
    return taken;
}

/* ---- comparisons ---- */

static struct snapshot measure_of(const struct frame *f)
{
    return (struct snapshot){
        .width = f->width,
        .height = f->height,
        .frame_number = f->number,
        .exposed_mono_ns = f->exposed_mono_ns,
        .exposed_utc_ns = f->exposed_utc_ns,
    };
}

/* The picture of that very frame, when somebody else had it made. */
static const struct snapshot *find_made(struct shutter *s, const struct demand *d, const struct frame *f)
{
    const struct snapshot *made = pictures_find(s->pictures, &d->recipe, f->exposed_mono_ns);
    return made && made->frame_number == f->number ? made : NULL;
}

/* Has the picture made that changed enough. */
static void promote(struct shutter *s, struct demand *d, struct frame *f)
{
    if (!find_made(s, d, f) && pictures_make(s->pictures, &d->recipe, f) != 0) {
        retry(d);
        return;
    }
    set_candidate(s, d, f->number);
    await_picture(d, f);
}

/* Gives those candidates their pictures that are made already. */
static void hand_out(struct shutter *s, struct frame *f)
{
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        const struct snapshot *made = d->candidate == f->number ? find_made(s, d, f) : NULL;
        if (!made)
            continue;
        struct picture_result r = {.recipe = &d->recipe, .frame = f, .snapshot = *made};
        blob_ref(r.snapshot.image);
        shutter_made(s, &r);
        blob_unref(r.snapshot.image);
        after = first(&s->waiting);
    }
}

void shutter_compared(struct shutter *s, const struct change_result *r)
{
    struct snapshot measure = measure_of(r->frame);
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (d->ticket != r->ticket)
            continue;
        d->ticket = 0;
        d->change = change_against(r, d->reference);
        if (r->code) {
            retry(d);
        } else if (d->measures) {
            d->last_code = 0;
            set_reference(s, d, r->frame->number);
            measure.change_percent = d->change;
            put(d, &s->answering);
        } else if (d->change < 0 || d->change > d->deadband_percent) {
            promote(s, d, r->frame);
        }
    }
    if (s->answering.count)
        changes_note(s->changes, &measure);
    answer_all(s, &measure, 0, NULL);
    hand_out(s, r->frame);
}

/* ---- pictures ---- */

/* Its frame is done with. */
static void await_next(struct demand *d, uint64_t done)
{
    d->awaits = d->awaits_last > done ? d->awaits_last : 0;
}

/* A newer picture took the place of the one whose change is known. */
static bool is_of_another_frame(const struct demand *d, uint64_t number)
{
    return compares(d) && d->candidate != number;
}

void shutter_made(struct shutter *s, const struct picture_result *r)
{
    uint64_t number = r->frame->number;
    bool compared = false;
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (!d->awaits || d->awaits > number || !image_recipe_equal(&d->recipe, r->recipe))
            continue;
        await_next(d, number);
        if (!r->snapshot.image) {
            if (!d->awaits)
                retry(d);
        } else if (is_of_another_frame(d, number)) {
            d->awaits = d->awaits_last = 0;
            d->ticket = changes_want(s->changes, d->reference);
            compared = true;
        } else {
            d->last_code = 0;
            set_reference(s, d, d->candidate);
            put(d, &s->answering);
        }
        set_candidate(s, d, 0);
    }
    answer_all(s, &r->snapshot, 0, NULL);
    if (compared)
        changes_compare(s->changes, r->frame);
}

void shutter_fail(struct shutter *s, int code, const char *why)
{
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        forget_frames(s, d);
        retry(d);
        if (!d->follows || d->last_code != code)
            put(d, &s->answering);
        d->last_code = code;
    }
    answer_all(s, NULL, code, why);
}

int64_t shutter_expire(struct shutter *s, int64_t now_ns, int code, const char *why)
{
    int64_t longest_ns = 0;
    for (struct demand *d = first(&s->waiting), *after; d; d = after) {
        after = next(d);
        if (!d->follows && d->until_mono_ns <= now_ns)
            put(d, &s->answering);
    }
    struct demand *d;
    while ((d = first(&s->answering))) {
        struct err_text late;
        int64_t waited_ns = d->until_mono_ns - d->asked_mono_ns;
        if (waited_ns > longest_ns)
            longest_ns = waited_ns;
        err_set(&late, ERR_TIMEOUT, "no picture within %.1f s", (double)waited_ns / NS_PER_S);
        answer(s, d, NULL, code ? code : ERR_TIMEOUT, code ? why : late.text);
    }
    return longest_ns;
}
