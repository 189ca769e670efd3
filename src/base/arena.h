/* SPDX-License-Identifier: Apache-2.0
 * An arena: many small allocations that end together, under one ceiling.
 *
 * A request decodes into an arena; what it costs is bounded by the ceiling whatever the sender claims. Memory
 * comes zeroed, aligned for any type. One thread at a time. */
#ifndef UACAM_BASE_ARENA_H
#define UACAM_BASE_ARENA_H

#include "base/bytes.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used; /* bytes handed out */
    size_t max;  /* ceiling of `used` */
};

void arena_init(struct arena *a, size_t max);

/* Frees everything that came from it; it can be used again. */
void arena_clear(struct arena *a);

/* As arena_clear(), but keeps one block of ordinary size for the next use. */
void arena_reset(struct arena *a);

/* `count` zeroed elements of `size` bytes. NULL past the ceiling, without memory, or when count * size
 * overflows. For a product of 0 a valid pointer that must not be read. */
must_check void *arena_alloc(struct arena *a, size_t count, size_t size);

/* A copy of the bytes (a null slice stays null). False as arena_alloc(). */
must_check bool arena_copy(struct arena *a, struct slice in, struct slice *out);

/* Formatted text as a slice; the null slice when it does not fit. */
struct slice arena_printf(struct arena *a, const char *fmt, ...) printf_like(2, 3);

#endif
