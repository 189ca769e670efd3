/* SPDX-License-Identifier: Apache-2.0
 * Clients that ask a server for a picture as fast as it gives it, or subscribe to it, for some seconds.
 *
 *     every client connects, finds the picture -> all at once begin -> the time is over -> all leave
 */
#ifndef UACAM_APP_BENCH_MEASUREMENT_H
#define UACAM_APP_BENCH_MEASUREMENT_H

#include "app/bench/latencies.h"
#include "client/client.h"

enum { BENCH_MOST_CLIENTS = 1000, BENCH_MOST_PIPELINED = 100, BENCH_LONGEST_S = 3600 };

/* What is to be measured. Texts are borrowed until measure() returns. */
struct bench_plan {
    const char *url;
    const char *camera; /* NULL: the first */
    const struct client_security *security;
    int64_t clients;
    int64_t pipelined; /* reads that each client has under way */
    int64_t max_age_ms;
    bool subscribes; /* else it reads */
    int64_t interval_ms;
    int64_t seconds;
};

struct bench_result {
    uint64_t count; /* of pictures */
    uint64_t bytes;
    double seconds;
    uint64_t fewest, most; /* pictures that one client got */
    struct latencies
        latencies; /* of reads: from asking to having; of subscriptions: from the exposure to having */
    bool has_ages; /* subscriptions: the pictures came with their times */
};

/* Sleeps until it is over, or somebody presses Ctrl+C: that ends it early, well. ERR_* with the text for
 * people. */
must_check int measure(const struct bench_plan *plan, struct bench_result *out, struct err_text *why);

#endif
