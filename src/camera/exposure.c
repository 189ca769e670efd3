/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/exposure.h"

#include "base/clock.h"

void exposure_start(struct exposure_beat *b, double fps)
{
    int64_t now = clock_mono_ns(&system_clock);
    *b = (struct exposure_beat){.due_ns = now, .start_ns = now, .interval_ns = NS_PER_S / fps};
}

uint64_t exposure_next(struct exposure_beat *b)
{
    uint64_t passed = (uint64_t)((double)(clock_mono_ns(&system_clock) - b->start_ns) / b->interval_ns);
    uint64_t next = b->count + 1;
    b->count = passed > next ? passed : next;
    b->due_ns = b->start_ns + (int64_t)((double)b->count * b->interval_ns);
    return b->count - next;
}

void exposure_stamp(struct frame *f, int64_t mono_ns)
{
    f->exposed_mono_ns = mono_ns;
    f->exposed_utc_ns = clock_utc_ns(&system_clock) - (clock_mono_ns(&system_clock) - mono_ns);
}
