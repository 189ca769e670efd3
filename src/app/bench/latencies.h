/* SPDX-License-Identifier: Apache-2.0
 * How long things took: any number of durations in little memory, each kept to one part in 128. One thread.
 */
#ifndef UACAM_APP_BENCH_LATENCIES_H
#define UACAM_APP_BENCH_LATENCIES_H

#include "base/compiler.h"

#include <stdint.h>

enum { LATENCIES_STEPS = 64, LATENCIES_OCTAVES = 42 };

/* Zero it to begin. */
struct latencies {
    uint64_t counts[LATENCIES_OCTAVES][LATENCIES_STEPS];
    uint64_t count;
    int64_t least_ns, most_ns;
};

/* Durations below zero count as zero, longer ones than an hour as an hour. */
void latencies_add(struct latencies *l, int64_t ns);

/* The duration that so many percent of all did not exceed; 0 when there are none. 0 and 100 are exact. */
int64_t latencies_percentile(const struct latencies *l, double percent);

#endif
