/* SPDX-License-Identifier: Apache-2.0
 * Sessions that are there and ask for nothing. */
#ifndef UACAM_BENCH_HOLD_H
#define UACAM_BENCH_HOLD_H

#include "link.h"

/* Opens `count` sessions, over channels that `security` secures (NULL: over unsecured ones), holds them from
 * being ready until the line has come, and prints their number as the score (bench/contest.h). */
must_check int hold_links(size_t count, uint16_t port, const struct channel_security *security,
                          struct err_text *why);

#endif
