/* SPDX-License-Identifier: Apache-2.0
 * Exposures from the stamps of a stream and the times of arrival. */
#include "base/clock.h"
#include "camera/ip/module/stream_clock.h"
#include "support/unit.h"

#define FRAME_NS (40 * NS_PER_MS)
#define AHEAD_NS (1000 * NS_PER_S) /* our clock against the stream's */

static struct stream_clock s;

static int64_t exposed(int64_t stamp_ns, int64_t late_ns)
{
    return stream_clock_exposed(&s, stamp_ns, stamp_ns + AHEAD_NS + late_ns);
}

static void test_jitter_is_taken_out(void **state)
{
    (void)state;
    s = (struct stream_clock){0};
    int64_t before = exposed(0, 0);
    assert_int_equal(before, AHEAD_NS);
    for (int i = 1; i < 200; i++) {
        int64_t now = exposed(i * FRAME_NS, i * 7919 % 30 * NS_PER_MS);
        assert_true(now - before > FRAME_NS * 97 / 100 && now - before < FRAME_NS * 103 / 100);
        assert_true(now <= i * FRAME_NS + AHEAD_NS + i * 7919 % 30 * NS_PER_MS);
        before = now;
    }
}

static void test_a_quicker_frame_sets_the_clock(void **state)
{
    (void)state;
    s = (struct stream_clock){0};
    exposed(0, 500 * NS_PER_MS);
    assert_int_equal(exposed(20 * FRAME_NS, 0), 20 * FRAME_NS + AHEAD_NS);
    assert_true(exposed(21 * FRAME_NS, 300 * NS_PER_MS) < 21 * FRAME_NS + AHEAD_NS + NS_PER_MS);
}

static void test_what_waited_in_a_buffer_is_old(void **state)
{
    (void)state;
    s = (struct stream_clock){0};
    for (int i = 0; i < 10; i++)
        exposed(i * FRAME_NS, 0);
    /* Two seconds of frames come at once. */
    for (int i = 10; i < 60; i++)
        assert_true(exposed(i * FRAME_NS, (60 - i) * FRAME_NS) < i * FRAME_NS + AHEAD_NS + 60 * NS_PER_MS);
}

static void test_a_clock_that_is_put_back_or_stands_still(void **state)
{
    (void)state;
    s = (struct stream_clock){0};
    exposed(100 * NS_PER_S, 0);
    int64_t told = exposed(NS_PER_S, 100 * NS_PER_S); /* came later, stamped earlier */
    assert_int_equal(told, 101 * NS_PER_S + AHEAD_NS);
    told = 0;
    for (int i = 1; i < 100; i++) /* from now on 60 s too late */
        told = exposed(NS_PER_S + i * FRAME_NS, 160 * NS_PER_S);
    assert_true(told > NS_PER_S + 99 * FRAME_NS + AHEAD_NS + 159 * NS_PER_S);
}

static void test_times_only_grow(void **state)
{
    (void)state;
    s = (struct stream_clock){0};
    int64_t before = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t now = stream_clock_exposed(&s, i * 7919 % 101 * FRAME_NS, AHEAD_NS + i * NS_PER_MS);
        assert_true(now > before);
        assert_true(now <= AHEAD_NS + i * NS_PER_MS);
        before = now;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jitter_is_taken_out),
        cmocka_unit_test(test_a_quicker_frame_sets_the_clock),
        cmocka_unit_test(test_what_waited_in_a_buffer_is_old),
        cmocka_unit_test(test_a_clock_that_is_put_back_or_stands_still),
        cmocka_unit_test(test_times_only_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
