/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/frame_rate.h"

#include "base/clock.h"
#include "support/unit.h"

static double after_frames(struct frame_rate *r, int64_t from_ms, int64_t step_ms, int count)
{
    double rate = 0;
    for (int i = 0; i < count; i++)
        rate = frame_rate_note(r, (from_ms + i * step_ms) * NS_PER_MS);
    return rate;
}

static void test_rates(void **state)
{
    (void)state;
    struct frame_rate r = {0};
    assert_true(after_frames(&r, 0, 1000, 1) == 0);
    assert_true(after_frames(&r, 1000, 1000, 9) == 1);
    assert_true(after_frames(&r, 10000, 10, 1000) == 100);
    /* After a rest the past does not count. */
    assert_true(after_frames(&r, 100000, 40, 1) == 0);
    assert_true(after_frames(&r, 100040, 40, 200) == 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
