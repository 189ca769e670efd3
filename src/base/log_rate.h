/* SPDX-License-Identifier: Apache-2.0
 * A ceiling on lines that strangers can cause: so many in a second, then only how many more there were. One
 * thread. */
#ifndef UACAM_BASE_LOG_RATE_H
#define UACAM_BASE_LOG_RATE_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

/* Set `most`, zero the rest. */
struct log_rate {
    uint32_t most; /* lines in a second */
    int64_t second;
    uint32_t told;
    uint32_t untold;
};

/* May one more line be told now? Tells first, to the log, how many `what` ("refusals") of an earlier second
 * were not. */
must_check bool log_rate_has_room(struct log_rate *rate, int64_t now_ns, const char *floor, const char *what);

#endif
