/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/pictures.h"

#include <stdlib.h>

struct picture_job {
    struct job job;
    struct pictures *owner; /* NULL: nobody waits any more */
    struct picture_slot *slot;
    struct frame_budget *budget; /* alive as long as `frame` */
    struct image_recipe recipe;
    struct frame *frame; /* shared */
    struct blob *image;
    bool passed_through;
    int code;
    struct err_text why;
};

void pictures_init(struct pictures *p, struct loop *loop, struct frame_budget *budget)
{
    *p = (struct pictures){.loop = loop, .budget = budget};
}

static void set_frame(struct frame **place, struct frame *f)
{
    struct frame *before = *place;
    *place = f ? frame_ref(f) : NULL;
    frame_unref(before);
}

static void drop_snapshot(struct picture_slot *slot)
{
    blob_unref(slot->snapshot.image);
    slot->snapshot = (struct snapshot){0};
}

/* ---- encoding ---- */

/* A picture may share its frame's bytes. When frames run short, it gets bytes of its own. */
static void unshare(struct picture_job *j)
{
    if (j->code || j->image->bytes.data != j->frame->bytes.data || !frame_budget_crowded(j->budget))
        return;
    struct blob *copy = blob_copy(j->image->bytes);
    if (!copy)
        return;
    blob_unref(j->image);
    j->image = copy;
}

static void encode(void *user)
{
    struct picture_job *j = user;
    j->code = image_encode(j->frame, &j->recipe, &j->image, &j->why);
    j->passed_through = image_passes_through(j->frame, &j->recipe);
    unshare(j);
}

static void clear_job(struct picture_job *j)
{
    blob_unref(j->image);
    frame_unref(j->frame);
}

static void finish(void *user);

static int start(struct pictures *p, struct picture_slot *slot, struct frame *frame)
{
    struct picture_job *j = slot->done ? slot->done : malloc(sizeof *j);
    slot->done = NULL;
    if (!j)
        return ERR_NO_MEMORY;
    *j = (struct picture_job){
        .job = {.work = encode, .done = finish, .user = j},
        .owner = p,
        .slot = slot,
        .budget = p->budget,
        .recipe = slot->recipe,
        .frame = frame_ref(frame),
    };
    int code = loop_submit(p->loop, &j->job);
    if (code) {
        clear_job(j);
        slot->done = j;
        return code;
    }
    slot->job = j;
    return 0;
}

static struct snapshot snapshot_of(const struct picture_job *j)
{
    return (struct snapshot){
        .image = j->image,
        .change_percent = -1,
        .width = j->frame->width,
        .height = j->frame->height,
        .frame_number = j->frame->number,
        .exposed_mono_ns = j->frame->exposed_mono_ns,
        .exposed_utc_ns = j->frame->exposed_utc_ns,
    };
}

/* Keeps the picture, unless one of a newer frame is there. Pictures of older frames go. */
static void keep(struct pictures *p, struct picture_slot *slot, const struct snapshot *s)
{
    for (size_t i = 0; i < p->slot_count; i++)
        if (p->slots[i].snapshot.frame_number > s->frame_number)
            return;
    for (size_t i = 0; i < p->slot_count; i++)
        if (p->slots[i].snapshot.frame_number < s->frame_number)
            drop_snapshot(&p->slots[i]);
    drop_snapshot(slot);
    slot->snapshot = *s;
    blob_ref(s->image);
}

static void tell_failure(struct pictures *p, const struct image_recipe *recipe, struct frame *frame, int code,
                         const char *why)
{
    if (p->frame && p->frame->number == frame->number)
        set_frame(&p->frame, NULL);
    struct snapshot none = {.frame_number = frame->number, .exposed_mono_ns = frame->exposed_mono_ns};
    p->made(p->user, &(struct picture_result){
                         .recipe = recipe, .frame = frame, .snapshot = none, .code = code, .why = why});
}

static void tell(struct pictures *p, const struct picture_job *j)
{
    if (j->code) {
        tell_failure(p, &j->recipe, j->frame, j->code, j->why.text);
        return;
    }
    struct snapshot s = snapshot_of(j);
    keep(p, j->slot, &s);
    p->made(p->user,
            &(struct picture_result){
                .recipe = &j->recipe, .frame = j->frame, .snapshot = s, .passed_through = j->passed_through});
}

static void finish(void *user)
{
    struct picture_job *j = user;
    struct pictures *p = j->owner;
    if (p) {
        struct picture_slot *slot = j->slot;
        struct frame *next = slot->next;
        slot->job = NULL;
        slot->next = NULL;
        int code = next ? start(p, slot, next) : 0;
        tell(p, j);
        if (code)
            tell_failure(p, &j->recipe, next, code, "no memory to make the picture");
        frame_unref(next);
    }
    clear_job(j);
    if (p && !j->slot->done)
        j->slot->done = j;
    else
        free(j);
}

/* ---- asking ---- */

static struct picture_slot *find_slot(struct pictures *p, const struct image_recipe *recipe)
{
    for (size_t i = 0; i < p->slot_count; i++)
        if (image_recipe_equal(&p->slots[i].recipe, recipe))
            return &p->slots[i];
    return NULL;
}

/* A slot for a new recipe: a fresh one, else that of the oldest picture that nobody waits for. */
static struct picture_slot *take_slot(struct pictures *p, const struct image_recipe *recipe)
{
    struct picture_slot *slot = NULL;
    if (p->slot_count < PICTURES_RECIPES)
        slot = &p->slots[p->slot_count++];
    for (size_t i = 0; !slot && i < p->slot_count; i++)
        if (!p->slots[i].job)
            slot = &p->slots[i];
    if (!slot)
        return NULL;
    drop_snapshot(slot);
    slot->recipe = *recipe;
    return slot;
}

static bool is_newer(const struct frame *f, const struct frame *than)
{
    return !than || than->number < f->number;
}

int pictures_make(struct pictures *p, const struct image_recipe *recipe, struct frame *frame)
{
    struct picture_slot *slot = find_slot(p, recipe);
    if (!slot)
        slot = take_slot(p, recipe);
    if (!slot)
        return ERR_LIMIT;
    if (is_newer(frame, p->frame))
        set_frame(&p->frame, frame);
    if (!slot->job)
        return start(p, slot, frame);
    if (is_newer(frame, slot->job->frame) && is_newer(frame, slot->next))
        set_frame(&slot->next, frame);
    return 0;
}

const struct snapshot *pictures_find(struct pictures *p, const struct image_recipe *recipe,
                                     int64_t newer_than_mono_ns)
{
    const struct picture_slot *slot = find_slot(p, recipe);
    if (!slot || !slot->snapshot.image || slot->snapshot.exposed_mono_ns < newer_than_mono_ns)
        return NULL;
    return &slot->snapshot;
}

uint64_t pictures_join(struct pictures *p, const struct image_recipe *recipe, int64_t newer_than_mono_ns)
{
    const struct picture_slot *slot = find_slot(p, recipe);
    if (slot && slot->job && slot->job->frame->exposed_mono_ns >= newer_than_mono_ns)
        return slot->job->frame->number;
    if (slot && slot->next && slot->next->exposed_mono_ns >= newer_than_mono_ns)
        return slot->next->number;
    if (!p->frame || p->frame->exposed_mono_ns < newer_than_mono_ns)
        return 0;
    return pictures_make(p, recipe, p->frame) == 0 ? p->frame->number : 0;
}

/* ---- end ---- */

void pictures_drop(struct pictures *p)
{
    set_frame(&p->frame, NULL);
    for (size_t i = 0; i < p->slot_count; i++) {
        struct picture_slot *slot = &p->slots[i];
        drop_snapshot(slot);
        set_frame(&slot->next, NULL);
        if (slot->job)
            slot->job->owner = NULL;
        slot->job = NULL;
    }
}

void pictures_rest(struct pictures *p)
{
    set_frame(&p->frame, NULL);
}

void pictures_clear(struct pictures *p)
{
    pictures_drop(p);
    for (size_t i = 0; i < p->slot_count; i++)
        free(p->slots[i].done);
    p->slot_count = 0;
}
