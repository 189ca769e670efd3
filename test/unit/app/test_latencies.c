/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bench/latencies.h"

#include "base/clock.h"
#include "support/unit.h"

static struct latencies l;

static int set_up(void **state)
{
    (void)state;
    l = (struct latencies){0};
    return 0;
}

static void nothing_yet(void **state)
{
    (void)state;
    assert_int_equal(latencies_percentile(&l, 50), 0);
    assert_int_equal(latencies_percentile(&l, 100), 0);
}

static void small_ones_are_exact(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 100; n++)
        latencies_add(&l, n <= 60 ? n : 60);
    assert_int_equal(latencies_percentile(&l, 0), 1);
    assert_int_equal(latencies_percentile(&l, 1), 1);
    assert_int_equal(latencies_percentile(&l, 50), 50);
    assert_int_equal(latencies_percentile(&l, 60), 60);
    assert_int_equal(latencies_percentile(&l, 100), 60);
}

/* Whatever the size, a percentile is never below the true one, and at most one part in 64 above it. */
static void close_at_every_size(void **state)
{
    (void)state;
    for (int64_t unit = 1; unit < 1000 * NS_PER_S / 100; unit *= 7) {
        l = (struct latencies){0};
        for (int64_t n = 1; n <= 100; n++)
            latencies_add(&l, n * unit);
        for (int64_t p = 1; p < 100; p++) {
            int64_t found = latencies_percentile(&l, (double)p);
            assert_true(found >= p * unit);
            assert_true(found <= p * unit + p * unit / 64);
        }
        assert_int_equal(latencies_percentile(&l, 0), unit);
        assert_int_equal(latencies_percentile(&l, 100), 100 * unit);
    }
}

static void absurd_ones_are_bounded(void **state)
{
    (void)state;
    latencies_add(&l, -5);
    latencies_add(&l, INT64_MAX);
    assert_int_equal(latencies_percentile(&l, 0), 0);
    assert_int_equal(latencies_percentile(&l, 100), 3600 * NS_PER_S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_yet, set_up),
        cmocka_unit_test_setup(small_ones_are_exact, set_up),
        cmocka_unit_test_setup(close_at_every_size, set_up),
        cmocka_unit_test_setup(absurd_ones_are_bounded, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
