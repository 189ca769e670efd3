/* SPDX-License-Identifier: Apache-2.0
 * The module "ffmpeg" on a video file: pictures untouched, in order, over and over, and only those wanted. */
#include "camera/module.h"
#include "image/encode.h"
#include "support/fake_capture.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PICTURES = 4, WIDTH = 64, HEIGHT = 48 };

extern const struct camera_module uacam_camera_module;

static char path[64];
static struct blob *pictures[PICTURES];
static struct capture capture;
static struct camera_identity identity;
static struct err_text why;

static struct blob *make_picture(int grey)
{
    uint8_t *storage;
    struct blob *out;
    size_t size = pixel_format_size(PIXEL_GREY, WIDTH, HEIGHT);
    struct frame *f = frame_new(PIXEL_GREY, WIDTH, HEIGHT, size, &storage);
    assert_non_null(f);
    memset(storage, grey, size);
    assert_int_equal(image_encode(f, &(struct image_recipe){.format = IMAGE_JPEG}, &out, NULL), 0);
    frame_unref(f);
    return out;
}

/* A raw MJPEG video: one JPEG after the other. */
static int setup(void **state)
{
    (void)state;
    strcpy(path, "/tmp/uacam-test-XXXXXX");
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    for (int i = 0; i < PICTURES; i++) {
        pictures[i] = make_picture(50 * i);
        fwrite(pictures[i]->bytes.data, 1, pictures[i]->bytes.len, file);
    }
    assert_int_equal(fclose(file), 0);
    fake_capture_init(&capture);
    snprintf(identity.uri, sizeof identity.uri, "file:%s?fps=500", path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_capture_clear(&capture);
    for (int i = 0; i < PICTURES; i++)
        blob_unref(pictures[i]);
    return unlink(path);
}

static void test_all(void **state)
{
    (void)state;
    capture.stop_after = 3 * PICTURES;
    assert_int_equal(uacam_camera_module.run(&capture, &identity, &why), 0);
    assert_int_equal(capture.delivered, 3 * PICTURES);
    assert_int_equal(capture.started, 1);
    assert_int_equal(capture.lost, 0);
    assert_true(capture.fps == 500 && capture.width == WIDTH && capture.height == HEIGHT);
    for (int i = 0; i < 3 * PICTURES; i++) {
        assert_int_equal(capture.frames[i]->format, PIXEL_MJPEG);
        assert_true(slice_equal(capture.frames[i]->bytes, pictures[i % PICTURES]->bytes));
        if (i > 0)
            assert_true(capture.frames[i]->exposed_mono_ns > capture.frames[i - 1]->exposed_mono_ns);
    }
}

static void test_only_the_wanted(void **state)
{
    (void)state;
    capture.wanted_each = PICTURES;
    capture.stop_after = 3 * PICTURES;
    assert_int_equal(uacam_camera_module.run(&capture, &identity, &why), 0);
    assert_int_equal(capture.delivered, 3);
    assert_int_equal(capture.skipped, 3 * PICTURES - 3);
    for (int i = 0; i < 3; i++)
        assert_true(slice_equal(capture.frames[i]->bytes, pictures[0]->bytes));
}

static void test_a_look(void **state)
{
    struct camera_probe probe;
    (void)state;
    assert_int_equal(uacam_camera_module.probe(&identity, &probe, &why), 0);
    assert_int_equal(probe.state, 0);
    assert_int_equal(probe.mode_count, 1);
    assert_int_equal(probe.modes[0].format, PIXEL_MJPEG);
    assert_int_equal(probe.modes[0].width, WIDTH);
    strcpy(identity.uri, "file:/nowhere/at/all.mp4");
    assert_int_equal(uacam_camera_module.probe(&identity, &probe, &why), 0);
    assert_int_equal(probe.state, ERR_GONE);
    assert_non_null(strstr(probe.error.text, "/nowhere/at/all.mp4 is not there"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_the_wanted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_look, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
