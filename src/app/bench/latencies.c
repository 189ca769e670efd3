/* SPDX-License-Identifier: Apache-2.0 */
#include "app/bench/latencies.h"

#include "base/clock.h"

#define LONGEST_NS (3600 * NS_PER_S)

/* The octave of n: [64, 128) is the first one with full steps, everything below is exact. */
static unsigned octave_of(uint64_t n)
{
    unsigned octave = 0;
    while (n >> octave >= 2 * LATENCIES_STEPS)
        octave++;
    return n < LATENCIES_STEPS ? 0 : octave + 1;
}

static int64_t upper_end(unsigned octave, unsigned step)
{
    if (octave == 0)
        return step;
    return ((int64_t)(LATENCIES_STEPS + step + 1) << (octave - 1)) - 1;
}

void latencies_add(struct latencies *l, int64_t ns)
{
    int64_t n = ns < 0 ? 0 : ns > LONGEST_NS ? LONGEST_NS : ns;
    unsigned octave = octave_of((uint64_t)n);
    unsigned step = (unsigned)(octave ? n >> (octave - 1) : n) % LATENCIES_STEPS;
    l->counts[octave][step]++;
    if (l->count == 0 || n < l->least_ns)
        l->least_ns = n;
    if (n > l->most_ns)
        l->most_ns = n;
    l->count++;
}

int64_t latencies_percentile(const struct latencies *l, double percent)
{
    if (l->count == 0 || percent <= 0)
        return l->least_ns;
    double wanted = percent / 100 * (double)l->count;
    uint64_t seen = 0;
    for (unsigned octave = 0; octave < LATENCIES_OCTAVES; octave++)
        for (unsigned step = 0; step < LATENCIES_STEPS; step++) {
            seen += l->counts[octave][step];
            if ((double)seen < wanted - 1e-6 || l->counts[octave][step] == 0)
                continue;
            int64_t end = upper_end(octave, step);
            return percent >= 100 || end > l->most_ns ? l->most_ns : end;
        }
    return l->most_ns;
}
