/* SPDX-License-Identifier: Apache-2.0
 * How long a keeper waits after failures, by a clock whose hands the test turns. */
#include "camera/keeper.h"

#include "base/log.h"
#include "camera/plan.h"
#include "support/fake_camera.h"
#include "support/fake_clock.h"
#include "support/unit.h"

#include <stdlib.h>
#include <time.h>

#define MS NS_PER_MS

struct fixture {
    struct loop *loop;
    struct fake_clock time;
    struct fake_camera device;
    struct camera_identity identity;
    struct camera_config config;
    struct frame_budget *budget;
    struct keeper keeper;
    unsigned failures;
};

static void on_frame(void *user, struct frame *f)
{
    (void)user;
    (void)f;
}

static void on_failed(void *user)
{
    struct fixture *f = user;
    f->failures++;
}

static void on_changed(void *user)
{
    (void)user;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err_text why;
    if (!f || loop_new(&f->loop, &why) || !(f->budget = frame_budget_new()))
        return -1;
    f->time = fake_clock(1000 * NS_PER_S);
    f->config.capture_timeout_ns = 3600 * NS_PER_S;
    loop_timers(f->loop)->clock = &f->time.clock;
    fake_camera_init(&f->device);
    struct keeper_events events = {.frame = on_frame, .failed = on_failed, .changed = on_changed, .user = f};
    keeper_init(&f->keeper, f->loop, &f->device.backend, &f->identity, &f->config, f->budget, &events);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    keeper_stop(&f->keeper);
    keeper_clear(&f->keeper, clock_mono_ns(&system_clock) + 30 * NS_PER_S);
    fake_camera_clear(&f->device);
    frame_budget_free(f->budget);
    loop_free(f->loop);
    free(f);
    return 0;
}

/* Runs the loop until the keeper is in `state`, half a minute at most. */
static void run_until(struct fixture *f, enum keeper_state state)
{
    for (int i = 0; i < 30000 && f->keeper.state != state; i++) {
        loop_run(f->loop);
        nanosleep(&(struct timespec){.tv_nsec = MS}, NULL);
    }
    assert_int_equal(f->keeper.state, state);
}

/* One attempt that fails; gives how long the keeper then waits, in ms. */
static int64_t fail_once(struct fixture *f)
{
    unsigned failures = f->failures;
    keeper_update(&f->keeper, true, true);
    assert_int_equal(f->keeper.state, KEEPER_OPENING);
    run_until(f, KEEPER_CLOSED);
    assert_int_equal(f->failures, failures + 1);
    return (keeper_update(&f->keeper, true, true) - f->time.mono) / MS;
}

static void test_waits_longer_each_time(void **state)
{
    static const int64_t waits_ms[] = {250, 500, 1000, 2000, 4000, 5000, 5000};
    struct fixture *f = *state;
    fake_camera_fail_open(&f->device, ERR_IO);
    for (size_t i = 0; i < ARRAY_LEN(waits_ms); i++) {
        assert_int_equal(fail_once(f), waits_ms[i]);
        f->time.mono += waits_ms[i] * MS - 1;
        keeper_update(&f->keeper, true, true);
        assert_int_equal(f->keeper.state, KEEPER_CLOSED);
        f->time.mono += 1;
    }
    assert_int_equal(fake_camera_opens(&f->device), ARRAY_LEN(waits_ms));
}

static void test_a_frame_ends_the_waiting(void **state)
{
    struct fixture *f = *state;
    fake_camera_fail_open(&f->device, ERR_IO);
    f->time.mono += fail_once(f) * MS;
    f->time.mono += fail_once(f) * MS;
    fake_camera_fail_open(&f->device, 0);
    keeper_update(&f->keeper, true, true);
    keeper_want_from(&f->keeper, PLAN_ASAP);
    run_until(f, KEEPER_STREAMING);
    assert_int_equal(f->keeper.failure, ERR_IO);
    fake_camera_expose(&f->device, 1, 1);
    loop_run(f->loop);
    assert_int_equal(f->keeper.failure, 0);
    fake_camera_fail_stream(&f->device, ERR_GONE);
    run_until(f, KEEPER_CLOSED);
    assert_int_equal(f->keeper.failure, ERR_GONE);
    assert_int_equal(keeper_update(&f->keeper, true, true), f->time.mono + 250 * MS);
}

static void test_nobody_waits_nobody_retries(void **state)
{
    struct fixture *f = *state;
    fake_camera_fail_open(&f->device, ERR_IO);
    fail_once(f);
    assert_int_equal(keeper_update(&f->keeper, false, false), PLAN_NEVER);
    f->time.mono += 3600 * NS_PER_S;
    keeper_update(&f->keeper, false, false);
    assert_int_equal(f->keeper.state, KEEPER_CLOSED);
    assert_int_equal(fake_camera_opens(&f->device), 1);
}

static void test_somebody_new_need_not_wait(void **state)
{
    struct fixture *f = *state;
    fake_camera_fail_open(&f->device, ERR_IO);
    for (int i = 0; i < 5; i++)
        f->time.mono += fail_once(f) * MS;
    assert_int_equal(fail_once(f), 5000);

    assert_true(keeper_just_failed(&f->keeper));
    keeper_hurry(&f->keeper);
    assert_int_equal(keeper_update(&f->keeper, true, true), f->time.mono + 250 * MS);
    f->time.mono += 250 * MS;
    assert_false(keeper_just_failed(&f->keeper));
    keeper_update(&f->keeper, true, true);
    assert_int_equal(f->keeper.state, KEEPER_OPENING);
}

#define on_clock(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_clock(test_waits_longer_each_time),
        on_clock(test_a_frame_ends_the_waiting),
        on_clock(test_nobody_waits_nobody_retries),
        on_clock(test_somebody_new_need_not_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
