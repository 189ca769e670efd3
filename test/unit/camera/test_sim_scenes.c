/* SPDX-License-Identifier: Apache-2.0
 * The scenes of the simulated camera change as docs/simulated-camera.md says, and not otherwise. */
#include "image/luma.h"
#include "support/fake_capture.h"
#include "support/unit.h"

#include <stdlib.h>

enum { THRESHOLD = 30 };

static struct capture capture;

static int set_up(void **state)
{
    (void)state;
    fake_capture_init(&capture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_capture_clear(&capture);
    return 0;
}

/* The frames of numbers `first` and on. */
static void film(const char *uri, uint64_t first, uint64_t count)
{
    struct camera_identity identity;
    struct err_text why;
    fake_capture_clear(&capture);
    fake_capture_init(&capture);
    capture.first_number = first;
    capture.stop_after = count;
    assert_int_equal(sim_backend.identify(uri, &identity, &why), 0);
    assert_int_equal(sim_backend.run(&capture, &identity, &why), 0);
    assert_int_equal(capture.delivered, count);
}

static double change(size_t a, size_t b, uint8_t threshold)
{
    struct luma *of_a, *of_b;
    assert_int_equal(luma_of_frame(capture.frames[a], &of_a, NULL), 0);
    assert_int_equal(luma_of_frame(capture.frames[b], &of_b, NULL), 0);
    double percent = luma_change(of_a, of_b, threshold);
    luma_unref(of_a);
    luma_unref(of_b);
    return percent;
}

/* The red sample, which in grey scenes is the level. */
static unsigned level(size_t frame, uint32_t x, uint32_t y)
{
    const struct plane *p = &capture.frames[frame]->planes[0];
    return p->data[y * p->stride + 3 * (size_t)x];
}

static void check_levels(size_t frame, unsigned (*expected)(uint64_t n, uint32_t x, uint32_t y))
{
    const struct frame *f = capture.frames[frame];
    for (uint32_t y = 0; y < f->height; y++)
        for (uint32_t x = 0; x < f->width; x++) {
            const uint8_t *p = f->planes[0].data + y * f->planes[0].stride + 3 * (size_t)x;
            assert_true(p[0] == p[1] && p[1] == p[2]);
            assert_int_equal(p[0], expected(f->number, x, y));
        }
}

static void test_still_shows_the_same_for_ever(void **state)
{
    (void)state;
    film("sim:?scene=still&fps=1000", 1, 3);
    assert_true(change(0, 2, 0) == 0);
    struct frame *first = frame_ref(capture.frames[0]);
    film("sim:?scene=still&fps=1000", 123456, 1);
    assert_memory_equal(first->bytes.data, capture.frames[0]->bytes.data, first->bytes.len);
    frame_unref(first);
    /* Not the number's black box, but the bars and the square. */
    assert_int_equal(level(0, 120, 40), 192);
    assert_int_equal(level(0, 17 + 40, 29 + 40), 255);
}

/* size 40x10, 10 %: 20 of 400 pixels are white, at 20 places. */
static unsigned square_level(uint64_t n, uint32_t x, uint32_t y)
{
    return (y * 40 + x) / 20 == n % 20 ? 255 : 0;
}

static void test_square_changes_just_so_many_pixels(void **state)
{
    static const struct {
        const char *uri;
        double percent;
    } cases[] = {
        {"sim:?scene=square&fps=1000", 10},
        {"sim:?scene=square&fps=1000&percent=0.5", 0.5},
        {"sim:?scene=square&fps=1000&percent=7", 7},
        {"sim:?scene=square&fps=1000&percent=60&format=Mono8", 60},
        {"sim:?scene=square&fps=1000&percent=100&format=YUYV", 100},
        {"sim:?scene=square&fps=1000&percent=0", 0},
        {"sim:?scene=square&fps=1000&size=3x3&percent=100", 800.0 / 9},
        {"sim:?scene=square&fps=1000&size=1x1&percent=100", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        film(cases[i].uri, 1, 20);
        for (size_t k = 1; k < 20; k++)
            assert_true(change(k - 1, k, THRESHOLD) == cases[i].percent);
    }
    film("sim:?scene=square&fps=1000&size=40x10", 18, 4);
    for (size_t k = 0; k < 4; k++)
        check_levels(k, square_level);
}

static uint32_t scrambled(uint32_t h)
{
    h = (h ^ (h >> 16)) * UINT32_C(2654435769);
    return (h ^ (h >> 16)) * UINT32_C(2654435769);
}

static unsigned noise_level(uint64_t n, uint32_t x, uint32_t y)
{
    uint32_t h = scrambled(scrambled((uint32_t)n + scrambled(7)) + y * 64 + x);
    return 113 + h / 65536 * 31 / 65536;
}

static void test_noise_stays_below_the_threshold(void **state)
{
    (void)state;
    film("sim:?scene=noise&fps=1000&size=64x48&seed=7", 1, 30);
    check_levels(0, noise_level);
    check_levels(29, noise_level);
    for (size_t i = 1; i < 30; i++) {
        assert_true(change(0, i, THRESHOLD) == 0);
        /* Of 31 levels, two independent ones differ by more than 9 in 48 % of the cases. */
        double percent = change(i - 1, i, 9);
        assert_true(percent > 43 && percent < 53);
    }
}

static unsigned drift_level(uint64_t n, uint32_t x, uint32_t y)
{
    (void)x;
    (void)y;
    return n % 256;
}

static void test_drift_passes_the_threshold_after_31_frames(void **state)
{
    (void)state;
    film("sim:?scene=drift&fps=1000&size=64x48", 1, 33);
    check_levels(0, drift_level);
    assert_true(change(0, 30, THRESHOLD) == 0);
    assert_true(change(0, 31, THRESHOLD) == 100);
    film("sim:?scene=drift&fps=1000&size=64x48", 255, 2);
    check_levels(0, drift_level);
    check_levels(1, drift_level);
}

static void test_cut_changes_all_at_once(void **state)
{
    (void)state;
    film("sim:?scene=cut&period=4&fps=1000&size=64x48", 1, 9);
    for (size_t i = 1; i < 9; i++)
        assert_true(change(i - 1, i, THRESHOLD) == ((i + 1) % 4 == 0 ? 100 : 0));
    assert_int_equal(level(0, 0, 0), 64);
    assert_int_equal(level(3, 63, 47), 192);
    assert_int_equal(level(7, 63, 47), 64);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_still_shows_the_same_for_ever),   CASE(test_square_changes_just_so_many_pixels),
        CASE(test_noise_stays_below_the_threshold), CASE(test_drift_passes_the_threshold_after_31_frames),
        CASE(test_cut_changes_all_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
