/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"
#include "image/frame.h"
#include "support/failing_malloc.h"

#include <string.h>

static void count_release(void *user)
{
    ++*(int *)user;
}

static void the_last_reference_releases_once(void **state)
{
    (void)state;
    int released = 0;
    struct frame *f = frame_new_over(PIXEL_MJPEG, 4, 4, slice_of("jpeg"), count_release, &released);
    assert_non_null(f);
    assert_ptr_equal(frame_ref(f), f);
    frame_unref(f);
    assert_int_equal(released, 0);
    frame_unref(f);
    assert_int_equal(released, 1);
    frame_unref(NULL);
}

static void every_format_has_a_name(void **state)
{
    (void)state;
    for (int f = 0; f < PIXEL_FORMAT_COUNT; f++) {
        const struct pixel_format_info *info = pixel_format_info((enum pixel_format)f);
        assert_non_null(info->name);
        assert_int_equal(strlen(info->fourcc), 4);
        assert_int_equal(info->compressed, info->plane_count == 0);
    }
    assert_string_equal(pixel_format_info(PIXEL_MJPEG)->fourcc, "MJPG");
    assert_string_equal(pixel_format_info(PIXEL_YUYV)->name, "YUYV");
}

static void sizes_round_half_chroma_up(void **state)
{
    (void)state;
    assert_int_equal(pixel_format_size(PIXEL_YUYV, 640, 480), 640 * 480 * 2);
    assert_int_equal(pixel_format_size(PIXEL_NV12, 640, 480), 640 * 480 * 3 / 2);
    assert_int_equal(pixel_format_size(PIXEL_YU12, 640, 480), 640 * 480 * 3 / 2);
    assert_int_equal(pixel_format_size(PIXEL_GREY, 640, 480), 640 * 480);
    assert_int_equal(pixel_format_size(PIXEL_BGR24, 640, 480), 640 * 480 * 3);
    assert_int_equal(pixel_format_size(PIXEL_YUYV, 17, 13), 9 * 4 * 13);
    assert_int_equal(pixel_format_size(PIXEL_UYVY, 1, 1), 4);
    assert_int_equal(pixel_format_size(PIXEL_NV12, 17, 13), 17 * 13 + 18 * 7);
    assert_int_equal(pixel_format_size(PIXEL_YU12, 17, 13), 17 * 13 + 2 * 9 * 7);
}

static void sizes_out_of_bounds_are_none(void **state)
{
    (void)state;
    assert_int_equal(pixel_format_size(PIXEL_MJPEG, 640, 480), 0);
    assert_int_equal(pixel_format_size(PIXEL_GREY, 0, 480), 0);
    assert_int_equal(pixel_format_size(PIXEL_GREY, 640, 0), 0);
    assert_int_equal(pixel_format_size(PIXEL_GREY, FRAME_MAX_SIDE + 1, 1), 0);
    assert_int_equal(pixel_format_size(PIXEL_GREY, 1, FRAME_MAX_SIDE + 1), 0);
    assert_int_equal(pixel_format_size(PIXEL_RGB24, FRAME_MAX_SIDE, FRAME_MAX_SIDE), 3ull << 30);
}

static void new_frames_own_what_they_need(void **state)
{
    (void)state;
    uint8_t *storage;
    assert_null(frame_new(PIXEL_YUYV, 17, 13, 9 * 4 * 13 - 1, &storage));
    assert_null(storage);
    assert_null(frame_new(PIXEL_YUYV, 0, 13, 1000, &storage));
    assert_null(frame_new(PIXEL_MJPEG, 17, 13, 0, &storage));

    struct frame *f = frame_new(PIXEL_NV12, 17, 13, 17 * 13 + 18 * 7, &storage);
    assert_non_null(f);
    memset(storage, 1, f->bytes.len);
    assert_ptr_equal(f->bytes.data, storage);
    assert_ptr_equal(f->planes[0].data, storage);
    assert_int_equal(f->planes[0].stride, 17);
    assert_ptr_equal(f->planes[1].data, storage + 17 * 13);
    assert_int_equal(f->planes[1].stride, 18);
    assert_false(f->full_range);
    frame_unref(f);
}

static void planes_follow_the_stride_of_the_first(void **state)
{
    (void)state;
    static uint8_t bytes[64 * 4 + 2 * 32 * 2];
    struct frame *f = frame_new_over(PIXEL_YU12, 40, 4, (struct slice){bytes, sizeof bytes}, NULL, NULL);
    assert_non_null(f);
    assert_true(frame_lay_planes(f, 64));
    assert_ptr_equal(f->planes[1].data, bytes + 64 * 4);
    assert_int_equal(f->planes[1].stride, 32);
    assert_ptr_equal(f->planes[2].data, bytes + 64 * 4 + 32 * 2);
    frame_unref(f);
}

static bool planes_fit(enum pixel_format format, size_t len, size_t stride)
{
    static uint8_t bytes[4096];
    struct frame *f = frame_new_over(format, 16, 8, (struct slice){bytes, len}, NULL, NULL);
    assert_non_null(f);
    bool fit = frame_lay_planes(f, stride);
    frame_unref(f);
    return fit;
}

static void planes_need_enough_bytes(void **state)
{
    (void)state;
    assert_true(planes_fit(PIXEL_GREY, 20 * 7 + 16, 20)); /* no padding behind the last row */
    assert_false(planes_fit(PIXEL_GREY, 20 * 7 + 15, 20));
    assert_false(planes_fit(PIXEL_GREY, 4096, 15));
    assert_false(planes_fit(PIXEL_GREY, 4096, 0));
    assert_false(planes_fit(PIXEL_GREY, 4096, SIZE_MAX));
    assert_false(planes_fit(PIXEL_GREY, 4096, SIZE_MAX / 8 + 16));
    assert_true(planes_fit(PIXEL_NV12, 16 * 12, 16));
    assert_false(planes_fit(PIXEL_NV12, 16 * 12 - 1, 16));
    assert_false(planes_fit(PIXEL_NV12, 16 * 8, 16));
    assert_false(planes_fit(PIXEL_YU12, 16 * 12 - 1, 16));
    assert_false(planes_fit(PIXEL_MJPEG, 4096, 16));
}

static void samples_are_found_in_every_layout(void **state)
{
    (void)state;
    uint8_t *storage;
    struct frame *f = frame_new(PIXEL_UYVY, 5, 2, 24, &storage);
    assert_non_null(f);
    for (uint8_t i = 0; i < 24; i++)
        storage[i] = i;
    uint8_t out[3];
    struct samples luma = frame_samples(f, 0), v = frame_samples(f, 2);
    assert_int_equal(luma.width, 5);
    assert_int_equal(v.width, 3);
    assert_int_equal(v.height, 2);
    samples_copy(&luma, 1, 2, 3, out);
    assert_memory_equal(out, ((uint8_t[]){17, 19, 21}), 3);
    samples_copy(&v, 1, 0, 3, out);
    assert_memory_equal(out, ((uint8_t[]){14, 18, 22}), 3);
    frame_unref(f);

    f = frame_new(PIXEL_BGR24, 2, 1, 6, &storage);
    assert_non_null(f);
    memcpy(storage, "bgrBGR", 6);
    struct samples red = frame_samples(f, 0);
    samples_copy(&red, 0, 0, 2, out);
    assert_memory_equal(out, "rR", 2);
    frame_unref(f);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    uint8_t *storage;
    failing_malloc_after(0);
    struct frame *own = frame_new(PIXEL_GREY, 4, 4, 16, &storage);
    failing_malloc_after(0);
    struct frame *over = frame_new_over(PIXEL_GREY, 4, 4, slice_of("0123456789abcdef"), NULL, NULL);
    failing_malloc_off();
    assert_null(own);
    assert_null(storage);
    assert_null(over);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_reference_releases_once),
        cmocka_unit_test(every_format_has_a_name),
        cmocka_unit_test(sizes_round_half_chroma_up),
        cmocka_unit_test(sizes_out_of_bounds_are_none),
        cmocka_unit_test(new_frames_own_what_they_need),
        cmocka_unit_test(planes_follow_the_stride_of_the_first),
        cmocka_unit_test(planes_need_enough_bytes),
        cmocka_unit_test(samples_are_found_in_every_layout),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
