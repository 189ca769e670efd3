/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum {
    PAGE = 4096,
    HEADER = 64, /* keeps what follows aligned for vectors */
    STEPS = 8,   /* sizes between one power of two and the next, so that pieces fit each other's places */
};

/* Stands before the bytes that are given. */
struct piece {
    size_t size; /* of all of it */
};

static struct {
    pthread_mutex_t lock;
    struct piece *kept[PAGES_MAX_KEPT]; /* the longest kept first */
    size_t count, bytes;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The size of a piece with room for `size` bytes; 0 when there can be none. */
static size_t piece_size(size_t size)
{
    if (size > SIZE_MAX / 2)
        return 0;
    size_t need = size + HEADER, power = PAGE;
    while (power <= need / 2)
        power *= 2;
    size_t step = power / STEPS > PAGE ? power / STEPS : PAGE;
    return (need + step - 1) / step * step;
}

/* The lock is held. */
static struct piece *remove_kept(size_t place)
{
    struct piece *p = pool.kept[place];
    memmove(&pool.kept[place], &pool.kept[place + 1], (--pool.count - place) * sizeof(struct piece *));
    pool.bytes -= p->size;
    return p;
}

/* The lock is held. The smallest that is large enough, without wasting a quarter of a larger one; the newest
 * of those, whose bytes may still be in a cache. */
static struct piece *find_kept(size_t size)
{
    size_t best = pool.count;
    for (size_t i = pool.count; i-- > 0;) {
        size_t has = pool.kept[i]->size;
        if (has >= size && has - has / 4 <= size && (best == pool.count || has < pool.kept[best]->size))
            best = i;
    }
    return best < pool.count ? remove_kept(best) : NULL;
}

static struct piece *map_piece(size_t size)
{
    struct piece *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    p->size = size;
    return p;
}

void *pages_take(size_t size)
{
    size_t whole = piece_size(size);
    if (whole == 0)
        return NULL;
    pthread_mutex_lock(&pool.lock);
    struct piece *p = find_kept(whole);
    pthread_mutex_unlock(&pool.lock);
    if (!p)
        p = map_piece(whole);
    return p ? (uint8_t *)p + HEADER : NULL;
}

static void unmap(struct piece *p)
{
    munmap(p, p->size);
}

static bool has_room(size_t size)
{
    return pool.count < PAGES_MAX_KEPT && size <= PAGES_MAX_KEPT_BYTES - pool.bytes;
}

void pages_give(void *start)
{
    if (!start)
        return;
    struct piece *p = (struct piece *)((uint8_t *)start - HEADER);
    pthread_mutex_lock(&pool.lock);
    while (pool.count > 0 && !has_room(p->size))
        unmap(remove_kept(0));
    bool keeps = has_room(p->size);
    if (keeps) {
        pool.kept[pool.count++] = p;
        pool.bytes += p->size;
    }
    pthread_mutex_unlock(&pool.lock);
    if (!keeps)
        unmap(p);
}

void pages_trim(void)
{
    pthread_mutex_lock(&pool.lock);
    while (pool.count > 0)
        unmap(remove_kept(pool.count - 1));
    pthread_mutex_unlock(&pool.lock);
}

size_t pages_kept(void)
{
    pthread_mutex_lock(&pool.lock);
    size_t bytes = pool.bytes;
    pthread_mutex_unlock(&pool.lock);
    return bytes;
}
