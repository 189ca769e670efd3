/* SPDX-License-Identifier: Apache-2.0 */
#include "base/scraps.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

/* Each size is twice the one before; what is larger than the last has none. */
enum { SMALLEST = 64, SIZES = 11, NO_SIZE = SIZES };

static_assert(SMALLEST << (SIZES - 1) == SCRAPS_LARGEST, "sizes and the largest scrap fit each other");

/* Stands before the bytes that are given. */
struct scrap {
    alignas(max_align_t) struct scrap *next; /* while it is kept */
    unsigned size;
};

struct pile {
    struct scrap *first;
    size_t bytes;
};

static _Thread_local struct pile piles[SIZES];

static unsigned size_for(size_t bytes)
{
    unsigned size = 0;
    while (size < SIZES && bytes > (size_t)SMALLEST << size)
        size++;
    return size;
}

static struct scrap *take_kept(unsigned size)
{
    struct scrap *s = piles[size].first;
    if (s) {
        piles[size].first = s->next;
        piles[size].bytes -= (size_t)SMALLEST << size;
    }
    return s;
}

void *scraps_take(size_t size)
{
    unsigned n = size_for(size);
    struct scrap *s = n < SIZES ? take_kept(n) : NULL;
    if (!s) {
        size_t bytes = n < SIZES ? (size_t)SMALLEST << n : size;
        s = bytes <= SIZE_MAX - sizeof *s ? malloc(sizeof *s + bytes) : NULL;
    }
    if (!s)
        return NULL;
    s->size = n;
    return s + 1;
}

void scraps_give(void *start)
{
    if (!start)
        return;
    struct scrap *s = (struct scrap *)start - 1;
    size_t bytes = (size_t)SMALLEST << s->size;
    if (s->size == NO_SIZE || piles[s->size].bytes > SCRAPS_MAX_KEPT_BYTES - bytes) {
        free(s);
        return;
    }
    s->next = piles[s->size].first;
    piles[s->size].first = s;
    piles[s->size].bytes += bytes;
}

void scraps_trim(void)
{
    struct scrap *s;
    for (unsigned size = 0; size < SIZES; size++)
        while ((s = take_kept(size)))
            free(s);
}

size_t scraps_kept(void)
{
    size_t bytes = 0;
    for (unsigned size = 0; size < SIZES; size++)
        bytes += piles[size].bytes;
    return bytes;
}
