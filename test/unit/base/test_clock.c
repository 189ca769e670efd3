/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/clock.h"

#include <time.h>

static void monotonic_time_never_goes_back(void **state)
{
    (void)state;
    int64_t before = clock_mono_ns(&system_clock);
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_mono_ns(&system_clock);
        assert_true(now >= before);
        before = now;
    }
}

static void utc_is_the_time_of_day(void **state)
{
    (void)state;
    int64_t seconds = clock_utc_ns(&system_clock) / NS_PER_S;
    int64_t expected = time(NULL);
    assert_true(seconds >= expected - 2 && seconds <= expected + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_time_never_goes_back),
        cmocka_unit_test(utc_is_the_time_of_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
