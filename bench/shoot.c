/* SPDX-License-Identifier: Apache-2.0
 * How long a new picture takes: Reads with maxAge 0, one after the other.
 *
 *     bench_shoot PORT NODE COUNT INTERVAL_MS
 *
 * Pauses between them are spread over the camera's frame interval, since back to back every Read would begin
 * just after an exposure. Prints the median and the 99th percentile in ms. */
#include "link.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const double GOLDEN = 0.6180339887498949; /* its multiples fill 0..1 evenly */

static void pause_for(double ms)
{
    int64_t ns = (int64_t)(ms * (double)NS_PER_MS);
    nanosleep(&(struct timespec){.tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S}, NULL);
}

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static int shoot(struct link *l, const struct ua_nodeid *node, double interval_ms, size_t count, double *ms,
                 struct err_text *why)
{
    const struct ua_data_value *value;
    double share = 0;
    int rc = link_read(l, node, 0, &value, why); /* opens the camera */
    for (size_t i = 0; i < count && !rc; i++) {
        share += share + GOLDEN < 1 ? GOLDEN : GOLDEN - 1;
        pause_for(share * interval_ms);
        int64_t begun = clock_mono_ns(&system_clock);
        rc = link_read(l, node, 0, &value, why);
        ms[i] = (double)(clock_mono_ns(&system_clock) - begun) / (double)NS_PER_MS;
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct link l = {.fd = -1};
    struct arena arena;
    struct ua_nodeid node;
    struct err_text why = {"no memory, or no NodeId"};
    size_t count = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
    if (count == 0) {
        fputs("bench_shoot is used by bench/run\n", stderr);
        return 2;
    }
    double *ms = calloc(count, sizeof *ms);
    arena_init(&arena, 4096);
    int rc = ms && ua_nodeid_parse(slice_of(argv[2]), &arena, &node) ? 0 : ERR_INVALID;
    if (!rc) {
        rc = link_open(&l, (uint16_t)atoi(argv[1]), &why);
        if (!rc)
            rc = shoot(&l, &node, strtod(argv[4], NULL), count, ms, &why);
        link_close(&l);
    }
    if (!rc) {
        qsort(ms, count, sizeof *ms, compare);
        printf("%.3f %.3f\n", ms[(count - 1) / 2], ms[(count - 1) * 99 / 100]);
    } else {
        fprintf(stderr, "bench_shoot: %s\n", why.text);
    }
    arena_clear(&arena);
    free(ms);
    return rc ? 1 : 0;
}
