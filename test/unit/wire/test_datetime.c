/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "wire/types.h"

#define TICKS_AT_1970 116444736000000000LL

static void nanoseconds_become_ticks(void **state)
{
    (void)state;
    assert_true(ua_datetime_of_utc_ns(0) == TICKS_AT_1970);
    assert_true(ua_datetime_of_utc_ns(1000000000) == TICKS_AT_1970 + 10000000);
    assert_true(ua_datetime_of_utc_ns(199) == TICKS_AT_1970 + 1);
    assert_true(ua_datetime_of_utc_ns(-1) == TICKS_AT_1970 - 1);
    assert_true(ua_datetime_of_utc_ns(-100) == TICKS_AT_1970 - 1);
}

static void ticks_become_nanoseconds(void **state)
{
    (void)state;
    assert_true(ua_datetime_to_utc_ns(TICKS_AT_1970) == 0);
    assert_true(ua_datetime_to_utc_ns(TICKS_AT_1970 + 7) == 700);
    assert_true(ua_datetime_to_utc_ns(TICKS_AT_1970 - 7) == -700);
}

static void times_out_of_range_are_clamped(void **state)
{
    (void)state;
    const int64_t ends[] = {0, INT64_MIN, INT64_MAX, 2650467743990000000 /* the end of 9999 */};
    assert_true(ua_datetime_to_utc_ns(ends[0]) == INT64_MIN);
    assert_true(ua_datetime_to_utc_ns(ends[1]) == INT64_MIN);
    assert_true(ua_datetime_to_utc_ns(ends[2]) == INT64_MAX);
    assert_true(ua_datetime_to_utc_ns(ends[3]) == INT64_MAX);
}

static void the_whole_range_of_utc_goes_both_ways(void **state)
{
    (void)state;
    const int64_t times[] = {INT64_MIN / 100 * 100, -100, 0, 1700000000123456700, INT64_MAX / 100 * 100};
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        assert_true(ua_datetime_to_utc_ns(ua_datetime_of_utc_ns(times[i])) == times[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nanoseconds_become_ticks),
        cmocka_unit_test(ticks_become_nanoseconds),
        cmocka_unit_test(times_out_of_range_are_clamped),
        cmocka_unit_test(the_whole_range_of_utc_goes_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
