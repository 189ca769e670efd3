/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/camera.h"

#include "base/log.h"
#include "base/pages.h"
#include "camera/camera_own.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A camera's timer runs always, so that it can be moved without memory; so often at the least. */
#define IDLE_WAKE_NS (3600 * NS_PER_S)

static struct timer_queue *timers(const struct camera *c)
{
    return loop_timers(c->setup.loop);
}

static int64_t mono_ns(const struct camera *c)
{
    return clock_mono_ns(timers(c)->clock);
}

/* ---- when to look again ---- */

static void wake_at(struct camera *c, int64_t when_ns)
{
    if (timer_running(&c->timer) && c->timer.deadline_ns <= when_ns)
        return;
    int rc = timer_start_at(timers(c), &c->timer, when_ns);
    assert(rc == 0); /* it runs, or has left its place a moment ago */
    (void)rc;
}

void camera_wake(struct camera *c)
{
    wake_at(c, 0);
}

/* ---- facts ---- */

static enum camera_state state_of(const struct keeper *k)
{
    static const enum camera_state idle_or_busy[KEEPER_STATE_COUNT] = {
        [KEEPER_CLOSED] = CAMERA_IDLE,
        [KEEPER_OPENING] = CAMERA_STARTING,
        [KEEPER_STREAMING] = CAMERA_STREAMING,
        [KEEPER_CLOSING] = CAMERA_STREAMING, /* the device is still ours */
    };
    switch (k->failure) {
    case 0:
        return idle_or_busy[k->state];
    case ERR_GONE:
        return CAMERA_UNPLUGGED;
    case ERR_BUSY:
        return CAMERA_BUSY;
    case ERR_DENIED:
        return CAMERA_DENIED;
    default:
        return CAMERA_FAILED;
    }
}

static void refresh_facts(struct camera *c)
{
    struct camera_facts *f = &c->facts;
    const struct keeper *k = &c->keeper;
    enum camera_state state = state_of(k);
    bool in_use = k->state != KEEPER_CLOSED || state == CAMERA_BUSY;
    const char *in_use_by = state == CAMERA_BUSY ? k->held_by : "";
    if (state != f->state || in_use != f->in_use || strcmp(in_use_by, f->in_use_by) != 0)
        c->facts_changed = true;
    f->state = state;
    f->in_use = in_use;
    memcpy(f->in_use_by, in_use_by, strlen(in_use_by) + 1);
    f->consumers = (uint32_t)shutter_count(&c->shutter);
    f->frames_lost = k->lost + c->broken;
    f->frames_skipped = k->skipped + c->unused;
    f->reopen_count = k->reopen_count;
    if (k->state == KEEPER_CLOSED)
        f->actual_fps = 0;
}

static void tell_facts(struct camera *c)
{
    bool changed = c->facts_changed;
    c->facts_changed = false;
    if (changed && c->setup.facts_changed)
        c->setup.facts_changed(c->setup.user, c);
}

/* ---- what happens ---- */

static void on_frame(void *user, struct frame *frame)
{
    struct camera *c = user;
    struct camera_facts *f = &c->facts;
    if (!shutter_frame(&c->shutter, frame)) {
        c->unused++;
        return;
    }
    f->frames_captured++;
    f->width = frame->width;
    f->height = frame->height;
    f->frame_number = frame->number;
    f->frame_utc_ns = frame->exposed_utc_ns;
    f->actual_fps = frame_rate_note(&c->rate, frame->exposed_mono_ns);
}

static void note_error(struct camera *c, int code, const struct err_text *why)
{
    c->facts.last_error = *why;
    c->facts.last_error_code = code;
    c->facts.last_error_utc_ns = clock_utc_ns(timers(c)->clock);
    c->facts_changed = true;
}

static void on_failed(void *user)
{
    struct camera *c = user;
    const struct keeper *k = &c->keeper;
    note_error(c, k->failure, &k->why);
    refresh_facts(c);
    panel_failed(&c->panel, k->failure);
    pictures_drop(&c->pictures);
    changes_drop(&c->changes);
    shutter_fail(&c->shutter, k->failure, k->why.text);
    camera_wake(c);
}

static void on_changed(void *user)
{
    struct camera *c = user;
    if (c->keeper.state == KEEPER_CLOSED) {
        pictures_rest(&c->pictures);
        pages_trim();
    } else if (c->keeper.state == KEEPER_STREAMING) {
        panel_streams(&c->panel);
    }
    refresh_facts(c);
    camera_wake(c);
}

static void note_broken(struct camera *c, uint64_t frame_number, const char *why)
{
    if (frame_number == c->broken_last)
        return;
    c->broken++;
    c->broken_last = frame_number;
    log_debug("camera", "%s: frame %" PRIu64 " dropped: %s", c->setup.identity.id, frame_number, why);
}

static void on_made(void *user, const struct picture_result *r)
{
    struct camera *c = user;
    if (r->snapshot.image) {
        c->facts.encodes++;
        c->facts.passed_through += r->passed_through;
        c->facts.last_image_size = r->snapshot.image->bytes.len;
    } else {
        note_broken(c, r->frame->number, r->why);
    }
    shutter_made(&c->shutter, r);
    camera_wake(c);
}

static void on_compared(void *user, const struct change_result *r)
{
    struct camera *c = user;
    c->facts.comparisons += r->pair_count;
    if (r->code)
        note_broken(c, r->frame->number, r->why);
    shutter_compared(&c->shutter, r);
    camera_wake(c);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Settings first: what is written may need a closed device, or another stream. */
static void look_at_settings(struct camera *c)
{
    struct keeper *k = &c->keeper;
    struct panel_view view = {
        .closed = k->state == KEEPER_CLOSED,
        .opening = c->plan.need && keeper_may_open(k),
    };
    wake_at(c, panel_update(&c->panel, view));
    k->wish = c->panel.wish;
}

static void look_at_device(struct camera *c)
{
    struct keeper *k = &c->keeper;
    bool held = panel_holds(&c->panel);
    bool need = c->plan.need && !(held && k->state == KEEPER_CLOSED);
    wake_at(c, keeper_update(k, need, c->plan.keep && !held));
}

/* Whoever waited as long as the camera allows, and in vain, shall find out why: the device itself, with a
 * patience of its own, may not tell any more. */
static void answer_late(struct camera *c, int64_t now)
{
    const struct keeper *k = &c->keeper;
    struct err_text late;
    int64_t waited_ns = shutter_expire(&c->shutter, now, k->failure, k->why.text);
    if (k->failure || waited_ns < c->setup.config.capture_timeout_ns)
        return;
    err_set(&late, ERR_TIMEOUT, "no picture within %.1f s", (double)waited_ns / NS_PER_S);
    note_error(c, ERR_TIMEOUT, &late);
}

/* Looks at everything anew: answers what is late, opens or closes the device, tells it which frame is wanted.
 */
static void look(struct timer *t)
{
    struct camera *c = container_of(t, struct camera, timer);
    struct keeper *k = &c->keeper;
    int64_t now = mono_ns(c);
    wake_at(c, now + IDLE_WAKE_NS);

    if (keeper_just_failed(k))
        shutter_fail(&c->shutter, k->failure, k->why.text);
    answer_late(c, now);

    int64_t due = shutter_due(&c->shutter);
    struct plan_rule rule = {.linger_ns = c->setup.config.linger_ns, .lead_ns = k->lead_ns};
    plan_make(&c->plan, &rule, due, now);
    look_at_settings(c);
    look_at_device(c);
    keeper_want_from(k, due);
    wake_at(c, earlier(c->plan.wake_ns, shutter_deadline(&c->shutter)));

    refresh_facts(c);
    tell_facts(c);
}

/* ---- demands ---- */

static void begin(struct camera *c, struct demand *d)
{
    shutter_add(&c->shutter, d);
    d->camera = c;
    keeper_hurry(&c->keeper);
    camera_wake(c);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static bool answer_from_cache(struct camera *c, struct demand *d)
{
    const struct snapshot *s = d->measures ? changes_find(&c->changes, d->newer_than_mono_ns)
                                           : pictures_find(&c->pictures, &d->recipe, d->newer_than_mono_ns);
    if (!s)
        return false;
    struct snapshot copy = *s;
    if (copy.image) {
        c->facts.delivered++;
        blob_ref(copy.image);
    }
    d->done(d, &copy, 0, NULL);
    blob_unref(copy.image);
    return true;
}

void camera_shoot(struct camera *c, struct demand *d)
{
    assert(!d->camera);
    d->newer_than_mono_ns = later(d->newer_than_mono_ns, c->panel.fresh_ns);
    if (answer_from_cache(c, d))
        return;
    int64_t now = mono_ns(c);
    int64_t limit = now + c->setup.config.capture_timeout_ns;
    d->follows = false;
    d->asked_mono_ns = now;
    d->until_mono_ns = d->deadline_mono_ns ? earlier(d->deadline_mono_ns, limit) : limit;
    d->due_mono_ns = d->newer_than_mono_ns;
    if (!d->measures)
        d->awaits = d->awaits_last = pictures_join(&c->pictures, &d->recipe, d->newer_than_mono_ns);
    begin(c, d);
}

void camera_follow(struct camera *c, struct demand *d)
{
    assert(!d->camera);
    d->follows = true;
    d->due_mono_ns = PLAN_ASAP;
    d->last_code = 0;
    begin(c, d);
}

void demand_retune(struct demand *d, int64_t interval_ns, double deadband_percent)
{
    assert(d->camera && d->follows);
    shutter_retune(&d->camera->shutter, d, interval_ns, deadband_percent);
    camera_wake(d->camera);
}

void demand_cancel(struct demand *d)
{
    struct camera *c = d->camera;
    if (!c)
        return;
    shutter_remove(&c->shutter, d);
    camera_wake(c);
}

/* ---- life ---- */

struct camera *camera_new(const struct camera_setup *setup)
{
    struct camera *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->setup = *setup;
    if (setup->config.name[0])
        memcpy(c->setup.identity.name, setup->config.name, sizeof c->setup.identity.name);
    c->facts.state = CAMERA_IDLE;
    c->timer.callback = look;
    c->budget = frame_budget_new();
    if (!c->budget || timer_start_at(timers(c), &c->timer, mono_ns(c) + IDLE_WAKE_NS) != 0) {
        if (c->budget)
            frame_budget_free(c->budget);
        free(c);
        return NULL;
    }
    struct keeper_events events = {.frame = on_frame, .failed = on_failed, .changed = on_changed, .user = c};
    keeper_init(&c->keeper, setup->loop, setup->backend, &c->setup.identity, &c->setup.config, c->budget,
                &events);
    camera_init_panel(c);
    pictures_init(&c->pictures, setup->loop, c->budget);
    c->pictures.made = on_made;
    c->pictures.user = c;
    changes_init(&c->changes, setup->loop, setup->config.change_threshold);
    c->changes.compared = on_compared;
    c->changes.user = c;
    shutter_init(&c->shutter, &c->pictures, &c->changes, &c->facts.delivered);
    plan_init(&c->plan);
    camera_wake(c);
    return c;
}

void camera_stop(struct camera *c)
{
    shutter_clear(&c->shutter);
    panel_stop(&c->panel);
    keeper_stop(&c->keeper);
    timer_stop(timers(c), &c->timer);
}

void camera_free(struct camera *c, int64_t deadline_mono_ns)
{
    if (!c)
        return;
    keeper_clear(&c->keeper, deadline_mono_ns);
    panel_clear(&c->panel, deadline_mono_ns);
    pictures_clear(&c->pictures);
    changes_drop(&c->changes);
    frame_budget_free(c->budget);
    free(c);
}

const struct camera_identity *camera_identity(const struct camera *c)
{
    return &c->setup.identity;
}

const struct camera_config *camera_config(const struct camera *c)
{
    return &c->setup.config;
}

const struct camera_facts *camera_facts(const struct camera *c)
{
    return &c->facts;
}
