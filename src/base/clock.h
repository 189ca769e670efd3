/* SPDX-License-Identifier: Apache-2.0
 * Time, in nanoseconds: a monotonic one for waiting, UTC for telling. Any thread.
 *
 * Floors that wait take a `struct clock *`, so that tests can turn its hands. */
#ifndef UACAM_BASE_CLOCK_H
#define UACAM_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL

struct clock {
    int64_t (*mono_ns)(const struct clock *c);
    int64_t (*utc_ns)(const struct clock *c); /* since 1970 */
};

/* The machine's own clock. */
extern const struct clock system_clock;

int64_t clock_mono_ns(const struct clock *c);
int64_t clock_utc_ns(const struct clock *c);

#endif
