/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/decode.h"
#include "pictures.h"

#include <string.h>

static const struct rgb red = {250, 10, 20}, blue = {5, 30, 240};

/* Encodes at most `max_width` wide, as PNG, and decodes again. */
static struct frame *shrunk(struct frame *f, uint32_t max_width)
{
    struct blob *b = picture_encode(f, IMAGE_PNG, max_width);
    struct frame *out = picture_decode(b->bytes);
    blob_unref(b);
    return out;
}

static void assert_halves(const struct frame *f, struct rgb left, struct rgb right, double tolerance)
{
    uint32_t margin = f->width / 8 + 1, x_end = f->width / 2;
    for (uint32_t y = 0; y < f->height; y++) {
        for (uint32_t x = 0; x + margin < x_end; x++)
            assert_true(rgb_worst(decoded_pixel(f, x, y), left) <= tolerance);
        for (uint32_t x = x_end + margin; x < f->width; x++)
            assert_true(rgb_worst(decoded_pixel(f, x, y), right) <= tolerance);
    }
}

static void raw_frames_get_the_exact_width(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height, max_width, got_width, got_height;
    } cases[] = {
        {640, 480, 320, 320, 240}, {640, 480, 319, 319, 239}, {641, 479, 100, 100, 75}, {64, 48, 64, 64, 48},
        {64, 48, 65, 64, 48},      {64, 48, 0, 64, 48},       {64, 1, 7, 7, 1},         {300, 20, 1, 1, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct picture p = picture_halves(PIXEL_BGR24, cases[i].width, cases[i].height, red, blue);
        struct frame *small = shrunk(p.frame, cases[i].max_width);
        assert_int_equal(small->width, cases[i].got_width);
        assert_int_equal(small->height, cases[i].got_height);
        assert_halves(small, red, blue, 0);
        frame_unref(small);
        frame_unref(p.frame);
    }
}

static void both_sides_stay_within_the_limits(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height, limit, got_width, got_height;
    } cases[] = {
        {640, 480, 100, 100, 75}, {480, 640, 100, 75, 100}, {100, 100, 100, 100, 100}, {1, 300, 10, 1, 10}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct picture p = picture_slopes(PIXEL_RGB24, cases[i].width, cases[i].height, false);
        struct image_recipe how = {
            .format = IMAGE_PNG, .max_width = cases[i].limit, .max_height = cases[i].limit};
        struct blob *b;
        assert_int_equal(image_encode(p.frame, &how, &b, NULL), 0);
        struct frame *small = picture_decode(b->bytes);
        assert_int_equal(small->width, cases[i].got_width);
        assert_int_equal(small->height, cases[i].got_height);
        frame_unref(small);
        blob_unref(b);
        frame_unref(p.frame);
    }
}

static void samples_are_means_of_areas(void **state)
{
    (void)state;
    struct picture p;
    p.frame = frame_new(PIXEL_GREY, 5, 2, 10, &p.storage);
    assert_non_null(p.frame);
    memcpy(p.storage, (uint8_t[]){0, 50, 100, 150, 200, 13, 60, 110, 160, 210}, 10);
    struct frame *small = shrunk(p.frame, 2);
    assert_int_equal(small->height, 1);
    /* Left: columns 0, 1 and half of 2, both rows, 45.6 rounded; right: the rest. */
    assert_int_equal(decoded_pixel(small, 0, 0).r, 46);
    assert_int_equal(decoded_pixel(small, 1, 0).r, 165);
    frame_unref(small);
    frame_unref(p.frame);
}

static void every_raw_format_keeps_its_colours(void **state)
{
    (void)state;
    for (int f = PIXEL_YUYV; f < PIXEL_FORMAT_COUNT; f++) {
        for (int full = 0; full < 2; full++) {
            struct picture p = picture_slopes((enum pixel_format)f, 322, 242, full);
            struct frame *small = shrunk(p.frame, 107);
            assert_int_equal(small->width, 107);
            assert_int_equal(small->height, 80);
            for (uint32_t y = 0; y < small->height; y++)
                for (uint32_t x = 0; x < small->width; x++)
                    assert_true(rgb_worst(decoded_pixel(small, x, y),
                                          picture_pixel(&p, x * 322 / 107 + 1, y * 242 / 80 + 1)) <= 4);
            frame_unref(small);
            frame_unref(p.frame);
        }
    }
}

static void jpeg_thumbnails_are_jpegs_of_the_exact_width(void **state)
{
    (void)state;
    static const uint32_t widths[] = {640, 639, 500, 321, 320, 319, 160, 100, 80, 79, 10, 1};
    struct picture p = picture_halves(PIXEL_RGB24, 641, 480, red, blue);
    struct blob *whole = picture_encode(p.frame, IMAGE_JPEG, 0);
    struct frame *camera = picture_mjpeg(whole->bytes, 641, 480);
    for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
        struct blob *b = picture_encode(camera, IMAGE_JPEG, widths[i]);
        struct frame *small = picture_decode(b->bytes);
        assert_int_equal(small->width, widths[i]);
        assert_int_equal(small->height, (480 * widths[i] + 320) / 641 ? (480 * widths[i] + 320) / 641 : 1);
        assert_halves(small, red, blue, 12);
        frame_unref(small);
        blob_unref(b);
    }
    frame_unref(camera);
    blob_unref(whole);
    frame_unref(p.frame);
}

static void grey_jpegs_stay_grey(void **state)
{
    (void)state;
    struct blob *whole = picture_jpeg((struct jpeg_kind){.components = 1, .width = 64, .height = 64});
    struct frame *camera = picture_mjpeg(whole->bytes, 64, 64);
    struct blob *b = picture_encode(camera, IMAGE_PNG, 20);
    assert_int_equal(b->bytes.data[25], 0); /* colour type: grey */
    blob_unref(b);
    frame_unref(camera);
    blob_unref(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_frames_get_the_exact_width),
        cmocka_unit_test(both_sides_stay_within_the_limits),
        cmocka_unit_test(samples_are_means_of_areas),
        cmocka_unit_test(every_raw_format_keeps_its_colours),
        cmocka_unit_test(jpeg_thumbnails_are_jpegs_of_the_exact_width),
        cmocka_unit_test(grey_jpegs_stay_grey),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
