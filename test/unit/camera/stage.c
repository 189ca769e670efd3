/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

#include "camera/camera_life.h"
#include "support/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define HOUR_NS (3600 * NS_PER_S)
#define CAP_NS  (30 * NS_PER_S)

struct camera_config stage_config(void)
{
    return (struct camera_config){
        .linger_ns = HOUR_NS, .capture_timeout_ns = HOUR_NS, .change_threshold = 30};
}

static void note_facts(void *user, struct camera *c)
{
    struct stage *s = user;
    assert_ptr_equal(c, s->camera);
    s->facts_changed++;
}

static void note_settings(void *user, struct camera *c, bool others)
{
    struct stage *s = user;
    assert_ptr_equal(c, s->camera);
    s->settings_changed++;
    s->others_changed += others;
}

static void begin_camera(struct stage *s, const struct camera_config *config)
{
    struct camera_setup setup = {
        .loop = s->loop,
        .backend = &s->device.backend,
        .identity = {.id = "fake", .name = "Fake", .uri = "fake:"},
        .config = *config,
        .facts_changed = note_facts,
        .settings_changed = note_settings,
        .user = s,
    };
    s->camera = camera_new(&setup);
    assert_non_null(s->camera);
}

void stage_end_camera(struct stage *s)
{
    camera_stop(s->camera);
    camera_free(s->camera, clock_mono_ns(&system_clock) + (s->device.hangs || s->hopeless ? 0 : CAP_NS));
    s->camera = NULL;
}

void stage_configure(struct stage *s, const struct camera_config *config)
{
    stage_end_camera(s);
    begin_camera(s, config);
}

int stage_set_up(void **state)
{
    struct stage *s = calloc(1, sizeof *s);
    struct err_text why;
    setenv("UV_THREADPOOL_SIZE", "1", 1);
    if (!s || loop_new(&s->loop, &why))
        return -1;
    fake_camera_init(&s->device);
    s->clock_ns = clock_mono_ns(&system_clock);
    struct camera_config config = stage_config();
    begin_camera(s, &config);
    *state = s;
    return 0;
}

int stage_tear_down(void **state)
{
    struct stage *s = *state;
    if (s->camera)
        stage_end_camera(s);
    loop_free(s->loop);
    fake_camera_clear(&s->device);
    free(s);
    return 0;
}

/* ---- waiting ---- */

struct wait {
    struct timer timer;
    struct loop *loop;
    stage_condition done;
    void *user;
    int64_t cap_ns;
};

static void look_again(struct timer *t)
{
    struct wait *w = container_of(t, struct wait, timer);
    if (w->done(w->user) || clock_mono_ns(&system_clock) > w->cap_ns)
        loop_stop(w->loop);
    else
        assert_int_equal(timer_start_in(loop_timers(w->loop), t, NS_PER_MS), 0);
}

void stage_run_until(struct stage *s, stage_condition done, void *user)
{
    struct wait w = {.timer.callback = look_again,
                     .loop = s->loop,
                     .done = done,
                     .user = user,
                     .cap_ns = clock_mono_ns(&system_clock) + CAP_NS};
    assert_int_equal(timer_start_in(loop_timers(s->loop), &w.timer, 0), 0);
    loop_run(s->loop);
    assert_true(done(user));
}

static void stop_loop(void *loop)
{
    loop_stop(loop);
}

void stage_settle(struct stage *s)
{
    assert_int_equal(loop_post(s->loop, stop_loop, s->loop), 0);
    loop_run(s->loop);
}

static bool is_streaming(void *user)
{
    struct stage *s = user;
    return fake_camera_streams(&s->device) && camera_facts(s->camera)->state == CAMERA_STREAMING;
}

void stage_until_streaming(struct stage *s)
{
    stage_run_until(s, is_streaming, s);
    stage_settle(s);
}

static bool device_streams(void *user)
{
    return fake_camera_streams(&((struct stage *)user)->device);
}

void stage_until_device_streams(struct stage *s)
{
    stage_run_until(s, device_streams, s);
}

struct wanted_runs {
    struct stage *stage;
    unsigned opens, ends, lost;
};

static bool has_runs(void *user)
{
    struct wanted_runs *w = user;
    struct fake_camera *device = &w->stage->device;
    return fake_camera_opens(device) >= w->opens && fake_camera_ends(device) >= w->ends &&
           camera_facts(w->stage->camera)->frames_lost >= w->lost;
}

void stage_until_opens(struct stage *s, unsigned count)
{
    stage_run_until(s, has_runs, &(struct wanted_runs){.stage = s, .opens = count});
}

void stage_until_ends(struct stage *s, unsigned count)
{
    stage_run_until(s, has_runs, &(struct wanted_runs){.stage = s, .ends = count});
}

void stage_until_lost(struct stage *s, unsigned count)
{
    stage_run_until(s, has_runs, &(struct wanted_runs){.stage = s, .lost = count});
}

struct wanted_state {
    struct stage *stage;
    enum camera_state state;
};

static bool has_state(void *user)
{
    struct wanted_state *w = user;
    return camera_facts(w->stage->camera)->state == w->state;
}

void stage_until_state(struct stage *s, enum camera_state state)
{
    struct wanted_state w = {s, state};
    stage_run_until(s, has_state, &w);
}

void stage_expose(struct stage *s, int64_t after_ns, int luma)
{
    int64_t now = clock_mono_ns(&system_clock);
    s->clock_ns = (s->clock_ns > now ? s->clock_ns : now) + after_ns;
    fake_camera_expose(&s->device, s->clock_ns, luma);
    stage_settle(s);
}

/* ---- workers ---- */

enum { JOBS_OF_A_FRAME = 4 }; /* that follow from one another, at most */

/* Where the only worker is held. */
struct workshop {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool held, open;
    bool left; /* the loop thread's own, as is `job` */
    struct job job;
};

static void be_held(void *user)
{
    struct workshop *w = user;
    pthread_mutex_lock(&w->lock);
    w->held = true;
    pthread_cond_broadcast(&w->changed);
    while (!w->open)
        pthread_cond_wait(&w->changed, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

static void leave_workshop(void *user)
{
    ((struct workshop *)user)->left = true;
}

static bool is_left(void *user)
{
    return ((struct workshop *)user)->left;
}

void stage_hold_worker(struct stage *s)
{
    struct workshop *w = s->workshop = calloc(1, sizeof *w);
    assert_non_null(w);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, NULL);
    w->job = (struct job){.work = be_held, .done = leave_workshop, .user = w};
    assert_int_equal(loop_submit(s->loop, &w->job), 0);
    pthread_mutex_lock(&w->lock);
    while (!w->held)
        pthread_cond_wait(&w->changed, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

void stage_release_worker(struct stage *s)
{
    struct workshop *w = s->workshop;
    pthread_mutex_lock(&w->lock);
    w->open = true;
    pthread_cond_broadcast(&w->changed);
    pthread_mutex_unlock(&w->lock);
    stage_run_until(s, is_left, w);
    pthread_cond_destroy(&w->changed);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

void stage_work_off(struct stage *s)
{
    for (unsigned step = 0; step < JOBS_OF_A_FRAME; step++) {
        stage_hold_worker(s);
        stage_release_worker(s);
    }
}

/* ---- asking ---- */

static void on_done(struct demand *d, const struct snapshot *snapshot, int code, const char *why)
{
    struct asker *a = d->user;
    if (snapshot) {
        assert_true(a->pictures < ASKER_PICTURES);
        assert_true(a->demand.measures == !snapshot->image);
        a->numbers[a->pictures] = snapshot->frame_number;
        a->changes[a->pictures] = snapshot->change_percent;
        a->exposed_ns[a->pictures++] = snapshot->exposed_mono_ns;
        blob_unref(a->image);
        a->image = snapshot->image ? blob_ref(snapshot->image) : NULL;
    } else {
        a->failures++;
        a->code = code;
        err_set(&a->why, (enum err)code, "%s", why);
    }
    if (a->then)
        a->then(a);
}

struct asker asker_of(enum image_format format)
{
    return (struct asker){.demand.recipe = {.format = format, .quality = 90}};
}

void asker_clear(struct asker *a)
{
    demand_cancel(&a->demand);
    blob_unref(a->image);
}

static void begin_asking(struct asker *a, struct stage *s)
{
    a->stage = s;
    a->demand.done = on_done;
    a->demand.user = a;
}

void asker_shoot(struct asker *a, struct stage *s, int64_t newer_than_ns)
{
    begin_asking(a, s);
    a->demand.newer_than_mono_ns = newer_than_ns;
    camera_shoot(s->camera, &a->demand);
}

void asker_follow(struct asker *a, struct stage *s, int64_t interval_ns)
{
    begin_asking(a, s);
    a->demand.interval_ns = interval_ns;
    camera_follow(s->camera, &a->demand);
}

struct wanted_count {
    const unsigned *have;
    unsigned want;
};

static bool has_count(void *user)
{
    struct wanted_count *w = user;
    return *w->have >= w->want;
}

void asker_until_pictures(struct asker *a, struct stage *s, unsigned count)
{
    stage_run_until(s, has_count, &(struct wanted_count){&a->pictures, count});
}

void asker_until_failures(struct asker *a, struct stage *s, unsigned count)
{
    stage_run_until(s, has_count, &(struct wanted_count){&a->failures, count});
}
