/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/types.h"

/* 1601-01-01 to 1970-01-01. */
#define TICKS_TO_1970 116444736000000000LL
#define NS_PER_TICK   100

int64_t ua_datetime_of_utc_ns(int64_t utc_ns)
{
    int64_t ticks = utc_ns / NS_PER_TICK - (utc_ns % NS_PER_TICK < 0);
    return ticks + TICKS_TO_1970;
}

int64_t ua_datetime_to_utc_ns(int64_t datetime)
{
    if (datetime < INT64_MIN / NS_PER_TICK + TICKS_TO_1970)
        return INT64_MIN;
    if (datetime > INT64_MAX / NS_PER_TICK + TICKS_TO_1970)
        return INT64_MAX;
    return (datetime - TICKS_TO_1970) * NS_PER_TICK;
}
