/* SPDX-License-Identifier: Apache-2.0
 * Size, format and rate of a V4L2 camera: what is shown, what may be written, what becomes of the others. */
#include "camera/v4l2/stream_settings.h"
#include "support/fake_v4l2.h"
#include "support/unit.h"

#include <stdio.h>
#include <string.h>

static const struct fake_size yuyv[] = {
    {.width = 320, .height = 240, .fps = {30, 15}},
    {.width = 640, .height = 480, .fps = {30, 25, 5}},
    {.width = 1280, .height = 720, .fps = {10, 5}},
    {0},
};
static const struct fake_size mjpeg[] = {
    {.width = 640, .height = 480, .fps = {60, 30}},
    {.width = 1280, .height = 720, .fps = {30}},
    {.width = 1280, .height = 960, .fps = {30}},
    {0},
};
static const struct fake_format webcam[] = {{V4L2_PIX_FMT_YUYV, yuyv}, {V4L2_PIX_FMT_MJPEG, mjpeg}};

static const struct fake_size any_size[] = {
    {.width = 48, .height = 32, .max_width = 4000, .max_height = 3000, .step = 16, .fps = {30, 10}}, {0}};
static const struct fake_format sensor[] = {{V4L2_PIX_FMT_NV12, any_size}, {V4L2_PIX_FMT_SRGGB8, any_size}};

static void use(const struct fake_format *formats, size_t count)
{
    fake_v4l2 = (struct fake_v4l2){.formats = formats, .format_count = count};
}

static int set_up(void **state)
{
    (void)state;
    use(webcam, ARRAY_LEN(webcam));
    return 0;
}

/* "640x480 YUYV 30" of what is listed. */
static void check_listed(const struct capture_wish *wish, const char *expected)
{
    static const char *const names[] = {"Width", "Height", "PixelFormat", "AcquisitionFrameRate"};
    struct setting_list list;
    struct err_text why;
    char texts[4][SETTING_TEXT], all[4 * SETTING_TEXT];
    setting_list_init(&list);
    assert_int_equal(stream_settings_list(&fake_device, wish, &list, &why), 0);
    assert_int_equal(list.count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct setting *s = setting_find(&list, names[i]);
        assert_non_null(s);
        setting_value_show(s, &s->value, texts[i], sizeof texts[i]);
    }
    snprintf(all, sizeof all, "%sx%s %s %s", texts[0], texts[1], texts[2], texts[3]);
    assert_string_equal(all, expected);
    setting_list_clear(&list);
}

static void apply(struct capture_wish *wish, const char *path, double value)
{
    struct err_text why = {""};
    struct setting_value v = {.integer = (int64_t)value, .number = value};
    int rc = stream_settings_apply(&fake_device, wish, path, &v, &why);
    if (rc)
        fail_msg("%s", why.text);
}

static void check_refused(const char *path, double value, const char *text)
{
    struct capture_wish wish = {0}, before = wish;
    struct err_text why;
    struct setting_value v = {.integer = (int64_t)value, .number = value};
    assert_int_equal(stream_settings_apply(&fake_device, &wish, path, &v, &why), ERR_INVALID);
    assert_string_equal(why.text, text);
    assert_memory_equal(&wish, &before, sizeof wish);
}

static void check_bounds(const char *name, double min, double max, double step, const char *unit)
{
    struct setting_list list;
    struct err_text why;
    setting_list_init(&list);
    assert_int_equal(stream_settings_list(&fake_device, &(struct capture_wish){0}, &list, &why), 0);
    const struct setting *s = setting_find(&list, name);
    assert_true(s->min == min && s->max == max && s->step == step);
    assert_string_equal(s->unit, unit);
    setting_list_clear(&list);
}

static void test_what_is_listed(void **state)
{
    (void)state;
    check_listed(&(struct capture_wish){0}, "1280x960 MJPEG 30");
    check_listed(&(struct capture_wish){.width = 640, .height = 480}, "640x480 YUYV 30");
    check_listed(&(struct capture_wish){.width = 640, .height = 480, .fps = 21}, "640x480 YUYV 25");
    check_listed(&(struct capture_wish){.pixel_format = "YUYV"}, "640x480 YUYV 30");
    check_bounds("Width", 320, 1280, 0, "px");
    check_bounds("Height", 240, 960, 0, "px");
    check_bounds("AcquisitionFrameRate", 30, 30, 0, "Hz");
}

static void test_a_size_is_set(void **state)
{
    struct capture_wish wish = {0};
    (void)state;
    apply(&wish, "Width", 640);
    check_listed(&wish, "640x480 YUYV 30");
    apply(&wish, "Width", 1280);
    check_listed(&wish, "1280x720 MJPEG 30");
    apply(&wish, "Height", 960);
    check_listed(&wish, "1280x960 MJPEG 30");
    apply(&wish, "Height", 240);
    check_listed(&wish, "320x240 YUYV 30");
    assert_string_equal(wish.pixel_format, "");
}

static void test_a_format_is_set(void **state)
{
    struct capture_wish wish = {.width = 640, .height = 480};
    (void)state;
    apply(&wish, "PixelFormat", 1);
    check_listed(&wish, "640x480 MJPEG 30");
    assert_string_equal(wish.pixel_format, "MJPEG");
    /* It is kept as long as the size allows. */
    apply(&wish, "Width", 1280);
    check_listed(&wish, "1280x720 MJPEG 30");
    apply(&wish, "Width", 320);
    check_listed(&wish, "320x240 YUYV 30");
    assert_string_equal(wish.pixel_format, "YUYV");
    apply(&wish, "PixelFormat", 1);
    check_listed(&wish, "640x480 MJPEG 30");
}

static void test_a_rate_is_set(void **state)
{
    struct capture_wish wish = {.width = 640, .height = 480};
    (void)state;
    /* A faster format is taken, when none is wished. */
    apply(&wish, "AcquisitionFrameRate", 60);
    check_listed(&wish, "640x480 MJPEG 60");
    apply(&wish, "AcquisitionFrameRate", 5);
    check_listed(&wish, "640x480 YUYV 5");
    /* A slow rate does not change the size. */
    apply(&wish, "Width", 640);
    check_listed(&wish, "640x480 YUYV 5");
    apply(&wish, "PixelFormat", 0);
    struct setting_value fast = {.number = 60};
    struct err_text why;
    assert_int_equal(stream_settings_apply(&fake_device, &wish, "AcquisitionFrameRate", &fast, &why),
                     ERR_INVALID);
    assert_string_equal(why.text, "AcquisitionFrameRate 60: /dev/fake offers 5 to 30 at 640x480");
}

static void test_what_the_device_lacks(void **state)
{
    (void)state;
    check_refused("Width", 641, "Width 641: /dev/fake offers 320, 640, 1280");
    check_refused("Height", -480, "Height -480: /dev/fake offers 240, 480, 720, 960");
    check_refused("Height", 4294967296.0 + 480, "Height 4294967776: /dev/fake offers 240, 480, 720, 960");
    check_refused("PixelFormat", 2, "PixelFormat: /dev/fake offers 2 of them");
    check_refused("PixelFormat", -1, "PixelFormat: /dev/fake offers 2 of them");
}

static void test_free_sizes(void **state)
{
    struct capture_wish wish = {.width = 640, .height = 480};
    (void)state;
    use(sensor, ARRAY_LEN(sensor));
    check_bounds("Width", 48, 4000, 16, "px");
    check_bounds("Height", 32, 3000, 16, "px");
    check_listed(&wish, "640x480 NV12 30");
    apply(&wish, "Width", 1010);
    check_listed(&wish, "1008x480 NV12 30");
    apply(&wish, "Height", 32);
    check_listed(&wish, "1008x32 NV12 30");
    apply(&wish, "PixelFormat", 1);
    check_listed(&wish, "1008x32 BayerRG8 30");
    apply(&wish, "AcquisitionFrameRate", 12);
    check_listed(&wish, "1008x32 BayerRG8 10");
    check_refused("Width", 4001, "Width 4001: /dev/fake offers 48 to 4000");
}

static void test_a_device_without_modes(void **state)
{
    struct setting_list list;
    struct capture_wish wish = {0};
    struct err_text why;
    (void)state;
    use(NULL, 0);
    setting_list_init(&list);
    assert_int_equal(stream_settings_list(&fake_device, &wish, &list, &why), 0);
    assert_int_equal(list.count, 0);
    assert_int_equal(stream_settings_apply(&fake_device, &wish, "Width", &(struct setting_value){0}, &why),
                     ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_what_is_listed, set_up),
        cmocka_unit_test_setup(test_a_size_is_set, set_up),
        cmocka_unit_test_setup(test_a_format_is_set, set_up),
        cmocka_unit_test_setup(test_a_rate_is_set, set_up),
        cmocka_unit_test_setup(test_what_the_device_lacks, set_up),
        cmocka_unit_test_setup(test_free_sizes, set_up),
        cmocka_unit_test_setup(test_a_device_without_modes, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
