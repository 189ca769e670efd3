/* SPDX-License-Identifier: Apache-2.0
 * When the device is open, and what happens when it fails. */
#include "stage.h"

#include "base/log.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#define MS NS_PER_MS

static int64_t now_ns(void)
{
    return clock_mono_ns(&system_clock);
}

static void configure(struct stage *s, int64_t linger_ns, uint32_t warmup)
{
    struct camera_config config = stage_config();
    config.linger_ns = linger_ns;
    config.warmup = warmup;
    stage_configure(s, &config);
}

static void test_stays_closed_until_somebody_asks(void **state)
{
    struct stage *s = *state;
    stage_settle(s);
    assert_int_equal(fake_camera_opens(&s->device), 0);
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_IDLE);
    assert_false(camera_facts(s->camera)->in_use);
}

static void test_closes_after_the_last_demand(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    configure(s, 10 * MS, 0);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    assert_true(camera_facts(s->camera)->in_use);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 1);
    stage_until_state(s, CAMERA_IDLE);
    stage_until_ends(s, 1);
    /* And opens again for the next. */
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 2);
    assert_int_equal(a.numbers[1], 2);
    assert_int_equal(fake_camera_opens(&s->device), 2);
    assert_int_equal(camera_facts(s->camera)->reopen_count, 0);
    asker_clear(&a);
}

static void test_stays_open_while_it_lingers(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    demand_cancel(&a.demand);
    stage_settle(s);
    assert_true(fake_camera_streams(&s->device));
    assert_int_equal(camera_facts(s->camera)->consumers, 0);
    asker_clear(&a);
}

static void test_closes_between_far_shots(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    configure(s, 0, 0);
    fake_camera_run_freely(&s->device, 2 * MS);
    asker_follow(&a, s, 400 * MS);
    asker_until_pictures(&a, s, 4);
    assert_true(fake_camera_opens(&s->device) >= 2);
    assert_true(a.exposed_ns[3] - a.exposed_ns[0] >= 1190 * MS);
    assert_int_equal(a.failures, 0);
    asker_clear(&a);
}

static void test_warm_up_frames_are_dropped(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    configure(s, 0, 3);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    for (int i = 1; i <= 4; i++)
        stage_expose(s, 33 * MS, i);
    asker_until_pictures(&a, s, 1);
    assert_int_equal(a.image->bytes.data[a.image->bytes.len - 1], 4);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    asker_clear(&a);
}

/* ---- failures ---- */

struct failure {
    int code;
    enum camera_state state;
};

static void test_each_failure_has_its_state(void **state)
{
    static const struct failure table[] = {
        {ERR_GONE, CAMERA_UNPLUGGED}, {ERR_BUSY, CAMERA_BUSY},      {ERR_DENIED, CAMERA_DENIED},
        {ERR_IO, CAMERA_FAILED},      {ERR_TIMEOUT, CAMERA_FAILED},
    };
    struct stage *s = *state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct asker a = asker_of(IMAGE_BMP);
        struct camera_config config = stage_config();
        stage_configure(s, &config);
        s->device.holder = "cheese (pid 42)";
        fake_camera_fail_open(&s->device, table[i].code);
        asker_shoot(&a, s, now_ns());
        asker_until_failures(&a, s, 1);
        const struct camera_facts *f = camera_facts(s->camera);
        assert_int_equal(a.code, table[i].code);
        assert_non_null(strstr(a.why.text, "as told"));
        assert_int_equal(f->state, table[i].state);
        assert_int_equal(f->last_error_code, table[i].code);
        assert_string_equal(f->last_error.text, a.why.text);
        assert_true(f->last_error_utc_ns > 0);
        assert_int_equal(f->in_use, table[i].code == ERR_BUSY);
        assert_string_equal(f->in_use_by, table[i].code == ERR_BUSY ? "cheese (pid 42)" : "");
        asker_clear(&a);
    }
    assert_true(s->facts_changed >= ARRAY_LEN(table));
}

static void test_fresh_failure_answers_the_next_who_asks(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP);
    int64_t began = now_ns();
    fake_camera_fail_open(&s->device, ERR_BUSY);
    asker_shoot(&a, s, now_ns());
    asker_until_failures(&a, s, 1);
    assert_string_equal(camera_facts(s->camera)->in_use_by, "another program");
    asker_shoot(&b, s, now_ns());
    asker_until_failures(&b, s, 1);
    assert_int_equal(b.code, ERR_BUSY);
    /* On a machine that took longer than this, another attempt is right. */
    if (now_ns() - began < 250 * MS)
        assert_int_equal(fake_camera_opens(&s->device), 1);
    asker_clear(&a);
    asker_clear(&b);
}

static void test_follower_hears_of_a_failure_once(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    fake_camera_fail_open(&s->device, ERR_BUSY);
    asker_follow(&a, s, 0);
    stage_until_opens(s, 2);
    asker_until_failures(&a, s, 1);
    assert_int_equal(a.failures, 1);
    fake_camera_fail_open(&s->device, ERR_DENIED);
    asker_until_failures(&a, s, 2);
    assert_int_equal(a.code, ERR_DENIED);

    fake_camera_fail_open(&s->device, 0);
    stage_until_device_streams(s);
    stage_expose(s, 33 * MS, 1);
    asker_until_pictures(&a, s, 1);
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_STREAMING);
    assert_int_equal(camera_facts(s->camera)->last_error_code, ERR_DENIED);
    assert_true(camera_facts(s->camera)->reopen_count >= 2);
    assert_int_equal(a.failures, 2);
    asker_clear(&a);
}

static void test_stream_that_fails_resumes(void **state)
{
    struct stage *s = *state;
    struct asker always = asker_of(IMAGE_BMP), once = asker_of(IMAGE_BMP);
    asker_follow(&always, s, 0);
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&always, s, 1);
    asker_shoot(&once, s, s->clock_ns + 1);
    fake_camera_fail_stream(&s->device, ERR_GONE);
    asker_until_failures(&once, s, 1);
    asker_until_failures(&always, s, 1);
    assert_int_equal(once.code, ERR_GONE);
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_UNPLUGGED);
    stage_until_device_streams(s);
    stage_expose(s, 33 * MS, 2);
    asker_until_pictures(&always, s, 2);
    assert_true(always.numbers[1] > always.numbers[0]);
    assert_int_equal(always.failures, 1);
    assert_int_equal(camera_facts(s->camera)->reopen_count, 1);
    asker_clear(&always);
    asker_clear(&once);
}

static void test_no_old_picture_after_a_failure(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 1);
    fake_camera_fail_open(&s->device, ERR_GONE);
    fake_camera_fail_stream(&s->device, ERR_GONE);
    stage_until_state(s, CAMERA_UNPLUGGED);
    asker_shoot(&b, s, 0);
    assert_int_equal(b.pictures, 0);
    asker_until_failures(&b, s, 1);
    assert_int_equal(b.code, ERR_GONE);
    asker_clear(&a);
    asker_clear(&b);
}

static void test_last_picture_outlives_closing(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP);
    configure(s, 0, 0);
    asker_shoot(&a, s, now_ns());
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 1);
    stage_until_state(s, CAMERA_IDLE);
    asker_shoot(&b, s, 0);
    assert_int_equal(b.pictures, 1);
    asker_clear(&a);
    asker_clear(&b);
}

static void follow_instead(struct asker *a)
{
    if (!a->other->demand.camera)
        asker_follow(a->other, a->stage, 0);
}

static void test_failure_callback_asks_again(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP), b = asker_of(IMAGE_BMP);
    fake_camera_fail_open(&s->device, ERR_IO);
    a.then = follow_instead;
    a.other = &b;
    asker_shoot(&a, s, now_ns());
    asker_until_failures(&b, s, 1);
    fake_camera_fail_open(&s->device, 0);
    stage_until_device_streams(s);
    stage_expose(s, 33 * MS, 1);
    asker_until_pictures(&b, s, 1);
    asker_clear(&a);
    asker_clear(&b);
}

/* ---- a backend that hangs ---- */

static void test_hanging_open_is_reported_and_left_behind(void **state)
{
    struct stage *s = *state;
    struct asker once = asker_of(IMAGE_BMP), always = asker_of(IMAGE_BMP);
    struct camera_config config = stage_config();
    config.capture_timeout_ns = 20 * MS;
    stage_configure(s, &config);
    fake_camera_hang(&s->device, true);
    asker_follow(&always, s, 0);
    asker_shoot(&once, s, now_ns());
    asker_until_failures(&once, s, 1);
    assert_int_equal(once.code, ERR_TIMEOUT);
    asker_until_failures(&always, s, 1);
    assert_int_equal(always.code, ERR_TIMEOUT);
    assert_non_null(strstr(always.why.text, "not open"));
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_FAILED);
    stage_end_camera(s);
    fake_camera_hang(&s->device, false);
    asker_clear(&once);
    asker_clear(&always);
}

static void test_hanging_close_is_reported_to_the_next(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    struct camera_config config = stage_config();
    config.capture_timeout_ns = 20 * MS;
    config.linger_ns = 0;
    stage_configure(s, &config);
    fake_camera_hang(&s->device, true);
    asker_follow(&a, s, 0);
    stage_until_opens(s, 1);
    asker_clear(&a);
    stage_settle(s);
    a = asker_of(IMAGE_BMP);
    asker_follow(&a, s, 0);
    asker_until_failures(&a, s, 1);
    assert_int_equal(a.code, ERR_TIMEOUT);
    assert_non_null(strstr(a.why.text, "its driver has not let go of it"));
    stage_end_camera(s);
    fake_camera_hang(&s->device, false);
    asker_clear(&a);
}

static void test_hanging_backend_that_comes_back_is_used_again(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    fake_camera_hang(&s->device, true);
    asker_follow(&a, s, 0);
    stage_until_opens(s, 1);
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_STARTING);
    fake_camera_hang(&s->device, false);
    stage_until_streaming(s);
    stage_expose(s, 0, 1);
    asker_until_pictures(&a, s, 1);
    asker_clear(&a);
}

/* ---- a device that exposes when told to ---- */

static void test_each_shot_triggers_one_exposure(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    s->device.triggered = true;
    for (unsigned shots = 1; shots <= 3; shots++) {
        asker_shoot(&a, s, now_ns());
        asker_until_pictures(&a, s, shots);
        stage_settle(s);
        assert_int_equal(fake_camera_triggers(&s->device), shots);
    }
    assert_int_equal(fake_camera_opens(&s->device), 1);
    asker_clear(&a);
}

static void test_warm_up_is_triggered_too(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    configure(s, 3600 * NS_PER_S, 2);
    s->device.triggered = true;
    asker_shoot(&a, s, now_ns());
    asker_until_pictures(&a, s, 1);
    assert_int_equal(fake_camera_triggers(&s->device), 3);
    assert_int_equal(fake_camera_delivered(&s->device), 1);
    asker_clear(&a);
}

static bool is_later(void *when_ns)
{
    return now_ns() > *(int64_t *)when_ns;
}

static void test_waiting_for_a_wish_is_no_hanging(void **state)
{
    struct stage *s = *state;
    struct asker a = asker_of(IMAGE_BMP);
    struct camera_config config = stage_config();
    config.capture_timeout_ns = 200 * MS;
    stage_configure(s, &config);
    s->device.triggered = true;
    asker_shoot(&a, s, now_ns());
    asker_until_pictures(&a, s, 1);
    int64_t later = now_ns() + 2500 * MS;
    stage_run_until(s, is_later, &later);
    assert_int_equal(camera_facts(s->camera)->state, CAMERA_STREAMING);
    assert_int_equal(a.failures, 0);
    asker_clear(&a);
}

#define on_stage(test) cmocka_unit_test_setup_teardown(test, stage_set_up, stage_tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_stage(test_stays_closed_until_somebody_asks),
        on_stage(test_closes_after_the_last_demand),
        on_stage(test_stays_open_while_it_lingers),
        on_stage(test_closes_between_far_shots),
        on_stage(test_warm_up_frames_are_dropped),
        on_stage(test_each_failure_has_its_state),
        on_stage(test_fresh_failure_answers_the_next_who_asks),
        on_stage(test_follower_hears_of_a_failure_once),
        on_stage(test_stream_that_fails_resumes),
        on_stage(test_no_old_picture_after_a_failure),
        on_stage(test_last_picture_outlives_closing),
        on_stage(test_failure_callback_asks_again),
        on_stage(test_hanging_open_is_reported_and_left_behind),
        on_stage(test_hanging_close_is_reported_to_the_next),
        on_stage(test_hanging_backend_that_comes_back_is_used_again),
        on_stage(test_each_shot_triggers_one_exposure),
        on_stage(test_warm_up_is_triggered_too),
        on_stage(test_waiting_for_a_wish_is_no_hanging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
