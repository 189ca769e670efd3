/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "stage.h"
#include "support/fake_tuner.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS NS_PER_MS

struct fixture {
    struct stage *stage;
    struct fake_tuner tuner;
};

/* Somebody who asks for settings, and remembers the answer. */
struct turner {
    struct setting_request request;
    unsigned answers;
    int code;
    struct err_text why;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    void *stage;
    if (!f || stage_set_up(&stage))
        return -1;
    f->stage = stage;
    fake_tuner_init(&f->tuner, &f->stage->device);
    f->stage->device.backend.tuner = &f->tuner.ops;
    struct camera_config config = stage_config();
    stage_configure(f->stage, &config);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    if (f->stage->camera)
        stage_end_camera(f->stage);
    fake_tuner_clear(&f->tuner);
    void *stage = f->stage;
    stage_tear_down(&stage);
    free(f);
    return 0;
}

static void configure_timeout(struct fixture *f, int64_t timeout_ns)
{
    struct camera_config config = stage_config();
    config.capture_timeout_ns = timeout_ns;
    stage_configure(f->stage, &config);
}

/* ---- asking ---- */

static void on_done(struct setting_request *r, int code, const char *why)
{
    struct turner *t = r->user;
    t->answers++;
    t->code = code;
    snprintf(t->why.text, sizeof t->why.text, "%s", why ? why : "");
}

static bool is_answered(void *turner)
{
    return ((struct turner *)turner)->answers > 0;
}

static void begin(struct turner *t)
{
    *t = (struct turner){.request.done = on_done};
    t->request.user = t;
}

static void begin_write(struct fixture *f, struct turner *t, const char *path, double value)
{
    struct setting_value v = {.integer = (int64_t)value, .number = value};
    begin(t);
    camera_write_setting(f->stage->camera, path, &v, &t->request);
    assert_int_equal(t->answers, 0);
}

static int write_setting(struct fixture *f, const char *path, double value)
{
    struct turner t;
    begin_write(f, &t, path, value);
    stage_run_until(f->stage, is_answered, &t);
    assert_int_equal(t.answers, 1);
    return t.code;
}

static void begin_read(struct fixture *f, struct turner *t)
{
    begin(t);
    camera_read_settings(f->stage->camera, &t->request);
    assert_int_equal(t->answers, 0);
}

static int read_settings(struct fixture *f)
{
    struct turner t;
    begin_read(f, &t);
    stage_run_until(f->stage, is_answered, &t);
    return t.code;
}

static const struct setting *setting(struct fixture *f, const char *path)
{
    const struct setting *s = setting_find(camera_settings(f->stage->camera), path);
    assert_non_null(s);
    return s;
}

static bool is_listed(void *user)
{
    return camera_settings(((struct fixture *)user)->stage->camera)->count > 0;
}

struct wanted_gain {
    struct fixture *fixture;
    double gain;
};

static bool has_gain(void *user)
{
    struct wanted_gain *w = user;
    return is_listed(w->fixture) && setting(w->fixture, "Gain")->value.number == w->gain;
}

static void until_gain(struct fixture *f, double gain)
{
    stage_run_until(f->stage, has_gain, &(struct wanted_gain){f, gain});
}

struct wanted_tuner {
    struct fake_tuner *tuner;
    const unsigned *count;
    unsigned want;
};

static bool has_count(void *user)
{
    struct wanted_tuner *w = user;
    return fake_tuner_count(w->tuner, w->count) >= w->want;
}

static void until_count(struct fixture *f, const unsigned *count, unsigned want)
{
    stage_run_until(f->stage, has_count, &(struct wanted_tuner){&f->tuner, count, want});
}

/* ---- looking ---- */

static void settings_are_listed_once_without_asking(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(camera_settings(f->stage->camera)->count, 0);
    stage_run_until(f->stage, is_listed, f);
    assert_int_equal(camera_settings(f->stage->camera)->count, 6);
    assert_int_equal(f->stage->settings_changed, 1);
    assert_int_equal(f->stage->others_changed, 1);
    until_count(f, &f->tuner.closes, 1);
    assert_int_equal(f->tuner.lists, 1);
    assert_int_equal(fake_camera_opens(&f->stage->device), 0);
}

static void reading_looks_at_the_device_anew(void **state)
{
    struct fixture *f = *state;
    stage_run_until(f->stage, is_listed, f);
    fake_tuner_turn(&f->tuner, 7);
    assert_int_equal(read_settings(f), 0);
    assert_true(setting(f, "Gain")->value.number == 7);
    assert_int_equal(f->stage->settings_changed, 2);
    assert_int_equal(f->stage->others_changed, 1);
    fake_tuner_limit(&f->tuner, 20);
    assert_int_equal(read_settings(f), 0);
    assert_int_equal(f->stage->others_changed, 2);
}

static void a_watched_device_tells_by_itself(void **state)
{
    struct fixture *f = *state;
    camera_watch_settings(f->stage->camera, true);
    for (int gain = 1; gain <= 3; gain++) {
        until_gain(f, gain - 1);
        fake_tuner_turn(&f->tuner, gain);
        until_gain(f, gain);
    }
    camera_watch_settings(f->stage->camera, false);
}

static void a_watched_device_that_does_not_tell_is_looked_at(void **state)
{
    struct fixture *f = *state;
    f->tuner.ops.wait = NULL;
    camera_watch_settings(f->stage->camera, true);
    until_gain(f, 0);
    fake_tuner_turn(&f->tuner, 5);
    until_gain(f, 5);
    camera_watch_settings(f->stage->camera, false);
}

static void a_device_that_fails_says_why(void **state)
{
    struct fixture *f = *state;
    fake_tuner_fail(&f->tuner, FAKE_OPEN, ERR_BUSY);
    assert_int_equal(read_settings(f), ERR_BUSY);
    assert_int_equal(write_setting(f, "Gain", 2), ERR_BUSY);
    fake_tuner_fail(&f->tuner, FAKE_LIST, ERR_IO);
    assert_int_equal(write_setting(f, "Gain", 2), ERR_IO);
    fake_tuner_fail(&f->tuner, FAKE_NO_OP, 0);
    assert_int_equal(write_setting(f, "Gain", 2), 0);
    fake_tuner_fail(&f->tuner, FAKE_APPLY, ERR_INVALID);
    assert_int_equal(write_setting(f, "Gain", 3), ERR_INVALID);
    assert_true(setting(f, "Gain")->value.number == 2);
}

static void a_camera_without_settings_says_so(void **state)
{
    struct fixture *f = *state;
    f->stage->device.backend.tuner = NULL;
    configure_timeout(f, 3600 * NS_PER_S);
    assert_int_equal(write_setting(f, "Gain", 2), ERR_NOT_FOUND);
    assert_int_equal(read_settings(f), ERR_NOT_FOUND);
}

/* ---- writing ---- */

static void a_written_value_is_the_devices_own(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(write_setting(f, "Gain", 4), 0);
    assert_true(fake_tuner_gain(&f->tuner) == 4);
    assert_true(setting(f, "Gain")->value.number == 4);
    assert_int_equal(write_setting(f, "Reset", 0), 0);
    assert_int_equal(f->tuner.resets, 1);
    assert_int_equal(fake_camera_opens(&f->stage->device), 0);
}

static void what_does_not_fit_never_reaches_the_device(void **state)
{
    struct fixture *f = *state;
    char long_path[400];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    assert_int_equal(write_setting(f, "Gain", 11), ERR_INVALID);
    assert_int_equal(write_setting(f, "Zoom", 1), ERR_NOT_FOUND);
    assert_int_equal(write_setting(f, "Mode", 1), ERR_NOT_FOUND);
    assert_int_equal(write_setting(f, long_path, 1), ERR_NOT_FOUND);
    assert_int_equal(write_setting(f, "Serial", 1), ERR_DENIED);
    assert_int_equal(f->tuner.applies, 0);
    assert_int_equal(write_setting(f, "GainAuto", 1), 0);
    assert_int_equal(write_setting(f, "Gain", 1), ERR_BUSY);
    assert_int_equal(f->tuner.applies, 1);
}

static void writes_keep_their_order(void **state)
{
    struct fixture *f = *state;
    struct turner t[3];
    begin_write(f, &t[0], "Gain", 1);
    begin_write(f, &t[1], "GainAuto", 1);
    begin_write(f, &t[2], "Gain", 2);
    stage_run_until(f->stage, is_answered, &t[2]);
    assert_string_equal(f->tuner.applied, "Gain GainAuto ");
    assert_int_equal(t[0].code, 0);
    assert_int_equal(t[2].code, ERR_BUSY);
}

/* Follows, and has a stream of pictures. */
static void begin_streaming(struct fixture *f, struct asker *a)
{
    *a = asker_of(IMAGE_BMP);
    asker_follow(a, f->stage, 0);
    stage_until_streaming(f->stage);
    stage_expose(f->stage, 0, 1);
    asker_until_pictures(a, f->stage, 1);
}

static void must_go_on(struct fixture *f, struct asker *a, unsigned opens)
{
    stage_until_opens(f->stage, opens);
    stage_until_streaming(f->stage);
    stage_expose(f->stage, 33 * MS, 2);
    asker_until_pictures(a, f->stage, 2);
    assert_int_equal(a->failures, 0);
    assert_int_equal(fake_camera_opens(&f->stage->device), opens);
    assert_int_equal(camera_facts(f->stage->camera)->reopen_count, 0);
    asker_clear(a);
}

static void ordinary_writes_leave_the_stream_alone(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    begin_streaming(f, &a);
    assert_int_equal(write_setting(f, "Gain", 4), 0);
    must_go_on(f, &a, 1);
}

static void another_wish_takes_another_stream(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    begin_streaming(f, &a);
    assert_int_equal(write_setting(f, "Width", 32), 0);
    assert_int_equal(setting(f, "Width")->value.integer, 32);
    must_go_on(f, &a, 2);
    assert_int_equal(f->stage->device.wish.width, 32);
}

static void a_setting_that_stops_finds_the_camera_closed(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    begin_streaming(f, &a);
    assert_int_equal(write_setting(f, "Device/Mode", 2), 0);
    assert_int_equal(setting(f, "Device/Mode")->value.integer, 2);
    must_go_on(f, &a, 2);
}

/* ---- what was shot before ---- */

/* Is the picture at hand an answer, whatever its age, once this was written? */
static void check_answer_after(struct fixture *f, const char *path, double value, bool answers)
{
    struct asker follower, reader = asker_of(IMAGE_BMP);
    begin_streaming(f, &follower);
    assert_int_equal(write_setting(f, path, value), 0);
    asker_shoot(&reader, f->stage, 0);
    assert_int_equal(reader.pictures, answers);
    if (!answers) {
        stage_until_opens(f->stage, 2);
        stage_until_streaming(f->stage);
        stage_expose(f->stage, 33 * MS, 2);
        asker_until_pictures(&reader, f->stage, 1);
        asker_shoot(&reader, f->stage, 0);
        assert_int_equal(reader.pictures, 2);
        assert_int_equal(reader.numbers[1], 2);
    }
    asker_clear(&reader);
    asker_clear(&follower);
}

static void ordinary_writes_leave_the_last_picture_alone(void **state)
{
    check_answer_after(*state, "Gain", 2, true);
}

static void another_wish_outdates_pictures(void **state)
{
    check_answer_after(*state, "Width", 32, false);
}

static void a_setting_that_stops_outdates_pictures(void **state)
{
    check_answer_after(*state, "Device/Mode", 2, false);
}

/* ---- many ---- */

static void too_many_requests_are_refused(void **state)
{
    enum { MANY = 70, FIT = 64 };
    struct fixture *f = *state;
    struct turner t[MANY];
    unsigned refused = 0;
    fake_tuner_hang(&f->tuner, FAKE_OPEN);
    for (unsigned i = 0; i < MANY; i++)
        begin_write(f, &t[i], "Gain", i % 10);
    stage_run_until(f->stage, is_answered, &t[MANY - 1]);
    for (unsigned i = 0; i < MANY; i++)
        refused += t[i].code == ERR_LIMIT;
    assert_int_equal(refused, MANY - FIT);
    fake_tuner_hang(&f->tuner, FAKE_NO_OP);
    stage_run_until(f->stage, is_answered, &t[FIT - 1]);
    for (unsigned i = 0; i < FIT; i++)
        assert_int_equal(t[i].code, 0);
}

static void who_cancels_hears_nothing(void **state)
{
    struct fixture *f = *state;
    struct turner reads, writes, stays, idle = {0};
    begin_read(f, &reads);
    begin_write(f, &writes, "Gain", 3);
    begin_read(f, &stays);
    setting_request_cancel(&reads.request);
    setting_request_cancel(&writes.request);
    setting_request_cancel(&writes.request);
    setting_request_cancel(&idle.request);
    stage_run_until(f->stage, is_answered, &stays);
    assert_int_equal(stays.code, 0);
    assert_int_equal(reads.answers + writes.answers, 0);
}

/* ---- a device that hangs ---- */

static void hang_in(struct fixture *f, enum fake_tuner_op op)
{
    struct asker a;
    struct turner reads, writes;
    configure_timeout(f, 100 * MS);
    if (op != FAKE_OPEN)
        stage_run_until(f->stage, is_listed, f);
    fake_tuner_hang(&f->tuner, op);
    begin_write(f, &writes, "Gain", 3);
    begin_read(f, &reads);
    stage_run_until(f->stage, is_answered, &writes);
    stage_run_until(f->stage, is_answered, &reads);
    assert_int_equal(writes.code, ERR_TIMEOUT);
    assert_int_equal(reads.code, ERR_TIMEOUT);
    begin_streaming(f, &a);
    asker_clear(&a);
    fake_tuner_hang(&f->tuner, FAKE_NO_OP);
    while (write_setting(f, "Gain", 6) == ERR_TIMEOUT)
        ;
    assert_true(setting(f, "Gain")->value.number == 6);
}

static void hanging_open_holds_up_nobody(void **state)
{
    hang_in(*state, FAKE_OPEN);
}

static void hanging_list_holds_up_nobody(void **state)
{
    hang_in(*state, FAKE_LIST);
}

static void hanging_apply_holds_up_nobody(void **state)
{
    hang_in(*state, FAKE_APPLY);
}

static void a_write_that_stops_and_hangs_gives_the_stream_back(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    configure_timeout(f, 100 * MS);
    begin_streaming(f, &a);
    fake_tuner_hang(&f->tuner, FAKE_APPLY);
    assert_int_equal(write_setting(f, "Device/Mode", 2), ERR_TIMEOUT);
    must_go_on(f, &a, 2);
    fake_tuner_hang(&f->tuner, FAKE_NO_OP);
}

static void a_tuner_that_hangs_is_left_behind(void **state)
{
    struct fixture *f = *state;
    struct turner t;
    fake_tuner_hang(&f->tuner, FAKE_LIST);
    begin_read(f, &t);
    until_count(f, &f->tuner.lists, 1);
    f->stage->hopeless = true;
    stage_end_camera(f->stage);
    assert_int_equal(t.answers, 0);
    fake_tuner_hang(&f->tuner, FAKE_NO_OP);
}

/* ---- a device that comes back ---- */

static void what_was_written_is_restored_before_the_stream(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    assert_int_equal(write_setting(f, "GainAuto", 1), 0);
    assert_int_equal(write_setting(f, "GainAuto", 0), 0);
    assert_int_equal(write_setting(f, "Gain", 4), 0);
    assert_int_equal(write_setting(f, "Device/Mode", 3), 0);
    assert_int_equal(write_setting(f, "Width", 16), 0);
    assert_int_equal(write_setting(f, "Reset", 0), 0);
    begin_streaming(f, &a);
    f->tuner.applied[0] = '\0';
    f->tuner.mode = 0;
    f->tuner.gain_auto = 1; /* which makes Gain inactive at first */
    fake_tuner_turn(&f->tuner, 0);
    fake_camera_fail_stream(&f->stage->device, ERR_GONE);
    stage_until_opens(f->stage, 2);
    assert_string_equal(f->tuner.applied, "GainAuto Gain Device/Mode Width ");
    assert_int_equal(f->tuner.opens_of_camera, 1);
    assert_int_equal(f->tuner.mode, 3);
    assert_true(fake_tuner_gain(&f->tuner) == 4);
    assert_int_equal(f->stage->device.wish.width, 16);
    asker_clear(&a);
}

static void what_the_device_refuses_now_is_passed_over(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    assert_int_equal(write_setting(f, "Gain", 9), 0);
    assert_int_equal(write_setting(f, "GainAuto", 1), 0);
    begin_streaming(f, &a);
    fake_tuner_limit(&f->tuner, 5);
    fake_tuner_turn(&f->tuner, 0);
    fake_camera_fail_stream(&f->stage->device, ERR_GONE);
    stage_until_opens(f->stage, 2);
    assert_true(fake_tuner_gain(&f->tuner) == 0);
    assert_int_equal(f->tuner.gain_auto, 1);
    asker_clear(&a);
}

static void nothing_is_restored_after_other_failures(void **state)
{
    struct fixture *f = *state;
    struct asker a;
    assert_int_equal(write_setting(f, "Gain", 4), 0);
    begin_streaming(f, &a);
    fake_tuner_turn(&f->tuner, 1);
    fake_camera_fail_stream(&f->stage->device, ERR_IO);
    stage_until_opens(f->stage, 2);
    assert_true(fake_tuner_gain(&f->tuner) == 1);
    asker_clear(&a);
}

#define on_panel(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    log_set_level(LOG_ERROR);
    const struct CMUnitTest tests[] = {
        on_panel(settings_are_listed_once_without_asking),
        on_panel(reading_looks_at_the_device_anew),
        on_panel(a_watched_device_tells_by_itself),
        on_panel(a_watched_device_that_does_not_tell_is_looked_at),
        on_panel(a_device_that_fails_says_why),
        on_panel(a_camera_without_settings_says_so),
        on_panel(a_written_value_is_the_devices_own),
        on_panel(what_does_not_fit_never_reaches_the_device),
        on_panel(writes_keep_their_order),
        on_panel(ordinary_writes_leave_the_stream_alone),
        on_panel(another_wish_takes_another_stream),
        on_panel(a_setting_that_stops_finds_the_camera_closed),
        on_panel(ordinary_writes_leave_the_last_picture_alone),
        on_panel(another_wish_outdates_pictures),
        on_panel(a_setting_that_stops_outdates_pictures),
        on_panel(too_many_requests_are_refused),
        on_panel(who_cancels_hears_nothing),
        on_panel(hanging_open_holds_up_nobody),
        on_panel(hanging_list_holds_up_nobody),
        on_panel(hanging_apply_holds_up_nobody),
        on_panel(a_write_that_stops_and_hangs_gives_the_stream_back),
        on_panel(a_tuner_that_hangs_is_left_behind),
        on_panel(what_was_written_is_restored_before_the_stream),
        on_panel(what_the_device_refuses_now_is_passed_over),
        on_panel(nothing_is_restored_after_other_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
