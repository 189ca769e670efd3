/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <time.h>

static int64_t read_ns(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int64_t system_mono_ns(const struct clock *c)
{
    (void)c;
    return read_ns(CLOCK_MONOTONIC);
}

static int64_t system_utc_ns(const struct clock *c)
{
    (void)c;
    return read_ns(CLOCK_REALTIME);
}

const struct clock system_clock = {.mono_ns = system_mono_ns, .utc_ns = system_utc_ns};

int64_t clock_mono_ns(const struct clock *c)
{
    return c->mono_ns(c);
}

int64_t clock_utc_ns(const struct clock *c)
{
    return c->utc_ns(c);
}
