/* SPDX-License-Identifier: Apache-2.0
 * A clock whose hands the test turns.
 *
 *     struct fake_clock time = fake_clock(1000);
 *     timers_init(&queue, &time.clock);
 *     time.mono += 5 * NS_PER_S;
 */
#ifndef UACAM_TEST_FAKE_CLOCK_H
#define UACAM_TEST_FAKE_CLOCK_H

#include "base/clock.h"
#include "base/compiler.h"

struct fake_clock {
    struct clock clock;
    int64_t mono; /* ns */
    int64_t utc;  /* ns since 1970 */
};

static inline int64_t fake_clock_mono(const struct clock *c)
{
    return container_of(c, struct fake_clock, clock)->mono;
}

static inline int64_t fake_clock_utc(const struct clock *c)
{
    return container_of(c, struct fake_clock, clock)->utc;
}

/* Stands at `mono` ns, on 2024-01-01. */
static inline struct fake_clock fake_clock(int64_t mono)
{
    return (struct fake_clock){{fake_clock_mono, fake_clock_utc}, mono, 1704067200 * NS_PER_S};
}

#endif
