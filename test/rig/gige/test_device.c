/* SPDX-License-Identifier: Apache-2.0
 * The module "genicam" with Aravis's fake camera, which answers at 127.0.0.1 (see with_camera). */
#include "camera/genicam/module/run.h"
#include "support/fake_capture.h"
#include "support/unit.h"

#include <arv.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CAMERA "gige:127.0.0.1"

static struct camera_identity identity_of(const char *uri)
{
    struct camera_identity id;
    assert_int_equal(backend_of(uri)->identify(uri, &id, NULL), 0);
    return id;
}

/* Runs it as the capture's fields say. */
static int run(struct capture *c, const char *uri, struct err_text *why)
{
    struct camera_identity id = identity_of(uri);
    return genicam_module_run(c, &id, why);
}

static void run_well(struct capture *c, const char *uri)
{
    struct err_text why = {""};
    int rc = run(c, uri, &why);
    if (rc)
        print_error("%s\n", why.text);
    assert_int_equal(rc, 0);
}

static double mean_of(const struct frame *f)
{
    double sum = 0;
    for (size_t i = 0; i < f->bytes.len; i++)
        sum += f->bytes.data[i];
    return sum / (double)f->bytes.len;
}

/* ---- settings ---- */

struct knobs {
    void *device;
    struct setting_list list;
    struct capture_wish wish;
};

static void list_knobs(struct knobs *k)
{
    struct err_text why = {""};
    setting_list_clear(&k->list);
    int rc = genicam_module_tuner.list(k->device, &k->wish, &k->list, &why);
    if (rc)
        print_error("%s\n", why.text);
    assert_int_equal(rc, 0);
}

static void open_knobs(struct knobs *k)
{
    struct camera_identity id = identity_of(CAMERA);
    *k = (struct knobs){0};
    setting_list_init(&k->list);
    assert_int_equal(genicam_module_tuner.open(&id, &k->device, NULL), 0);
    list_knobs(k);
}

static void close_knobs(struct knobs *k)
{
    genicam_module_tuner.close(k->device);
    setting_list_clear(&k->list);
}

static const struct setting *knob(const struct knobs *k, const char *path)
{
    const struct setting *s = setting_find(&k->list, path);
    if (!s)
        print_error("no %s\n", path);
    assert_non_null(s);
    return s;
}

static int turn(struct knobs *k, const char *path, const char *text)
{
    struct setting_value v;
    struct err_text why = {""};
    assert_int_equal(setting_value_read(knob(k, path), text, &v, NULL), 0);
    return genicam_module_tuner.apply(k->device, &k->wish, path, &v, &why);
}

static void check_value(struct knobs *k, const char *path, const char *expected)
{
    char text[SETTING_TEXT];
    list_knobs(k);
    setting_value_show(knob(k, path), &knob(k, path)->value, text, sizeof text);
    assert_string_equal(text, expected);
}

static void test_settings(void **state)
{
    static const char *const absent[] = {"AcquisitionStart", "Device/AcquisitionControl/AcquisitionStart",
                                         "Device/AcquisitionControl/TriggerSoftware",
                                         "Device/ImageFormatControl/Width", "ExposureTimeAbs"};
    struct knobs k;
    (void)state;
    open_knobs(&k);
    const struct setting *s = knob(&k, "Width");
    assert_true(s->kind == SETTING_INTEGER && s->flags == SETTING_STOPS && s->min == 1 && s->max == 2048);
    assert_string_equal(s->unit, "px");
    s = knob(&k, "ExposureTime");
    assert_true(s->kind == SETTING_FLOAT && s->flags == 0 && s->min == 10 && s->max == 1e7 && s->readable);
    assert_string_equal(s->unit, "us");
    s = knob(&k, "Gain");
    assert_true(s->kind == SETTING_INTEGER && s->min == 0 && s->max == 10);
    assert_string_equal(knob(&k, "AcquisitionFrameRate")->unit, "Hz");
    s = knob(&k, "PixelFormat");
    assert_true(s->kind == SETTING_MENU && s->choice_count == 7);
    s = knob(&k, "Device/DeviceControl/DeviceVendorName");
    assert_true(s->kind == SETTING_STRING && s->flags == SETTING_READ_ONLY);
    assert_string_equal(s->value.text, "Aravis");
    assert_int_equal(knob(&k, "Device/ImageFormatControl/SensorWidth")->value.integer, 2048);
    knob(&k, "Device/Debug/TestRegister");
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        assert_null(setting_find(&k.list, absent[i]));
    close_knobs(&k);
}

static void test_settings_are_written(void **state)
{
    struct knobs k;
    struct setting_value far = {.integer = 11, .number = 5};
    struct err_text why;
    (void)state;
    open_knobs(&k);
    assert_int_equal(turn(&k, "Gain", "3"), 0);
    check_value(&k, "Gain", "3");
    assert_int_equal(turn(&k, "ExposureTime", "2500"), 0);
    check_value(&k, "ExposureTime", "2500");
    assert_int_equal(turn(&k, "GainAuto", "Once"), 0);
    check_value(&k, "GainAuto", "Once");
    assert_int_equal(turn(&k, "Device/Debug/TestRegister", "4711"), 0);
    check_value(&k, "Device/Debug/TestRegister", "4711");
    /* Out of range, past setting_check() */
    assert_int_equal(genicam_module_tuner.apply(k.device, &k.wish, "Gain", &far, &why), ERR_INVALID);
    assert_int_equal(genicam_module_tuner.apply(k.device, &k.wish, "ExposureTime", &far, &why), ERR_INVALID);
    assert_int_equal(genicam_module_tuner.apply(k.device, &k.wish, "GainAuto", &far, &why), ERR_INVALID);
    assert_int_equal(genicam_module_tuner.apply(k.device, &k.wish, "Nothing", &far, &why), ERR_NOT_FOUND);
    assert_int_equal(genicam_module_tuner.apply(k.device, &k.wish, "Device/X/AcquisitionStart", &far, &why),
                     ERR_NOT_FOUND);
    check_value(&k, "Gain", "3");
    assert_int_equal(turn(&k, "Gain", "0"), 0);
    assert_int_equal(turn(&k, "GainAuto", "Off"), 0);
    assert_int_equal(turn(&k, "ExposureTime", "10000"), 0);
    close_knobs(&k);
}

static void test_the_stream_s_own_settings_become_wishes(void **state)
{
    struct knobs k;
    struct capture c;
    (void)state;
    open_knobs(&k);
    assert_int_equal(turn(&k, "Width", "320"), 0);
    assert_int_equal(turn(&k, "Height", "201"), 0);
    assert_int_equal(turn(&k, "PixelFormat", "Mono8"), 0);
    assert_int_equal(turn(&k, "AcquisitionFrameRate", "40"), 0);
    check_value(&k, "Width", "320");
    check_value(&k, "PixelFormat", "Mono8");
    check_value(&k, "AcquisitionFrameRate", "40");
    fake_capture_init(&c);
    c.wish = k.wish;
    c.stop_after = 2;
    run_well(&c, CAMERA);
    assert_true(c.width == 320 && c.height == 201 && c.format == PIXEL_GREY && c.fps == 40);
    assert_true(c.frames[1]->width == 320 && c.frames[1]->height == 201);
    assert_int_equal(c.frames[1]->format, PIXEL_GREY);
    fake_capture_clear(&c);
    close_knobs(&k);
}

/* ---- pictures ---- */

static void test_colours_of_the_mosaic(void **state)
{
    struct capture c;
    (void)state;
    fake_capture_init(&c);
    c.wish.width = c.wish.height = 512;
    c.stop_after = 2;
    run_well(&c, CAMERA);
    const struct frame *f = c.frames[1];
    assert_true(f->format == PIXEL_RGB24 && f->width == 512 && f->height == 512);
    /* Stripes of every hue, as bright as it gets. */
    bool red = false, green = false, blue = false;
    for (size_t i = 0; i < f->bytes.len; i += 3) {
        const uint8_t *p = f->bytes.data + i;
        red |= p[0] > 150 && p[1] < 60 && p[2] < 60;
        green |= p[1] > 200 && p[0] < 160 && p[2] < 160;
        blue |= p[2] > 150 && p[0] < 60 && p[1] < 60;
    }
    assert_true(red && green && blue);
    assert_true(f->exposed_mono_ns > 0 && f->exposed_mono_ns < clock_mono_ns(&system_clock));
    fake_capture_clear(&c);
}

static double brightness_at(struct knobs *k, const char *exposure)
{
    struct capture c;
    assert_int_equal(turn(k, "ExposureTime", exposure), 0);
    fake_capture_init(&c);
    c.wish.width = c.wish.height = 256;
    strcpy(c.wish.pixel_format, "Mono8");
    c.stop_after = 3;
    run_well(&c, CAMERA);
    double mean = mean_of(c.frames[2]);
    fake_capture_clear(&c);
    return mean;
}

static void test_exposure_shows_in_the_picture(void **state)
{
    struct knobs k;
    (void)state;
    open_knobs(&k);
    double dark = brightness_at(&k, "1000"), bright = brightness_at(&k, "10000");
    assert_true(dark < bright / 2);
    close_knobs(&k);
}

static struct knobs *turned_meanwhile;

static void turn_gain(struct capture *c, const struct frame *f)
{
    (void)f;
    if (c->delivered == 1)
        assert_int_equal(turn(turned_meanwhile, "Gain", "2"), 0);
}

/* The control channel is for one: both share it. */
static void test_settings_while_it_streams(void **state)
{
    struct knobs k;
    struct capture c;
    (void)state;
    open_knobs(&k);
    turned_meanwhile = &k;
    fake_capture_init(&c);
    c.on_frame = turn_gain;
    c.stop_after = 4;
    run_well(&c, CAMERA);
    check_value(&k, "Gain", "2");
    assert_int_equal(turn(&k, "Gain", "0"), 0);
    fake_capture_clear(&c);
    close_knobs(&k);
}

static void test_frames_that_nobody_wants(void **state)
{
    struct capture c;
    (void)state;
    fake_capture_init(&c);
    c.wanted_each = 3;
    c.stop_after = 7;
    run_well(&c, CAMERA);
    assert_int_equal(c.delivered, 3);
    assert_int_equal(c.skipped, 4);
    fake_capture_clear(&c);
}

/* ---- triggers ---- */

static void test_it_exposes_when_asked(void **state)
{
    struct capture c;
    (void)state;
    fake_capture_init(&c);
    c.stop_after = 4;
    run_well(&c, CAMERA "?trigger=software");
    assert_true(c.delivered == 4 && c.skipped == 0 && c.lost == 0);
    for (size_t i = 1; i < 4; i++)
        assert_true(c.frames[i]->exposed_mono_ns > c.frames[i - 1]->exposed_mono_ns);
    fake_capture_clear(&c);
}

static void *stop_soon(void *capture)
{
    usleep(1500000);
    fake_capture_stop(capture);
    return NULL;
}

/* It waits for its line for ever, and free again streams. */
static void test_a_trigger_of_the_camera_s_own_is_left_alone(void **state)
{
    struct knobs k;
    struct capture c;
    pthread_t thread;
    (void)state;
    open_knobs(&k);
    assert_int_equal(turn(&k, "TriggerSelector", "FrameStart"), 0);
    assert_int_equal(turn(&k, "TriggerSource", "Line0"), 0);
    assert_int_equal(turn(&k, "TriggerMode", "On"), 0);
    fake_capture_init(&c);
    c.wish.timeout_ns = 300 * NS_PER_MS;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &c), 0);
    run_well(&c, CAMERA);
    pthread_join(thread, NULL);
    assert_true(c.started == 1 && c.fps == 0 && c.delivered + c.skipped == 0);
    fake_capture_clear(&c);
    check_value(&k, "TriggerMode", "On");
    fake_capture_init(&c);
    c.stop_after = 1;
    run_well(&c, CAMERA "?trigger=off");
    assert_int_equal(c.delivered, 1);
    fake_capture_clear(&c);
    check_value(&k, "TriggerMode", "Off");
    close_knobs(&k);
}

/* ---- others ---- */

static void test_another_program_has_control(void **state)
{
    static struct camera_probe probe;
    struct camera_identity id = identity_of(CAMERA);
    struct err_text why;
    struct capture c;
    (void)state;
    GInetAddress *local = g_inet_address_new_from_string("127.0.0.1");
    ArvDevice *other = arv_gv_device_new(local, local, NULL);
    assert_non_null(other);
    fake_capture_init(&c);
    assert_int_equal(run(&c, CAMERA, &why), ERR_BUSY);
    assert_non_null(strstr(why.text, "another program"));
    assert_int_equal(genicam_module_probe(&id, &probe, NULL), 0);
    assert_int_equal(probe.state, ERR_BUSY);
    assert_int_equal(probe.mode_count, 2);
    g_object_unref(other);
    assert_int_equal(genicam_module_probe(&id, &probe, NULL), 0);
    assert_int_equal(probe.state, 0);
    fake_capture_clear(&c);
    g_object_unref(local);
}

static void test_a_camera_that_is_not_there(void **state)
{
    static const char *const uris[] = {"gige:127.0.0.9", "gige:Nobody"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uris); i++) {
        struct err_text why;
        struct capture c;
        fake_capture_init(&c);
        assert_int_equal(run(&c, uris[i], &why), ERR_GONE);
        assert_non_null(strstr(why.text, uris[i] + strlen("gige:")));
        assert_int_equal(c.started, 0);
        fake_capture_clear(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_settings_are_written),
        cmocka_unit_test(test_the_stream_s_own_settings_become_wishes),
        cmocka_unit_test(test_colours_of_the_mosaic),
        cmocka_unit_test(test_exposure_shows_in_the_picture),
        cmocka_unit_test(test_settings_while_it_streams),
        cmocka_unit_test(test_frames_that_nobody_wants),
        cmocka_unit_test(test_it_exposes_when_asked),
        cmocka_unit_test(test_a_trigger_of_the_camera_s_own_is_left_alone),
        cmocka_unit_test(test_another_program_has_control),
        cmocka_unit_test(test_a_camera_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
