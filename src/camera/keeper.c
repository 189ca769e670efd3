/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/keeper.h"

#include "base/log.h"
#include "camera/identity.h"
#include "camera/plan.h"

#include <assert.h>
#include <inttypes.h>

#define FIRST_DELAY_NS (NS_PER_S / 4)
#define MAX_DELAY_NS   (5 * NS_PER_S)
#define FIRST_LEAD_NS  NS_PER_S       /* until it was measured */
#define GRACE_NS       (2 * NS_PER_S) /* for a backend to notice by itself that no frames come */
#define OPENING_NS     (5 * NS_PER_S) /* what opening may take at least: a network camera says hello first */

static int64_t now_ns(const struct keeper *k)
{
    return clock_mono_ns(loop_timers(k->loop)->clock);
}

void keeper_init(struct keeper *k, struct loop *loop, const struct backend *backend,
                 const struct camera_identity *identity, const struct camera_config *config,
                 struct frame_budget *budget, const struct keeper_events *events)
{
    *k = (struct keeper){
        .loop = loop,
        .backend = backend,
        .identity = identity,
        .config = config,
        .budget = budget,
        .events = *events,
        .delay_ns = FIRST_DELAY_NS,
        .lead_ns = FIRST_LEAD_NS,
        .next_number = 1,
    };
}

static void move(struct keeper *k, enum keeper_state to)
{
    static const bool allowed[KEEPER_STATE_COUNT][KEEPER_STATE_COUNT] = {
        [KEEPER_CLOSED] = {[KEEPER_OPENING] = true},
        [KEEPER_OPENING] = {[KEEPER_STREAMING] = true, [KEEPER_CLOSING] = true, [KEEPER_CLOSED] = true},
        [KEEPER_STREAMING] = {[KEEPER_CLOSING] = true, [KEEPER_CLOSED] = true},
        [KEEPER_CLOSING] = {[KEEPER_CLOSED] = true},
    };
    assert(allowed[k->state][to]);
    (void)allowed;
    k->state = to;
}

/* ---- failure ---- */

static void fail(struct keeper *k, int code, const struct err_text *why)
{
    enum log_level level = k->failure == code ? LOG_DEBUG : LOG_WARNING;
    log_write(level, "camera", "%s: %s (%s)", k->identity->id, why->text,
              k->absent ? "waiting for it" : "trying again while it is wanted");
    k->failure = code;
    k->why = *why;
    k->failed_ns = now_ns(k);
    k->retry_ns = k->failed_ns + (k->absent ? MAX_DELAY_NS : k->delay_ns);
    k->delay_ns = k->delay_ns * 2 < MAX_DELAY_NS ? k->delay_ns * 2 : MAX_DELAY_NS;
    k->events.failed(k->events.user);
}

static void forgive(struct keeper *k)
{
    k->failure = 0;
    k->why.text[0] = 0;
    k->delay_ns = FIRST_DELAY_NS;
}

static void recover(struct keeper *k)
{
    if (k->failure)
        log_info("camera", "%s: delivers again", k->identity->id);
    forgive(k);
    k->absent = false;
}

/* ---- news of the backend ---- */

static void take_frames(struct keeper *k, struct capture_news *n)
{
    for (size_t i = 0; i < n->frame_count; i++) {
        if (k->state == KEEPER_STREAMING) {
            recover(k);
            k->events.frame(k->events.user, n->frames[i]);
        }
        frame_unref(n->frames[i]);
    }
}

static void end(struct keeper *k, const struct capture_news *n)
{
    bool asked = k->state == KEEPER_CLOSING;
    capture_join(k->capture);
    k->capture = NULL;
    move(k, KEEPER_CLOSED);
    identity_text(k->held_by, n->held_by[0] ? n->held_by : "another program");
    if (!asked)
        fail(k, n->code, &n->why);
}

static void on_news(void *user)
{
    struct keeper *k = user;
    struct capture_news n;
    capture_collect(k->capture, &n);
    k->lost += n.lost;
    k->skipped += n.skipped;
    k->next_number = n.next_number;
    k->fps = n.fps;
    if (n.ready_mono_ns)
        k->lead_ns = (n.ready_mono_ns - k->opened_ns) / 4 * 5;
    if (n.started && k->state == KEEPER_OPENING)
        move(k, KEEPER_STREAMING);
    take_frames(k, &n);
    if (n.ended)
        end(k, &n);
    k->events.changed(k->events.user);
}

/* ---- open and close ---- */

static void open_device(struct keeper *k)
{
    struct err_text why;
    struct capture_setup setup = {
        .loop = k->loop,
        .backend = k->backend,
        .identity = k->identity,
        .budget = k->budget,
        .wish = k->wish,
        .warmup = k->config->warmup,
        .first_number = k->next_number,
        .news = on_news,
        .user = k,
    };
    if (k->failure)
        k->reopen_count++;
    k->opened_ns = now_ns(k);
    k->fps = 0;
    int code = capture_start(&k->capture, &setup, &why);
    if (code)
        fail(k, code, &why);
    else
        move(k, KEEPER_OPENING);
}

static void close_device(struct keeper *k)
{
    capture_stop(k->capture);
    move(k, KEEPER_CLOSING);
}

/* When a backend that offers nothing must be taken for hung. */
static int64_t hung_ns(const struct keeper *k)
{
    int64_t limit = k->config->capture_timeout_ns;
    int64_t three_frames = k->fps > 0.001 ? (int64_t)(3 / k->fps * NS_PER_S) : 0;
    int64_t least = k->state == KEEPER_OPENING ? OPENING_NS : three_frames;
    return capture_alive_ns(k->capture) + (limit > least ? limit : least) + GRACE_NS;
}

static void give_up(struct keeper *k)
{
    static const char *const complaints[KEEPER_STATE_COUNT] = {
        [KEEPER_OPENING] = "not open after",
        [KEEPER_STREAMING] = "no frame for",
        [KEEPER_CLOSING] = "its driver has not let go of it for",
    };
    struct err_text why;
    double seconds = (double)(now_ns(k) - capture_alive_ns(k->capture)) / NS_PER_S;
    err_set(&why, ERR_TIMEOUT, "%s: %s %.1f s", k->identity->uri, complaints[k->state], seconds);
    if (k->state != KEEPER_CLOSING)
        close_device(k);
    fail(k, ERR_TIMEOUT, &why);
}

bool keeper_may_open(const struct keeper *k)
{
    return k->backend && k->state == KEEPER_CLOSED && now_ns(k) >= k->retry_ns;
}

int64_t keeper_update(struct keeper *k, bool need, bool keep)
{
    if (need && keeper_may_open(k))
        open_device(k);
    else if (k->capture && k->state != KEEPER_CLOSING && !keep)
        close_device(k);

    if (k->state == KEEPER_CLOSED)
        return need && k->backend ? k->retry_ns : PLAN_NEVER;
    bool known_to_hang = k->state == KEEPER_CLOSING && (k->failure || !need);
    if (!known_to_hang && now_ns(k) >= hung_ns(k))
        give_up(k);
    return k->state == KEEPER_CLOSING && (k->failure || !need) ? PLAN_NEVER : hung_ns(k);
}

void keeper_want_from(struct keeper *k, int64_t due_ns)
{
    if (k->capture)
        capture_want_from(k->capture, due_ns);
}

void keeper_hurry(struct keeper *k)
{
    int64_t soonest = k->failed_ns + FIRST_DELAY_NS;
    if (!k->absent && k->retry_ns > soonest)
        k->retry_ns = soonest;
}

bool keeper_just_failed(const struct keeper *k)
{
    bool closed = k->state == KEEPER_CLOSED || k->state == KEEPER_CLOSING;
    return closed && k->failure && (k->absent || now_ns(k) < k->failed_ns + FIRST_DELAY_NS);
}

/* ---- coming and going ---- */

void keeper_lose(struct keeper *k, const struct err_text *why)
{
    k->absent = true;
    if (k->capture && k->state != KEEPER_CLOSING)
        close_device(k);
    fail(k, ERR_GONE, why);
    k->events.changed(k->events.user);
}

void keeper_find(struct keeper *k, const struct backend *backend)
{
    k->backend = backend;
    if (!k->absent && k->failure != ERR_GONE)
        return;
    k->absent = false;
    k->retry_ns = now_ns(k);
    if (k->failure == ERR_GONE && k->state != KEEPER_OPENING)
        forgive(k);
    k->events.changed(k->events.user);
}

/* ---- end ---- */

void keeper_stop(struct keeper *k)
{
    if (k->capture && k->state != KEEPER_CLOSING)
        close_device(k);
}

void keeper_clear(struct keeper *k, int64_t deadline_ns)
{
    if (!k->capture)
        return;
    if (!capture_clear(k->capture, deadline_ns))
        log_warning("camera", "%s: its driver hangs and is left behind", k->identity->id);
    k->capture = NULL;
    move(k, KEEPER_CLOSED);
}
