/* SPDX-License-Identifier: Apache-2.0
 * The settings of the simulated camera do to its pictures what docs/simulated-camera.md says. */
#include "support/fake_capture.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tuner_ops *const *const ops = &sim_backend.tuner;

struct fixture {
    struct capture capture;
    struct camera_identity identity;
    struct capture_wish wish;
    void *device;
    struct err_text why;
};

/* Every test has a camera that was never set before. */
static int set_up(void **state)
{
    static unsigned cameras;
    struct fixture *f = calloc(1, sizeof *f);
    char uri[64];
    fake_capture_init(&f->capture);
    f->capture.stop_after = 1;
    snprintf(uri, sizeof uri, "sim:?size=64x48&fps=1000&id=set%u", cameras++);
    if (sim_backend.identify(uri, &f->identity, &f->why) || (*ops)->open(&f->identity, &f->device, &f->why))
        return -1;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    (*ops)->close(f->device);
    fake_capture_clear(&f->capture);
    free(f);
    return 0;
}

static struct setting find(struct fixture *f, const char *path)
{
    struct setting_list list;
    setting_list_init(&list);
    assert_int_equal((*ops)->list(f->device, &f->wish, &list, &f->why), 0);
    const struct setting *s = setting_find(&list, path);
    assert_non_null(s);
    struct setting copy = *s;
    setting_list_clear(&list);
    return copy;
}

static int apply(struct fixture *f, const char *path, double value)
{
    struct setting_value v = {.number = value, .integer = (int64_t)value};
    return (*ops)->apply(f->device, &f->wish, path, &v, &f->why);
}

static void must_apply(struct fixture *f, const char *path, double value)
{
    assert_int_equal(apply(f, path, value), 0);
}

/* One picture, with the wish as it is now. */
static const struct frame *picture(struct fixture *f)
{
    fake_capture_clear(&f->capture);
    fake_capture_init(&f->capture);
    f->capture.stop_after = 1;
    f->capture.wish = f->wish;
    assert_int_equal(sim_backend.run(&f->capture, &f->identity, &f->why), 0);
    assert_non_null(f->capture.frames[0]);
    return f->capture.frames[0];
}

static uint8_t red_at(const struct frame *f, uint32_t x, uint32_t y)
{
    return f->planes[0].data[y * f->planes[0].stride + 3 * x];
}

/* How bright the noise is on average. */
static uint8_t grey(struct fixture *f)
{
    must_apply(f, "TestPattern", 3);
    const struct frame *shot = picture(f);
    unsigned long sum = 0;
    for (uint32_t y = 0; y < 48; y++)
        for (uint32_t x = 0; x < 64; x++)
            sum += red_at(shot, x, y);
    return (uint8_t)(sum / (64 * 48));
}

static void brightness_is_added(void **state)
{
    struct fixture *f = *state;
    uint8_t before = grey(f);
    must_apply(f, "Brightness", 50);
    assert_int_equal(grey(f), before + 50);
    must_apply(f, "Brightness", -255);
    assert_int_equal(grey(f), 0);
}

static void gain_and_exposure_multiply(void **state)
{
    struct fixture *f = *state;
    uint8_t before = grey(f);
    must_apply(f, "ExposureTime", 5000);
    assert_in_range(grey(f), before / 2, before / 2 + 1);
    must_apply(f, "Gain", 6.0206);
    assert_in_range(grey(f), before - 1, before + 1);
}

static void an_exposure_that_rules_itself_is_right(void **state)
{
    struct fixture *f = *state;
    uint8_t before = grey(f);
    must_apply(f, "ExposureTime", 1000);
    must_apply(f, "ExposureAuto", 2);
    assert_true(find(f, "ExposureTime").flags & SETTING_INACTIVE);
    assert_int_equal(grey(f), before);
    must_apply(f, "ExposureAuto", 1);
    assert_int_equal(find(f, "ExposureAuto").value.integer, 0);
    assert_true(find(f, "ExposureTime").value.number == 10000);
}

static void mirrored_it_is_the_same_picture(void **state)
{
    struct fixture *f = *state;
    uint8_t row[64];
    const struct frame *shot = picture(f);
    for (uint32_t x = 0; x < 64; x++)
        row[x] = red_at(shot, x, 30);
    must_apply(f, "ReverseX", 1);
    shot = picture(f);
    for (uint32_t x = 0; x < 64; x++)
        assert_int_equal(red_at(shot, x, 30), row[63 - x]);
}

/* Somebody writes while it streams. */
static struct fixture *streaming;
static int code_of_write;

static void write_while_streaming(struct capture *c, const struct frame *shot)
{
    (void)c;
    (void)shot;
    code_of_write = apply(streaming, "ReverseX", 1);
}

static void some_settings_need_a_closed_camera(void **state)
{
    struct fixture *f = *state;
    streaming = f;
    f->capture.on_frame = write_while_streaming;
    assert_int_equal(sim_backend.run(&f->capture, &f->identity, &f->why), 0);
    assert_int_equal(code_of_write, ERR_BUSY);
    assert_true(find(f, "ReverseX").flags & SETTING_STOPS);
    must_apply(f, "ReverseX", 1);
}

static void the_stream_is_as_it_was_set(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(find(f, "Width").value.integer, 64);
    must_apply(f, "Width", 32);
    must_apply(f, "PixelFormat", PIXEL_GREY);
    must_apply(f, "AcquisitionFrameRate", 500);
    assert_int_equal(f->wish.width, 32);
    assert_string_equal(f->wish.pixel_format, pixel_format_info(PIXEL_GREY)->name);
    const struct frame *shot = picture(f);
    assert_int_equal(shot->width, 32);
    assert_int_equal(shot->height, 48);
    assert_int_equal(shot->format, PIXEL_GREY);
    assert_true(f->capture.fps == 500);
    assert_int_equal(find(f, "Width").value.integer, 32);
    assert_int_equal(find(f, "Height").value.integer, 48);
}

static void what_is_wished_shows_where_the_uri_says_nothing(void **state)
{
    struct fixture *f = *state;
    f->wish = (struct capture_wish){.width = 16, .height = 16, .fps = 7, .pixel_format = "Mono8"};
    assert_int_equal(find(f, "Width").value.integer, 64);
    assert_true(find(f, "AcquisitionFrameRate").value.number == 1000);
    assert_int_equal(find(f, "PixelFormat").value.integer, PIXEL_GREY);
}

static void a_reset_forgets_all_but_the_stream(void **state)
{
    struct fixture *f = *state;
    must_apply(f, "Gain", 3);
    must_apply(f, "Width", 32);
    must_apply(f, "DeviceReset", 0);
    assert_true(find(f, "Gain").value.number == 0);
    assert_int_equal(find(f, "Width").value.integer, 32);
}

static void values_fit_their_own_bounds(void **state)
{
    struct fixture *f = *state;
    struct setting_list list;
    setting_list_init(&list);
    assert_int_equal((*ops)->list(f->device, &f->wish, &list, &f->why), 0);
    for (size_t i = 0; i < list.count; i++) {
        struct setting s = list.rows[i];
        s.flags = 0;
        assert_int_equal(setting_check(&s, &s.value, &f->why), 0);
    }
    setting_list_clear(&list);
    assert_int_equal(find(f, "DeviceTemperature").flags, SETTING_READ_ONLY | SETTING_VOLATILE);
}

#define on_sim(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_sim(brightness_is_added),
        on_sim(gain_and_exposure_multiply),
        on_sim(an_exposure_that_rules_itself_is_right),
        on_sim(mirrored_it_is_the_same_picture),
        on_sim(some_settings_need_a_closed_camera),
        on_sim(the_stream_is_as_it_was_set),
        on_sim(what_is_wished_shows_where_the_uri_says_nothing),
        on_sim(a_reset_forgets_all_but_the_stream),
        on_sim(values_fit_their_own_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
