/* SPDX-License-Identifier: Apache-2.0
 * Pictures on their way out of a V4L2 driver's buffers: planes, padding, developing, and what must not pass.
 */
#include "camera/v4l2/shot.h"
#include "support/unit.h"

#include <errno.h>
#include <string.h>

/* The linker leads the code under test here: VIDIOC_DQBUF alone. */
int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg);

enum { WIDTH = 4, HEIGHT = 2, ROOM = 64 };

static struct v4l2_device device = {.fd = -1, .path = "/dev/fake"};
static uint8_t memory[FRAME_MAX_PLANES][ROOM];
static struct {
    int errnum;
    uint32_t index, used[FRAME_MAX_PLANES], offset, flags, sequence;
} next;

int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg)
{
    struct v4l2_buffer *b = arg;
    assert_int_equal(request, VIDIOC_DQBUF);
    b->index = next.index;
    b->bytesused = next.used[0];
    b->flags = next.flags;
    b->sequence = next.sequence;
    for (int p = 0; p < FRAME_MAX_PLANES && d->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE; p++) {
        b->m.planes[p].bytesused = next.used[p];
        b->m.planes[p].data_offset = p == 0 ? next.offset : 0;
    }
    return next.errnum;
}

/* Every byte tells where it lies: plane in the high digit. */
static int set_up(void **state)
{
    (void)state;
    memset(&next, 0, sizeof next);
    for (int p = 0; p < FRAME_MAX_PLANES; p++)
        for (int i = 0; i < ROOM; i++)
            memory[p][i] = (uint8_t)(p << 6 | i);
    return 0;
}

static struct v4l2_stream stream_of(uint32_t fourcc, size_t first_stride, size_t second_stride)
{
    struct v4l2_stream s = {.device = &device,
                            .width = WIDTH,
                            .height = HEIGHT,
                            .strides = {first_stride, second_stride, second_stride},
                            .buffer_count = 1};
    assert_true(v4l2_pixels_of(fourcc, &s.pixels));
    for (int p = 0; p < FRAME_MAX_PLANES; p++) {
        s.buffers[0].planes[p].data = memory[p];
        s.buffers[0].planes[p].len = ROOM;
    }
    device.type = s.pixels.buffers > 1 ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
    return s;
}

static struct frame *take(struct v4l2_stream *s)
{
    struct v4l2_shot shot;
    struct err_text why;
    assert_int_equal(v4l2_shot_take(s, &shot, &why), 1);
    return v4l2_shot_copy(s, &shot);
}

static void check_row(const struct frame *f, unsigned plane, uint32_t row, const uint8_t *expected, size_t n)
{
    assert_memory_equal(f->planes[plane].data + row * f->planes[plane].stride, expected, n);
}

static void test_rows_with_padding(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_YUYV, 16, 0);
    (void)state;
    next.used[0] = 16 + 2 * WIDTH;
    struct frame *f = take(&s);
    assert_non_null(f);
    check_row(f, 0, 0, memory[0], 2 * WIDTH);
    check_row(f, 0, 1, memory[0] + 16, 2 * WIDTH);
    frame_unref(f);
    next.used[0]--;
    assert_null(take(&s));
}

static void test_planes_of_their_own(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_NV12M, 8, 16);
    (void)state;
    next.used[0] = 3 + 8 + WIDTH;
    next.used[1] = WIDTH;
    next.offset = 3;
    struct frame *f = take(&s);
    assert_non_null(f);
    assert_int_equal(f->format, PIXEL_NV12);
    check_row(f, 0, 0, memory[0] + 3, WIDTH);
    check_row(f, 0, 1, memory[0] + 3 + 8, WIDTH);
    check_row(f, 1, 0, memory[1], WIDTH);
    frame_unref(f);

    s = stream_of(V4L2_PIX_FMT_YUV420M, 0, 0);
    next.offset = 0;
    next.used[0] = WIDTH * HEIGHT;
    next.used[1] = next.used[2] = WIDTH / 2;
    f = take(&s);
    assert_non_null(f);
    check_row(f, 0, 1, memory[0] + WIDTH, WIDTH);
    check_row(f, 2, 0, memory[2], WIDTH / 2);
    frame_unref(f);
}

static void test_planes_that_are_too_short(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_NV12M, 8, 8);
    (void)state;
    next.used[0] = 8 + WIDTH;
    next.used[1] = WIDTH - 1;
    assert_null(take(&s));
    next.used[0] = 8 + WIDTH - 1;
    next.used[1] = WIDTH;
    assert_null(take(&s));
    s.strides[0] = WIDTH - 1;
    next.used[0] = ROOM;
    assert_null(take(&s));
}

static void test_raw_pictures_are_developed(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_SRGGB8, WIDTH, 0);
    (void)state;
    memset(memory[0], 77, ROOM);
    next.used[0] = WIDTH * HEIGHT;
    struct frame *f = take(&s);
    assert_non_null(f);
    assert_int_equal(f->format, PIXEL_RGB24);
    assert_int_equal(f->planes[0].data[0], 77);
    frame_unref(f);
    next.used[0]--;
    assert_null(take(&s));

    s = stream_of(V4L2_PIX_FMT_Y16, 2 * WIDTH, 0);
    next.used[0] = 2 * WIDTH * HEIGHT;
    f = take(&s);
    assert_non_null(f);
    assert_int_equal(f->format, PIXEL_GREY);
    frame_unref(f);
}

static void test_broken_pictures(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_YUYV, 0, 0);
    (void)state;
    assert_null(take(&s)); /* empty */
    next.used[0] = 2 * WIDTH * HEIGHT;
    next.flags = V4L2_BUF_FLAG_ERROR;
    assert_null(take(&s));
    next.flags = 0;
    struct frame *f = take(&s);
    assert_non_null(f);
    frame_unref(f);
    s = stream_of(V4L2_PIX_FMT_MJPEG, 0, 0);
    assert_null(take(&s)); /* no JPEG */
}

static void check_failure(struct v4l2_stream *s, int rc)
{
    struct v4l2_shot shot;
    struct err_text why;
    assert_int_equal(v4l2_shot_take(s, &shot, &why), rc);
}

static void test_buffers_that_are_none(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_YUYV, 0, 0);
    (void)state;
    next.used[0] = ROOM + 1;
    check_failure(&s, ERR_IO);
    next.used[0] = ROOM;
    next.index = 1;
    check_failure(&s, ERR_IO);
    s = stream_of(V4L2_PIX_FMT_NV12M, 0, 0);
    next.index = 0;
    next.used[1] = ROOM + 1;
    check_failure(&s, ERR_IO);
    next.used[1] = ROOM;
    next.offset = ROOM + 1;
    check_failure(&s, ERR_IO);
}

static void test_failures_of_the_driver(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_YUYV, 0, 0);
    (void)state;
    next.errnum = EAGAIN;
    check_failure(&s, 0);
    next.errnum = EIO;
    check_failure(&s, ERR_IO);
    next.errnum = ENODEV;
    check_failure(&s, ERR_GONE);
}

static void check_dropped(struct v4l2_stream *s, uint32_t sequence, uint64_t dropped)
{
    struct v4l2_shot shot;
    struct err_text why;
    next.sequence = sequence;
    assert_int_equal(v4l2_shot_take(s, &shot, &why), 1);
    assert_int_equal(shot.dropped, dropped);
}

static void test_dropped_pictures_are_counted(void **state)
{
    struct v4l2_stream s = stream_of(V4L2_PIX_FMT_YUYV, 0, 0);
    (void)state;
    check_dropped(&s, UINT32_MAX - 1, 0);
    check_dropped(&s, UINT32_MAX, 0);
    check_dropped(&s, 0, 0);
    check_dropped(&s, 3, 2);
    /* Drivers that count otherwise. */
    check_dropped(&s, 3, 0);
    check_dropped(&s, 2, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_rows_with_padding, set_up),
        cmocka_unit_test_setup(test_planes_of_their_own, set_up),
        cmocka_unit_test_setup(test_planes_that_are_too_short, set_up),
        cmocka_unit_test_setup(test_raw_pictures_are_developed, set_up),
        cmocka_unit_test_setup(test_broken_pictures, set_up),
        cmocka_unit_test_setup(test_buffers_that_are_none, set_up),
        cmocka_unit_test_setup(test_failures_of_the_driver, set_up),
        cmocka_unit_test_setup(test_dropped_pictures_are_counted, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
