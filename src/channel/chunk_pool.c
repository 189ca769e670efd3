/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/chunk_pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void chunk_pool_init(struct chunk_pool *pool, size_t size, size_t max_kept)
{
    assert(size >= sizeof pool->kept);
    *pool = (struct chunk_pool){.size = size, .max_kept = max_kept, .max_ample = SIZE_MAX};
}

static uint8_t *take_kept(struct chunk_pool *pool)
{
    uint8_t *buffer = pool->kept;
    memcpy(&pool->kept, buffer, sizeof pool->kept);
    pool->kept_count--;
    return buffer;
}

void chunk_pool_clear(struct chunk_pool *pool)
{
    while (pool->kept)
        free(take_kept(pool));
}

uint8_t *chunk_pool_take(struct chunk_pool *pool)
{
    uint8_t *buffer = pool->kept ? take_kept(pool) : malloc(pool->size);
    pool->out_count += buffer != NULL;
    return buffer;
}

void chunk_pool_give(struct chunk_pool *pool, uint8_t *buffer)
{
    pool->out_count--;
    if (pool->kept_count == pool->max_kept) {
        free(buffer);
        return;
    }
    memcpy(buffer, &pool->kept, sizeof pool->kept);
    pool->kept = buffer;
    pool->kept_count++;
}

bool chunk_pool_is_short(const struct chunk_pool *pool)
{
    return pool->out_count >= pool->max_ample;
}
