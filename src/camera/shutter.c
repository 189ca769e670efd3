/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/shutter.h"

#include "camera/plan.h"

void shutter_init(struct shutter *s, struct pictures *pictures, struct changes *changes, uint64_t *delivered)
{
    *s = (struct shutter){.pictures = pictures, .changes = changes, .delivered = delivered};
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
    if (d->in == list)
        return;
    if (d->in)
        list_remove(d->in, &d->link);
    d->in = list;
    if (list)
        list_append(list, &d->link);
}

void shutter_clear(struct shutter *s)
{
    struct demand *d;
    while ((d = first(&s->resting)) || (d = first(&s->under_way)) || (d = first(&s->answering)))
        shutter_remove(s, d);
}

static bool is_under_way(const struct demand *d)
{
    return d->awaits || d->ticket;
}

/* Has it stand where it belongs now that something about it has changed. */
static void settle(struct shutter *s, struct demand *d)
{
    put(d, is_under_way(d) ? &s->under_way : &s->resting);
    if (d->follows || !is_under_way(d))
        heap_put(&s->due, &d->due, d->due_mono_ns);
    else
        heap_remove(&s->due, &d->due);
    if (!d->follows)
        heap_put(&s->ends, &d->end, d->until_mono_ns);
}

/* It waits no more. */
static void take_out(struct shutter *s, struct demand *d, struct list *to)
{
    put(d, to);
    heap_remove(&s->due, &d->due);
    heap_remove(&s->ends, &d->end);
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
    settle(s, d);
    if (d->measures && !d->follows)
        set_reference(s, d, s->changes->measured.frame_number);
}

void shutter_remove(struct shutter *s, struct demand *d)
{
    take_out(s, d, NULL);
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
    if (d->in != &s->answering)
        settle(s, d);
}

size_t shutter_count(const struct shutter *s)
{
    return s->resting.count + s->under_way.count + s->answering.count;
}

int64_t shutter_due(const struct shutter *s)
{
    return s->due.first ? s->due.first->key : PLAN_NEVER;
}

int64_t shutter_deadline(const struct shutter *s)
{
    return s->ends.first ? s->ends.first->key : PLAN_NEVER;
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
        *s->delivered += own.image != NULL;
    }
    if (d->follows)
        settle(s, d);
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
static bool is_free(const struct demand *d)
{
    return (d->follows && !compares(d)) || !is_under_way(d);
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

/* False: it must wait for another frame. */
static bool take(struct shutter *s, struct demand *d, struct frame *f)
{
    if (!is_free(d))
        return false;
    if (compares(d))
        d->ticket = changes_want(s->changes, d->reference);
    else if (pictures_make(s->pictures, &d->recipe, f) == 0)
        await_picture(d, f);
    else
        return false;
    if (d->follows)
        d->due_mono_ns = plan_next_due(d->due_mono_ns, d->interval_ns, f->exposed_mono_ns);
    return true;
}

bool shutter_frame(struct shutter *s, struct frame *f)
{
    bool taken = false, compared = false;
    while (shutter_due(s) <= f->exposed_mono_ns)
        take_out(s, container_of(s->due.first, struct demand, due), &s->choosing);
    struct demand *d;
    while ((d = first(&s->choosing))) {
        if (take(s, d, f)) {
            taken = true;
            compared |= compares(d);
        }
        settle(s, d);
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
    for (struct demand *d = first(&s->under_way), *after; d; d = after) {
        after = next(d);
        const struct snapshot *made = d->candidate == f->number ? find_made(s, d, f) : NULL;
        if (!made)
            continue;
        struct picture_result r = {.recipe = &d->recipe, .frame = f, .snapshot = *made};
        blob_ref(r.snapshot.image);
        shutter_made(s, &r);
        blob_unref(r.snapshot.image);
        after = first(&s->under_way);
    }
}

void shutter_compared(struct shutter *s, const struct change_result *r)
{
    struct snapshot measure = measure_of(r->frame);
    for (struct demand *d = first(&s->under_way), *after; d; d = after) {
        after = next(d);
        if (d->ticket != r->ticket)
            continue;
        d->ticket = 0;
        d->change = change_against(r, d->reference);
        if (!r->code && d->measures) {
            d->last_code = 0;
            set_reference(s, d, r->frame->number);
            measure.change_percent = d->change;
            take_out(s, d, &s->answering);
            continue;
        }
        if (r->code)
            retry(d);
        else if (d->change < 0 || d->change > d->deadband_percent)
            promote(s, d, r->frame);
        settle(s, d);
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
    for (struct demand *d = first(&s->under_way), *after; d; d = after) {
        after = next(d);
        if (!d->awaits || d->awaits > number || !image_recipe_equal(&d->recipe, r->recipe))
            continue;
        await_next(d, number);
        if (!r->snapshot.image) {
            if (!d->awaits)
                retry(d);
            settle(s, d);
        } else if (is_of_another_frame(d, number)) {
            d->awaits = d->awaits_last = 0;
            d->ticket = changes_want(s->changes, d->reference);
            compared = true;
        } else {
            d->last_code = 0;
            set_reference(s, d, d->candidate);
            take_out(s, d, &s->answering);
        }
        set_candidate(s, d, 0);
    }
    answer_all(s, &r->snapshot, 0, NULL);
    if (compared)
        changes_compare(s->changes, r->frame);
}

static void fail(struct shutter *s, struct demand *d, int code)
{
    forget_frames(s, d);
    retry(d);
    if (!d->follows || d->last_code != code)
        take_out(s, d, &s->answering);
    else
        settle(s, d);
    d->last_code = code;
}

void shutter_fail(struct shutter *s, int code, const char *why)
{
    while (s->under_way.first)
        fail(s, first(&s->under_way), code);
    for (struct demand *d = first(&s->resting), *after; d; d = after) {
        after = next(d);
        fail(s, d, code);
    }
    answer_all(s, NULL, code, why);
}

int64_t shutter_expire(struct shutter *s, int64_t now_ns, int code, const char *why)
{
    int64_t longest_ns = 0;
    while (shutter_deadline(s) <= now_ns)
        take_out(s, container_of(s->ends.first, struct demand, end), &s->answering);
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
