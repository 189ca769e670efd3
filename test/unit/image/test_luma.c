/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/encode.h"
#include "image/luma.h"
#include "image/mix.h"

#include <stdlib.h>
#include <string.h>

static struct frame *grey(uint32_t width, uint32_t height, uint8_t level)
{
    uint8_t *pixels;
    struct frame *f = frame_new(PIXEL_GREY, width, height, (size_t)width * height, &pixels);
    assert_non_null(f);
    memset(pixels, level, (size_t)width * height);
    return f;
}

static struct luma *luma_of(struct frame *f)
{
    struct luma *l;
    assert_int_equal(luma_of_frame(f, &l, NULL), 0);
    frame_unref(f);
    return l;
}

/* A grey picture whose first `count` pixels are lighter by `step`. */
static struct luma *changed_in(uint32_t width, uint32_t height, size_t count, uint8_t step)
{
    uint8_t *pixels;
    struct frame *f = frame_new(PIXEL_GREY, width, height, (size_t)width * height, &pixels);
    assert_non_null(f);
    memset(pixels, 100, (size_t)width * height);
    memset(pixels, 100 + step, count);
    return luma_of(f);
}

static double change_of(struct luma *a, struct luma *b, uint8_t threshold)
{
    double change = luma_change(a, b, threshold);
    assert_true(change == luma_change(b, a, threshold));
    luma_unref(a);
    luma_unref(b);
    return change;
}

/* Sizes around the blocks of the loop and the overflow of its counters. */
static void test_counts_exactly(void **state)
{
    (void)state;
    static const uint32_t sizes[][2] = {{1, 1}, {63, 1}, {64, 1}, {65, 3}, {640, 480}, {1920, 1080}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        uint32_t w = sizes[i][0], h = sizes[i][1];
        size_t n = (size_t)w * h;
        const size_t counts[] = {0, 1, n / 3, n};
        for (size_t k = 0; k < ARRAY_LEN(counts); k++) {
            double change = change_of(luma_of(grey(w, h, 100)), changed_in(w, h, counts[k], 31), 30);
            assert_true(change == 100.0 * (double)counts[k] / (double)n);
        }
    }
}

static void test_threshold_is_exclusive(void **state)
{
    (void)state;
    assert_true(change_of(luma_of(grey(8, 8, 100)), luma_of(grey(8, 8, 130)), 30) == 0);
    assert_true(change_of(luma_of(grey(8, 8, 100)), luma_of(grey(8, 8, 131)), 30) == 100);
    assert_true(change_of(luma_of(grey(8, 8, 0)), luma_of(grey(8, 8, 255)), 254) == 100);
}

static void test_other_size_is_another_picture(void **state)
{
    (void)state;
    assert_true(change_of(luma_of(grey(8, 8, 1)), luma_of(grey(8, 9, 1)), 30) == 100);
}

static void test_luma_of_packed_yuv(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct frame *f = frame_new(PIXEL_YUYV, 4, 1, 8, &bytes);
    static const uint8_t yuyv[] = {10, 1, 20, 2, 30, 3, 40, 4};
    memcpy(bytes, yuyv, sizeof yuyv);
    struct luma *l = luma_of(f);
    static const uint8_t expected[] = {10, 20, 30, 40};
    assert_memory_equal(l->samples, expected, sizeof expected);
    assert_false(l->full_range);
    luma_unref(l);
}

/* 26 of 219 levels are as much as 30 of 255. */
static void test_limited_range_has_fewer_levels(void **state)
{
    (void)state;
    static const uint8_t levels[] = {100, 126, 127};
    struct luma *lumas[3];
    for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
        uint8_t *bytes;
        struct frame *f = frame_new(PIXEL_NV12, 2, 2, 6, &bytes);
        memset(bytes, levels[i], 6);
        lumas[i] = luma_of(f);
    }
    assert_true(luma_change(lumas[0], lumas[1], 30) == 0);
    assert_true(luma_change(lumas[0], lumas[2], 30) == 100);
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        luma_unref(lumas[i]);
}

static void test_colours_have_their_weights(void **state)
{
    (void)state;
    uint8_t *bytes;
    struct frame *f = frame_new(PIXEL_RGB24, 4, 1, 12, &bytes);
    static const uint8_t rgb[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    memcpy(bytes, rgb, sizeof rgb);
    struct luma *l = luma_of(f);
    static const uint8_t expected[] = {77, 149, 29, 255};
    assert_memory_equal(l->samples, expected, sizeof expected);
    luma_unref(l);
}

/* Long rows, which vector instructions take, and what is left behind them. */
static void test_every_pixel_is_weighted_alike(void **state)
{
    (void)state;
    enum { WIDTH = 259, HEIGHT = 2, SIZE = 3 * WIDTH * HEIGHT };
    uint8_t pixels[SIZE], *rgb, *bgr;
    struct frame *f = frame_new(PIXEL_RGB24, WIDTH, HEIGHT, SIZE, &rgb);
    struct frame *g = frame_new(PIXEL_BGR24, WIDTH, HEIGHT, SIZE, &bgr);
    for (size_t i = 0; i < SIZE; i++)
        pixels[i] = (uint8_t)(i * 37 + i / 256);
    for (size_t i = 0; i < SIZE; i++) {
        rgb[i] = pixels[i];
        bgr[i] = pixels[i - i % 3 + 2 - i % 3];
    }
    struct luma *of_rgb = luma_of(f), *of_bgr = luma_of(g);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
        double luma = 0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2];
        assert_true(of_rgb->samples[i] > luma - 1.5 && of_rgb->samples[i] < luma + 1.5);
        assert_int_equal(of_bgr->samples[i], of_rgb->samples[i]);
    }
    luma_unref(of_rgb);
    luma_unref(of_bgr);
}

/* However many there are, each is mixed as if it were alone, and nothing is read behind the last. */
static void test_any_count_of_pixels_is_mixed_alike(void **state)
{
    (void)state;
    enum { MOST = 70 };
    for (size_t count = 1; count <= MOST; count++) {
        uint8_t *pixels = malloc(3 * count), mixed[MOST], alone;
        assert_non_null(pixels);
        for (size_t i = 0; i < 3 * count; i++)
            pixels[i] = (uint8_t)(i * i * 41 + count);
        mix_rgb(pixels, count, mixed);
        for (size_t i = 0; i < count; i++) {
            mix_rgb(pixels + 3 * i, 1, &alone);
            assert_int_equal(mixed[i], alone);
        }
        free(pixels);
    }
}

static struct frame *jpeg_of(struct frame *raw)
{
    struct blob *blob;
    struct image_recipe recipe = {.format = IMAGE_JPEG, .quality = 95};
    assert_int_equal(image_encode(raw, &recipe, &blob, NULL), 0);
    uint8_t *bytes;
    struct frame *f = frame_new(PIXEL_MJPEG, raw->width, raw->height, blob->bytes.len, &bytes);
    memcpy(bytes, blob->bytes.data, blob->bytes.len);
    blob_unref(blob);
    frame_unref(raw);
    return f;
}

static void test_jpeg_is_compared_at_a_quarter(void **state)
{
    (void)state;
    struct luma *dark = luma_of(jpeg_of(grey(64, 32, 50))), *light = luma_of(jpeg_of(grey(64, 32, 200)));
    assert_int_equal(dark->width, 16);
    assert_int_equal(dark->height, 8);
    assert_in_range(dark->samples[0], 48, 52);
    assert_true(luma_change(dark, light, 30) == 100);
    luma_unref(dark);
    luma_unref(light);
}

static void test_broken_jpeg(void **state)
{
    (void)state;
    struct frame *f = jpeg_of(grey(64, 32, 50));
    f->bytes.len /= 2;
    struct luma *l;
    assert_int_equal(luma_of_frame(f, &l, NULL), ERR_INVALID);
    assert_null(l);
    frame_unref(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_exactly),
        cmocka_unit_test(test_threshold_is_exclusive),
        cmocka_unit_test(test_other_size_is_another_picture),
        cmocka_unit_test(test_luma_of_packed_yuv),
        cmocka_unit_test(test_limited_range_has_fewer_levels),
        cmocka_unit_test(test_colours_have_their_weights),
        cmocka_unit_test(test_every_pixel_is_weighted_alike),
        cmocka_unit_test(test_any_count_of_pixels_is_mixed_alike),
        cmocka_unit_test(test_jpeg_is_compared_at_a_quarter),
        cmocka_unit_test(test_broken_jpeg),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
