/* SPDX-License-Identifier: Apache-2.0
 * The simulated camera shows what docs/simulated-camera.md says, at the rate that was asked for. */
#include "image/decode.h"
#include "support/fake_capture.h"
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

static struct capture capture;
static struct camera_identity identity;
static struct err_text why;

static int setup(void **state)
{
    (void)state;
    fake_capture_init(&capture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_capture_clear(&capture);
    return 0;
}

static int run(const char *uri)
{
    assert_int_equal(sim_backend.identify(uri, &identity, &why), 0);
    return sim_backend.run(&capture, &identity, &why);
}

/* The picture of the document, written once more and by place instead of by row. */
struct expected {
    uint64_t width, height, seed, speed;
};

static bool digit_dot(uint64_t digit, uint64_t x, uint64_t y)
{
    static const char *const rows[5] = {
        "### .#. ### ### #.# ### ### ### ### ###", "#.# ##. ..# ..# #.# #.. #.. ..# #.# #.#",
        "#.# .#. ### ### ### ### ### ..# ### ###", "#.# .#. #.. ..# ..# ..# #.# ..# #.# ..#",
        "### ### ### ### ..# ### ### ..# ### ###",
    };
    return rows[y][digit * 4 + x] == '#';
}

static uint32_t expected_pixel(const struct expected *e, uint64_t n, uint64_t x, uint64_t y)
{
    static const uint32_t bars[] = {0xc0c0c0, 0xc0c000, 0x00c0c0, 0x00c000,
                                    0xc000c0, 0xc00000, 0x0000c0, 0x000000};
    static const uint64_t tens[] = {10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    uint64_t u = e->width / 80;
    if (u >= 2 && e->height >= 11 * u) {
        uint64_t ux = x / u, uy = y / u;
        if (uy < 2 && ux < 64)
            return n >> (31 - ux / 2) & 1 ? 0xffffff : 0;
        if (uy >= 4 && uy < 11 && ux >= 2 && ux < 35) {
            uint64_t dx = ux - 2, dy = uy - 4;
            if (dx % 4 == 0 || dy == 0 || dy == 6)
                return 0;
            uint64_t digit = n / tens[dx / 4] % 10;
            return digit_dot(digit, dx % 4 - 1, dy - 1) ? 0xffffff : 0;
        }
    }
    uint64_t side = (e->width < e->height ? e->width : e->height) / 6;
    uint64_t left = (2 * e->speed * n + 17 * e->seed) % (e->width - side + 1);
    uint64_t top = (e->speed * n + 29 * e->seed) % (e->height - side + 1);
    if (x >= left && x < left + side && y >= top && y < top + side)
        return 0xff8000;
    uint64_t column = (x + e->speed * n + 32 * e->seed) % e->width;
    return bars[8 * column / e->width];
}

static void check_rgb24(const struct frame *f, const struct expected *e, bool swapped)
{
    assert_int_equal(f->width, e->width);
    assert_int_equal(f->height, e->height);
    for (uint32_t y = 0; y < f->height; y++)
        for (uint32_t x = 0; x < f->width; x++) {
            const uint8_t *p = f->planes[0].data + y * f->planes[0].stride + 3 * x;
            uint32_t rgb = swapped ? (uint32_t)(p[2] << 16 | p[1] << 8 | p[0])
                                   : (uint32_t)(p[0] << 16 | p[1] << 8 | p[2]);
            if (rgb != expected_pixel(e, f->number, x, y))
                fail_msg("frame %d, %u,%u: %06x", (int)f->number, x, y, rgb);
        }
}

static void test_picture_is_the_documented_function(void **state)
{
    (void)state;
    capture.stop_after = 3;
    capture.first_number = 12345678;
    assert_int_equal(run("sim:?fps=500&seed=7"), 0);
    assert_int_equal(capture.delivered, 3);
    for (int i = 0; i < 3; i++)
        check_rgb24(capture.frames[i], &(struct expected){640, 480, 7, 4}, false);
    assert_memory_not_equal(capture.frames[0]->bytes.data, capture.frames[1]->bytes.data,
                            capture.frames[0]->bytes.len);
}

static void test_any_size(void **state)
{
    static const struct {
        const char *uri;
        struct expected picture;
    } cases[] = {
        {"sim:?size=1x1&fps=500", {1, 1, 1, 4}},
        {"sim:?size=7x3&fps=500", {7, 3, 1, 4}},
        {"sim:?size=160x22&fps=500&seed=4294967295", {160, 22, 4294967295, 4}},
        {"sim:?size=160x21&fps=500", {160, 21, 1, 4}},
        {"sim:?size=1283x719&fps=500&speed=0&seed=0", {1283, 719, 0, 0}},
        {"sim:?size=123x456&fps=500&speed=1024&format=RGB8", {123, 456, 1, 1024}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct capture c;
        fake_capture_init(&c);
        c.stop_after = 1;
        c.first_number = 98765;
        assert_int_equal(sim_backend.identify(cases[i].uri, &identity, &why), 0);
        assert_int_equal(sim_backend.run(&c, &identity, &why), 0);
        check_rgb24(c.frames[0], &cases[i].picture, false);
        fake_capture_clear(&c);
    }
}

static const struct frame *one_frame(const char *uri)
{
    capture.stop_after = 1;
    assert_int_equal(run(uri), 0);
    assert_int_equal(capture.delivered, 1);
    assert_true(capture.frames[0]->full_range);
    return capture.frames[0];
}

static const struct expected small = {163, 121, 1, 4};

static void test_bgr24(void **state)
{
    (void)state;
    check_rgb24(one_frame("sim:?size=163x121&format=BGR8"), &small, true);
}

static void check_close(int got, double expected)
{
    if (got < expected - 0.6 || got > expected + 0.6)
        fail_msg("%d instead of %.2f", got, expected);
}

/* Where the samples of pixel x, y lie in each format. */
struct yuv {
    const uint8_t *y, *u, *v;
};

static struct yuv samples_at(const struct frame *f, uint32_t x, uint32_t y)
{
    const uint8_t *row = f->planes[0].data + y * f->planes[0].stride;
    const uint8_t *pair = row + x / 2 * 4;
    switch (f->format) {
    case PIXEL_YUYV:
        return (struct yuv){row + 2 * x, pair + 1, pair + 3};
    case PIXEL_UYVY:
        return (struct yuv){row + 2 * x + 1, pair, pair + 2};
    case PIXEL_NV12: {
        const uint8_t *uv = f->planes[1].data + y / 2 * f->planes[1].stride + x / 2 * 2;
        return (struct yuv){row + x, uv, uv + 1};
    }
    case PIXEL_YU12:
        return (struct yuv){row + x, f->planes[1].data + y / 2 * f->planes[1].stride + x / 2,
                            f->planes[2].data + y / 2 * f->planes[2].stride + x / 2};
    default:
        return (struct yuv){row + x, NULL, NULL};
    }
}

static void check_yuv(const struct frame *f, uint32_t step_y)
{
    for (uint32_t y = 0; y < f->height; y++)
        for (uint32_t x = 0; x < f->width; x++) {
            struct yuv s = samples_at(f, x, y);
            uint32_t rgb = expected_pixel(&small, f->number, x, y);
            double r = rgb >> 16, g = rgb >> 8 & 255, b = rgb & 255;
            check_close(*s.y, 0.299 * r + 0.587 * g + 0.114 * b);
            if (!s.u || x % 2 || y % step_y)
                continue;
            check_close(*s.u, 128 - 0.168736 * r - 0.331264 * g + 0.5 * b);
            check_close(*s.v, 128 + 0.5 * r - 0.418688 * g - 0.081312 * b);
        }
}

static void test_grey(void **state)
{
    (void)state;
    check_yuv(one_frame("sim:?size=163x121&format=Mono8"), 1);
}

static void test_yuyv(void **state)
{
    (void)state;
    check_yuv(one_frame("sim:?size=163x121&format=YUYV"), 1);
}

static void test_uyvy(void **state)
{
    (void)state;
    check_yuv(one_frame("sim:?size=163x121&format=UYVY"), 1);
}

static void test_nv12(void **state)
{
    (void)state;
    check_yuv(one_frame("sim:?size=163x121&format=NV12"), 2);
}

static void test_yu12(void **state)
{
    (void)state;
    check_yuv(one_frame("sim:?size=163x121&format=YU12"), 2);
}

/* The code row of the decoded picture tells the frame's number. */
static void test_mjpeg(void **state)
{
    struct frame *decoded;
    uint32_t number = 0;
    (void)state;
    capture.first_number = 0xdeadbeef;
    capture.stop_after = 1;
    assert_int_equal(run("sim:?size=320x240&format=MJPEG"), 0);
    assert_int_equal(capture.format, PIXEL_MJPEG);
    assert_int_equal(capture.frames[0]->format, PIXEL_MJPEG);
    assert_int_equal(image_decode(capture.frames[0]->bytes, 1 << 20, &decoded, &why), 0);
    assert_int_equal(decoded->width, 320);
    assert_int_equal(decoded->height, 240);
    for (uint32_t i = 0; i < 32; i++)
        number =
            number << 1 | (decoded->planes[0].data[4 * decoded->planes[0].stride + (8 * i + 4) * 3] > 127);
    assert_int_equal(number, 0xdeadbeef);
    frame_unref(decoded);
}

static void test_the_rate_does_not_drift(void **state)
{
    (void)state;
    capture.stop_after = 40;
    int64_t before = clock_mono_ns(&system_clock);
    assert_int_equal(run("sim:?size=64x48&fps=200"), 0);
    int64_t took = clock_mono_ns(&system_clock) - before;
    assert_true(capture.fps == 200);
    /* 40 exposures are 39 intervals of 5 ms, plus those that were lost. */
    int64_t least = (39 + (int64_t)capture.lost) * 5 * NS_PER_MS;
    assert_in_range(took, least, least + 2 * NS_PER_S);
    for (int i = 1; i < 40; i++) {
        const struct frame *f = capture.frames[i], *first = capture.frames[0];
        int64_t since = f->exposed_mono_ns - first->exposed_mono_ns;
        assert_int_equal(since % (5 * NS_PER_MS), 0);
        assert_true(since >= i * 5 * NS_PER_MS);
        int64_t utc_since = f->exposed_utc_ns - first->exposed_utc_ns;
        assert_in_range(llabs(utc_since - since), 0, 50 * NS_PER_MS);
    }
}

static void test_unwanted_frames_are_not_drawn(void **state)
{
    (void)state;
    capture.stop_after = 9;
    capture.wanted_each = 3;
    assert_int_equal(run("sim:?size=160x120&fps=500"), 0);
    assert_int_equal(capture.delivered, 3);
    assert_int_equal(capture.skipped, 6);
    check_rgb24(capture.frames[2], &(struct expected){160, 120, 1, 4}, false);
    assert_int_equal(capture.frames[2]->number, 3);
}

static void test_the_uri_wins_over_the_wish(void **state)
{
    (void)state;
    capture.stop_after = 1;
    capture.wish.width = 320;
    capture.wish.height = 200;
    capture.wish.fps = 50;
    assert_int_equal(run("sim:?size=64x48"), 0);
    assert_int_equal(capture.width, 64);
    assert_int_equal(capture.height, 48);
    assert_true(capture.fps == 50);
}

static void test_the_wish_wins_over_the_default(void **state)
{
    (void)state;
    capture.stop_after = 1;
    capture.wish.width = 320;
    capture.wish.height = 200;
    assert_int_equal(run("sim:?fps=100"), 0);
    assert_int_equal(capture.width, 320);
    assert_int_equal(capture.height, 200);
    assert_true(capture.fps == 100);
}

static void test_fails_when_asked(void **state)
{
    (void)state;
    assert_int_equal(run("sim:?size=64x48&fps=1000&fail_after=3"), ERR_IO);
    assert_int_equal(capture.started, 1);
    assert_in_range(capture.delivered + capture.lost, 3, 1000);
    assert_non_null(strstr(why.text, "after 3 frames"));
}

static void on_stop(struct capture *c, const struct frame *f)
{
    (void)f;
    fake_capture_stop(c);
}

static void test_hangs_until_stopped(void **state)
{
    (void)state;
    capture.on_frame = on_stop;
    fake_capture_stop(&capture);
    assert_int_equal(run("sim:?hang=1"), 0);
    assert_int_equal(capture.delivered, 0);
}

static void test_open_delay(void **state)
{
    (void)state;
    capture.stop_after = 1;
    int64_t before = clock_mono_ns(&system_clock);
    assert_int_equal(run("sim:?size=64x48&open_delay=30"), 0);
    assert_true(capture.frames[0]->exposed_mono_ns - before >= 30 * NS_PER_MS);
}

static void test_identity(void **state)
{
    (void)state;
    assert_int_equal(sim_backend.identify("sim:", &identity, &why), 0);
    assert_string_equal(identity.id, "sim");
    assert_string_equal(identity.uri, "sim:");
    assert_true(identity.simulated);
    assert_int_equal(sim_backend.identify("sim:?id=left.door-2_b&seed=9", &identity, &why), 0);
    assert_string_equal(identity.id, "left.door-2_b");
    assert_string_equal(identity.serial, "9");
}

static void test_wrong_uris_say_what_is_right(void **state)
{
    static const struct {
        const char *uri, *text;
    } cases[] = {
        {"sim:?colour=red",
         "size, fps, seed, format, speed, scene, percent, period, id, open_delay, fail_after, hang"},
        {"sim:?scene=movie", "bars, still, square, noise, drift or cut"},
        {"sim:?percent=101", "0 to 100"},
        {"sim:?period=0", "1 to 4294967295 frames"},
        {"sim:?size=640", "WIDTHxHEIGHT"},
        {"sim:?size=0x480", "WIDTHxHEIGHT"},
        {"sim:?size=640x99999", "WIDTHxHEIGHT"},
        {"sim:?fps=0", "0.01 to 1000"},
        {"sim:?fps=nan", "0.01 to 1000"},
        {"sim:?fps=1e9", "0.01 to 1000"},
        {"sim:?fps", "0.01 to 1000"},
        {"sim:?format=JPEG2000", "RGB8"},
        {"sim:?seed=-1", "4294967296"},
        {"sim:?id=a/b", "A-Z"},
        {"sim:?id=", "A-Z"},
        {"sim:640x480", "sim:?size="},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(sim_backend.identify(cases[i].uri, &identity, &why), ERR_INVALID);
        if (!strstr(why.text, cases[i].text))
            fail_msg("%s: %s", cases[i].uri, why.text);
        assert_string_equal(identity.id, "");
    }
}

static void test_probe(void **state)
{
    static struct camera_probe probe;
    (void)state;
    assert_int_equal(sim_backend.identify("sim:?size=320x240&fps=12.5&format=NV12", &identity, &why), 0);
    assert_int_equal(sim_backend.probe(&identity, &probe, &why), 0);
    assert_int_equal(probe.mode_count, 1);
    assert_int_equal(probe.modes[0].format, PIXEL_NV12);
    assert_int_equal(probe.modes[0].width, 320);
    assert_int_equal(probe.modes[0].height, 240);
    assert_true(probe.modes[0].max_fps == 12.5);
    assert_int_equal(probe.state, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_picture_is_the_documented_function),
        CASE(test_any_size),
        CASE(test_bgr24),
        CASE(test_grey),
        CASE(test_yuyv),
        CASE(test_uyvy),
        CASE(test_nv12),
        CASE(test_yu12),
        CASE(test_mjpeg),
        CASE(test_the_rate_does_not_drift),
        CASE(test_unwanted_frames_are_not_drawn),
        CASE(test_the_uri_wins_over_the_wish),
        CASE(test_the_wish_wins_over_the_default),
        CASE(test_fails_when_asked),
        CASE(test_hangs_until_stopped),
        CASE(test_open_delay),
        CASE(test_identity),
        CASE(test_wrong_uris_say_what_is_right),
        CASE(test_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
