/* SPDX-License-Identifier: Apache-2.0
 * Buffers for whole encrypted chunks, kept for the next message: channels of one loop share a pool. Loop
 * thread only. */
#ifndef UACAM_CHANNEL_CHUNK_POOL_H
#define UACAM_CHANNEL_CHUNK_POOL_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

struct chunk_pool {
    size_t size; /* of each buffer */
    size_t max_kept;
    size_t max_ample; /* buffers that may be out before it is short; may be set after init */
    size_t kept_count;
    size_t out_count;
    void *kept; /* the first; each begins with a pointer to the next */
};

/* `size` is at least a pointer's; at most `max_kept` buffers are kept that nobody uses. Never short. */
void chunk_pool_init(struct chunk_pool *pool, size_t size, size_t max_kept);

/* Every buffer has been given back. */
void chunk_pool_clear(struct chunk_pool *pool);

/* Given until chunk_pool_give(); NULL without memory. */
must_check uint8_t *chunk_pool_take(struct chunk_pool *pool);
void chunk_pool_give(struct chunk_pool *pool, uint8_t *buffer);

/* So much is out that nobody should take more than it needs to go on at all. */
bool chunk_pool_is_short(const struct chunk_pool *pool);

#endif
