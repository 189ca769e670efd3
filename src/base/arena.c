/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 4096 };

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    alignas(max_align_t) uint8_t bytes[];
};

void arena_init(struct arena *a, size_t max)
{
    *a = (struct arena){.max = max};
}

void arena_clear(struct arena *a)
{
    while (a->blocks) {
        struct arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    a->used = 0;
}

void arena_reset(struct arena *a)
{
    struct arena_block *kept = a->blocks;
    if (!kept || kept->size > BLOCK_SIZE) {
        arena_clear(a);
        return;
    }
    a->blocks = kept->next;
    arena_clear(a);
    kept->next = NULL;
    kept->used = 0;
    a->blocks = kept;
}

static struct arena_block *block_with_room(struct arena *a, size_t n)
{
    struct arena_block *b = a->blocks;
    if (b && n <= b->size - b->used)
        return b;
    size_t size = n > BLOCK_SIZE ? n : BLOCK_SIZE;
    if (size > SIZE_MAX - sizeof *b)
        return NULL;
    b = malloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->next = a->blocks;
    b->used = 0;
    b->size = size;
    a->blocks = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    size_t room = a->max - a->used;
    if (size && count > room / size)
        return NULL;
    size_t n = count * size;
    size_t padding = -n % alignof(max_align_t);
    if (padding > room - n)
        return NULL;
    n += padding;
    struct arena_block *b = block_with_room(a, n);
    if (!b)
        return NULL;
    void *out = b->bytes + b->used;
    b->used += n;
    a->used += n;
    memset(out, 0, n);
    return out;
}

bool arena_copy(struct arena *a, struct slice in, struct slice *out)
{
    *out = (struct slice){0};
    if (!in.data)
        return true;
    uint8_t *data = arena_alloc(a, in.len, 1);
    if (!data)
        return false;
    if (in.len)
        memcpy(data, in.data, in.len);
    *out = (struct slice){data, in.len};
    return true;
}

struct slice arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    struct slice out = {0};
    int n = vsnprintf(NULL, 0, fmt, args);
    char *text = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1, 1);
    if (text) {
        vsnprintf(text, (size_t)n + 1, fmt, again);
        out = (struct slice){(uint8_t *)text, (size_t)n};
    }
    va_end(again);
    va_end(args);
    return out;
}
