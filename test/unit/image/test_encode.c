/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/decode.h"
#include "pictures.h"
#include "support/failing_malloc.h"

#include <pthread.h>
#include <string.h>

static const enum pixel_format raw_formats[] = {
    PIXEL_YUYV, PIXEL_UYVY, PIXEL_NV12, PIXEL_YU12, PIXEL_GREY, PIXEL_RGB24, PIXEL_BGR24,
};

static const struct {
    uint32_t width, height;
} sizes[] = {{1, 1}, {2, 2}, {17, 13}, {16, 16}, {257, 3}, {3, 33}, {640, 480}};

typedef void (*picture_check)(const struct picture *p);

/* Calls `check` for each raw format, size and range. */
static void for_all(picture_check check, struct picture (*make)(enum pixel_format, uint32_t, uint32_t, bool))
{
    for (size_t f = 0; f < ARRAY_LEN(raw_formats); f++) {
        for (size_t s = 0; s < ARRAY_LEN(sizes); s++) {
            for (int full = 0; full < 2; full++) {
                struct picture p = make(raw_formats[f], sizes[s].width, sizes[s].height, full);
                check(&p);
                frame_unref(p.frame);
            }
        }
    }
}

static uint32_t le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void check_bmp(const struct picture *p)
{
    struct blob *b = picture_encode(p->frame, IMAGE_BMP, 0);
    const uint8_t *file = b->bytes.data;
    uint32_t width = p->frame->width, height = p->frame->height;
    size_t stride = (width * 3 + 3) & ~3u;
    assert_int_equal(b->bytes.len, 54 + stride * height);
    assert_int_equal(le32(file + 2), b->bytes.len);
    assert_int_equal(le32(file + 10), 54);
    assert_int_equal(le32(file + 14), 40);
    assert_int_equal(le32(file + 18), width);
    assert_int_equal(le32(file + 22), height);
    assert_int_equal(le32(file + 26), 1 | 24 << 16);
    assert_int_equal(le32(file + 30), 0);
    for (uint32_t y = 0; y < height; y++) {
        const uint8_t *row = file + 54 + (height - 1 - y) * stride;
        for (uint32_t x = 0; x < width; x++) {
            struct rgb got = {row[3 * x + 2], row[3 * x + 1], row[3 * x]};
            assert_true(rgb_worst(got, picture_pixel(p, x, y)) <= 1);
        }
        for (size_t i = width * 3; i < stride; i++)
            assert_int_equal(row[i], 0);
    }
    blob_unref(b);
}

static void bmp_holds_every_pixel(void **state)
{
    (void)state;
    for_all(check_bmp, picture_noise);
}

static void check_png(const struct picture *p)
{
    struct blob *b = picture_encode(p->frame, IMAGE_PNG, 0);
    struct frame *decoded = picture_decode(b->bytes);
    assert_int_equal(decoded->width, p->frame->width);
    assert_int_equal(decoded->height, p->frame->height);
    for (uint32_t y = 0; y < decoded->height; y++)
        for (uint32_t x = 0; x < decoded->width; x++)
            assert_true(rgb_worst(decoded_pixel(decoded, x, y), picture_pixel(p, x, y)) <= 1);
    frame_unref(decoded);
    blob_unref(b);
}

static void png_holds_every_pixel(void **state)
{
    (void)state;
    for_all(check_png, picture_noise);
}

static void rgb_is_kept_exactly(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 17, 13, false);
    struct blob *b = picture_encode(p.frame, IMAGE_PNG, 0);
    struct frame *decoded = picture_decode(b->bytes);
    assert_true(slice_equal(decoded->bytes, p.frame->bytes));
    frame_unref(decoded);
    blob_unref(b);
    frame_unref(p.frame);
}

static void grey_makes_a_grey_png(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_GREY, 17, 13, false);
    struct blob *b = picture_encode(p.frame, IMAGE_PNG, 0);
    const uint8_t *header = b->bytes.data + 16;
    assert_int_equal(header[8], 8); /* bits */
    assert_int_equal(header[9], 0); /* colour type */
    blob_unref(b);
    frame_unref(p.frame);
}

static void check_jpeg(const struct picture *p)
{
    struct blob *b = picture_encode(p->frame, IMAGE_JPEG, 0);
    uint32_t width, height;
    assert_int_equal(jpeg_measure(b->bytes, &width, &height), 0);
    assert_int_equal(width, p->frame->width);
    assert_int_equal(height, p->frame->height);
    struct frame *decoded = picture_decode(b->bytes);
    double error = picture_mean_error(p, decoded);
    if (error >= 1)
        print_error("%s %ux%u: mean error %f\n", pixel_format_info(p->frame->format)->name, width, height,
                    error);
    assert_true(error < 1);
    frame_unref(decoded);
    blob_unref(b);
}

static void jpeg_is_close_to_every_pixel(void **state)
{
    (void)state;
    for_all(check_jpeg, picture_slopes);
}

static void jpeg_stretches_limited_range(void **state)
{
    (void)state;
    static const struct {
        uint8_t yuv[3];
        struct rgb rgb;
    } colours[] = {
        {{235, 128, 128}, {255, 255, 255}}, {{16, 128, 128}, {0, 0, 0}},   {{81, 90, 240}, {254, 0, 0}},
        {{145, 54, 34}, {0, 255, 1}},       {{41, 240, 110}, {0, 0, 255}}, {{255, 128, 128}, {255, 255, 255}},
    };
    for (size_t i = 0; i < ARRAY_LEN(colours); i++) {
        struct picture p = picture_halves_yuv(32, 16, colours[i].yuv, colours[i].yuv);
        struct blob *b = picture_encode(p.frame, IMAGE_JPEG, 0);
        struct frame *decoded = picture_decode(b->bytes);
        assert_true(rgb_worst(decoded_pixel(decoded, 5, 5), colours[i].rgb) <= 3);
        frame_unref(decoded);
        blob_unref(b);
        frame_unref(p.frame);
    }
}

/* With rows of `stride` bytes and rubbish between them. */
static void padding_is_never_shown(void **state)
{
    (void)state;
    static uint8_t bytes[64 * 12];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = i % 64 < 40 ? 128 : 255;
    struct frame *f = frame_new_over(PIXEL_NV12, 40, 8, (struct slice){bytes, sizeof bytes}, NULL, NULL);
    assert_non_null(f);
    f->full_range = true;
    assert_true(frame_lay_planes(f, 64));
    for (int format = 0; format < IMAGE_BMP; format++) {
        struct blob *b = picture_encode(f, (enum image_format)format, 0);
        struct frame *decoded = picture_decode(b->bytes);
        for (size_t i = 0; i < decoded->bytes.len; i++)
            assert_int_equal(decoded->bytes.data[i], 128);
        frame_unref(decoded);
        blob_unref(b);
    }
    frame_unref(f);
}

static void quality_counts_and_0_means_85(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_YU12, 64, 64, true);
    static const uint8_t qualities[] = {10, 85, 0, 100};
    struct blob *files[ARRAY_LEN(qualities)];
    for (size_t i = 0; i < ARRAY_LEN(qualities); i++) {
        struct image_recipe how = {.format = IMAGE_JPEG, .quality = qualities[i]};
        assert_int_equal(image_encode(p.frame, &how, &files[i], NULL), 0);
    }
    assert_true(files[0]->bytes.len < files[1]->bytes.len);
    assert_true(slice_equal(files[1]->bytes, files[2]->bytes));
    assert_true(files[2]->bytes.len < files[3]->bytes.len);
    for (size_t i = 0; i < ARRAY_LEN(qualities); i++)
        blob_unref(files[i]);
    frame_unref(p.frame);
}

static void *encode(void *frame)
{
    return picture_encode(frame, IMAGE_JPEG, 0);
}

/* Whatever pictures, broken ones too, were made on the same thread. */
static void a_jpeg_is_as_a_new_thread_makes_it(void **state)
{
    (void)state;
    for (size_t f = 0; f < 2 * ARRAY_LEN(raw_formats); f++) {
        struct picture p = picture_noise(raw_formats[f * 3 % ARRAY_LEN(raw_formats)], 320, 239, false);
        struct image_recipe poor = {.format = IMAGE_JPEG, .quality = 10, .max_width = 100};
        struct blob *b;
        failing_malloc_after(f % 5);
        if (image_encode(p.frame, &poor, &b, NULL) == 0)
            blob_unref(b);
        failing_malloc_off();
        pthread_t thread;
        void *fresh;
        assert_int_equal(pthread_create(&thread, NULL, encode, p.frame), 0);
        assert_int_equal(pthread_join(thread, &fresh), 0);
        b = encode(p.frame);
        assert_true(slice_equal(b->bytes, ((struct blob *)fresh)->bytes));
        blob_unref(b);
        blob_unref(fresh);
        frame_unref(p.frame);
    }
}

/* Larger than the first buffer of the file. */
static void large_files_grow(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 640, 480, false);
    struct image_recipe how = {.format = IMAGE_JPEG, .quality = 100};
    struct blob *b;
    assert_int_equal(image_encode(p.frame, &how, &b, NULL), 0);
    assert_true(b->bytes.len > 300000);
    struct frame *decoded = picture_decode(b->bytes);
    assert_int_equal(decoded->width, 640);
    frame_unref(decoded);
    blob_unref(b);
    frame_unref(p.frame);
}

static void recipes_compare_by_all_fields(void **state)
{
    (void)state;
    struct image_recipe a = {IMAGE_JPEG, 80, 320, 240}, b = a;
    assert_true(image_recipe_equal(&a, &b));
    b.format = IMAGE_PNG;
    assert_false(image_recipe_equal(&a, &b));
    b = a;
    b.quality = 81;
    assert_false(image_recipe_equal(&a, &b));
    b = a;
    b.max_width = 0;
    assert_false(image_recipe_equal(&a, &b));
    b = a;
    b.max_height = 0;
    assert_false(image_recipe_equal(&a, &b));
}

static void mime_types_are_known(void **state)
{
    (void)state;
    assert_string_equal(image_mime_type(IMAGE_JPEG), "image/jpeg");
    assert_string_equal(image_mime_type(IMAGE_PNG), "image/png");
    assert_string_equal(image_mime_type(IMAGE_BMP), "image/bmp");
}

static void no_memory_leaves_nothing_behind(void **state)
{
    (void)state;
    struct picture p = picture_slopes(PIXEL_YUYV, 64, 48, false);
    for (int format = 0; format < IMAGE_FORMAT_COUNT; format++) {
        struct image_recipe how = {.format = (enum image_format)format, .max_width = 32};
        size_t n = 0, failures = 0;
        bool failed;
        do {
            struct blob *b;
            failing_malloc_after(n++);
            int rc = image_encode(p.frame, &how, &b, NULL);
            failed = failing_malloc_hit();
            failing_malloc_off();
            assert_true(rc == 0 || rc == ERR_NO_MEMORY);
            assert_int_equal(rc == 0, b != NULL);
            failures += rc != 0;
            blob_unref(b);
        } while (failed);
        assert_true(failures >= 4);
    }
    assert_int_equal(p.frame->refs, 1);
    frame_unref(p.frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bmp_holds_every_pixel),
        cmocka_unit_test(png_holds_every_pixel),
        cmocka_unit_test(rgb_is_kept_exactly),
        cmocka_unit_test(grey_makes_a_grey_png),
        cmocka_unit_test(jpeg_is_close_to_every_pixel),
        cmocka_unit_test(jpeg_stretches_limited_range),
        cmocka_unit_test(padding_is_never_shown),
        cmocka_unit_test(quality_counts_and_0_means_85),
        cmocka_unit_test(a_jpeg_is_as_a_new_thread_makes_it),
        cmocka_unit_test(large_files_grow),
        cmocka_unit_test(recipes_compare_by_all_fields),
        cmocka_unit_test(mime_types_are_known),
        cmocka_unit_test(no_memory_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
