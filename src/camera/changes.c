/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/changes.h"

#include <stdlib.h>

struct change_job {
    struct job job;
    struct changes *owner; /* NULL: nobody waits any more */
    uint64_t ticket;
    uint8_t threshold;
    struct frame *frame; /* shared */
    struct luma *luma;   /* of `frame` */
    struct change_pair pairs[CHANGES_LUMAS];
    size_t pair_count;
    int code;
    struct err_text why;
};

void changes_init(struct changes *c, struct loop *loop, uint8_t threshold)
{
    *c = (struct changes){.loop = loop, .threshold = threshold};
}

/* ---- lumas ---- */

static struct kept_luma *find_kept(struct changes *c, uint64_t frame_number)
{
    for (size_t i = 0; i < c->kept_count; i++)
        if (c->kept[i].luma->frame_number == frame_number)
            return &c->kept[i];
    return NULL;
}

static void forget(struct changes *c, struct kept_luma *k)
{
    luma_unref(k->luma);
    *k = c->kept[--c->kept_count];
}

static void forget_oldest(struct changes *c)
{
    struct kept_luma *oldest = &c->kept[0];
    for (size_t i = 1; i < c->kept_count; i++)
        if (c->kept[i].luma->frame_number < oldest->luma->frame_number)
            oldest = &c->kept[i];
    forget(c, oldest);
}

/* As held once. */
static void keep(struct changes *c, struct luma *l)
{
    if (find_kept(c, l->frame_number)) {
        changes_hold(c, l->frame_number);
        return;
    }
    if (c->kept_count == CHANGES_LUMAS)
        forget_oldest(c);
    c->kept[c->kept_count++] = (struct kept_luma){.luma = luma_ref(l), .holders = 1};
}

uint64_t changes_hold(struct changes *c, uint64_t frame_number)
{
    struct kept_luma *k = find_kept(c, frame_number);
    if (k)
        k->holders++;
    return frame_number;
}

void changes_release(struct changes *c, uint64_t frame_number)
{
    struct kept_luma *k = find_kept(c, frame_number);
    if (k && --k->holders == 0)
        forget(c, k);
}

/* ---- comparing ---- */

static void compare(void *user)
{
    struct change_job *j = user;
    if (!j->luma)
        j->code = luma_of_frame(j->frame, &j->luma, &j->why);
    if (j->code)
        return;
    for (size_t i = 0; i < j->pair_count; i++)
        j->pairs[i].percent = luma_change(j->pairs[i].reference, j->luma, j->threshold);
}

static void clear_job(struct change_job *j)
{
    for (size_t i = 0; i < j->pair_count; i++)
        luma_unref(j->pairs[i].reference);
    luma_unref(j->luma);
    frame_unref(j->frame);
}

static void take_wanted(struct changes *c, struct change_job *j)
{
    for (size_t i = 0; i < c->kept_count; i++) {
        if (c->kept[i].wanted)
            j->pairs[j->pair_count++].reference = luma_ref(c->kept[i].luma);
        c->kept[i].wanted = false;
    }
    struct kept_luma *known = find_kept(c, j->frame->number);
    if (known)
        j->luma = luma_ref(known->luma);
}

static void finish(void *user);

static struct change_job *begin(struct changes *c, struct frame *frame)
{
    struct change_job *j = c->done ? c->done : malloc(sizeof *j);
    c->done = NULL;
    if (!j)
        return NULL;
    *j = (struct change_job){
        .job = {.work = compare, .done = finish, .user = j},
        .owner = c,
        .ticket = c->started,
        .threshold = c->threshold,
        .frame = frame_ref(frame),
    };
    take_wanted(c, j);
    if (loop_submit(c->loop, &j->job) == 0)
        return j;
    clear_job(j);
    c->done = j;
    return NULL;
}

static void start(struct changes *c, struct frame *frame)
{
    c->started++;
    c->job = begin(c, frame);
    if (!c->job)
        c->compared(c->user, &(struct change_result){.ticket = c->started,
                                                     .frame = frame,
                                                     .code = ERR_NO_MEMORY,
                                                     .why = "no memory to compare pictures"});
}

static void start_next(struct changes *c)
{
    struct frame *next = c->next;
    c->next = NULL;
    if (next)
        start(c, next);
    frame_unref(next);
}

static void tell(struct changes *c, const struct change_job *j)
{
    if (j->luma)
        keep(c, j->luma);
    c->compared(c->user, &(struct change_result){.ticket = j->ticket,
                                                 .frame = j->frame,
                                                 .pairs = j->pairs,
                                                 .pair_count = j->code ? 0 : j->pair_count,
                                                 .code = j->code,
                                                 .why = j->why.text});
    if (j->luma)
        changes_release(c, j->frame->number);
}

static void finish(void *user)
{
    struct change_job *j = user;
    struct changes *c = j->owner;
    if (c) {
        c->job = NULL;
        start_next(c);
        tell(c, j);
    }
    clear_job(j);
    if (c && !c->done)
        c->done = j;
    else
        free(j);
}

/* ---- asking ---- */

uint64_t changes_want(struct changes *c, uint64_t reference)
{
    struct kept_luma *k = find_kept(c, reference);
    if (k)
        k->wanted = true;
    return c->started + 1;
}

void changes_compare(struct changes *c, struct frame *frame)
{
    if (!c->job) {
        start(c, frame);
    } else if (!c->next || c->next->number < frame->number) {
        frame_unref(c->next);
        c->next = frame_ref(frame);
    }
}

double change_against(const struct change_result *r, uint64_t reference)
{
    for (size_t i = 0; i < r->pair_count; i++)
        if (r->pairs[i].reference->frame_number == reference)
            return r->pairs[i].percent;
    return -1;
}

/* ---- measures ---- */

void changes_note(struct changes *c, const struct snapshot *measured)
{
    changes_hold(c, measured->frame_number);
    changes_release(c, c->measured.frame_number);
    c->measured = *measured;
}

const struct snapshot *changes_find(const struct changes *c, int64_t newer_than_mono_ns)
{
    const struct snapshot *m = &c->measured;
    bool does = m->frame_number && m->change_percent >= 0 && m->exposed_mono_ns >= newer_than_mono_ns;
    return does ? m : NULL;
}

/* ---- end ---- */

void changes_drop(struct changes *c)
{
    while (c->kept_count)
        forget(c, &c->kept[0]);
    c->measured = (struct snapshot){0};
    frame_unref(c->next);
    c->next = NULL;
    if (c->job)
        c->job->owner = NULL;
    c->job = NULL;
    free(c->done);
    c->done = NULL;
}
