/* SPDX-License-Identifier: Apache-2.0
 * Chunks signed and encrypted by libipsec-mb and nothing else: the least that its lanes can cost. */
#ifndef UACAM_BENCH_BARE_LANES_H
#define UACAM_BENCH_BARE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BARE_LANES_JOBS = 32, BARE_LANES_TAG = 32, BARE_LANES_MOST_BYTES = 65535 - BARE_LANES_TAG };

struct bare_lanes;

/* NULL: not in this build, or not for this processor. */
struct bare_lanes *bare_lanes_new(void);
void bare_lanes_free(struct bare_lanes *l);

/* HMAC-SHA256 and AES-256-CBC of BARE_LANES_JOBS stretches of `size` bytes, from `in` to `out`, each with its
 * signature behind it; `size` is a multiple of 16. False: the library refused. */
bool bare_lanes_seal(struct bare_lanes *l, const uint8_t *in, uint8_t *out, size_t size);

#endif
