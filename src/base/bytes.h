/* SPDX-License-Identifier: Apache-2.0
 * Bytes: a slice looks at some, a buf owns some.
 *
 * `slice` never frees and never outlives what it looks at. `buf` grows up to the ceiling that it is born
 * with. No locks: a buf belongs to one thread at a time. */
#ifndef UACAM_BASE_BYTES_H
#define UACAM_BASE_BYTES_H

#include "base/compiler.h"

#include <stdbool.h>
#include <stdint.h>

/* Borrowed bytes. `data` NULL is the null string of OPC UA, which differs from an empty one. */
struct slice {
    const uint8_t *data;
    size_t len;
};

/* The bytes of a C string without its end. `text` NULL gives the null slice. */
struct slice slice_of(const char *text);

bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *text);

/* For printf("%.*s", SLICE_ARGS(s)). */
#define SLICE_ARGS(s) (int)(s).len, (const char *)((s).data ? (s).data : (const uint8_t *)"")

/* Owned bytes that grow. */
struct buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t max; /* ceiling of len */
};

void buf_init(struct buf *b, size_t max);
void buf_clear(struct buf *b);

/* Makes room for `more` bytes behind len without changing len. ERR_LIMIT past the ceiling, ERR_NO_MEMORY. */
must_check int buf_reserve(struct buf *b, size_t more);

/* The capacity to have for `more` bytes behind len, which the ceiling allows: growing by this rule, appending
 * costs O(1) on average. */
size_t buf_capacity_for(const struct buf *b, size_t more);

/* Copies `n` bytes behind what is there. On failure nothing has changed. */
must_check int buf_append(struct buf *b, const void *data, size_t n);

/* Drops the first `n` bytes (n <= len). */
void buf_consume(struct buf *b, size_t n);

/* What is in it now; valid until it is changed. */
struct slice buf_slice(const struct buf *b);

#endif
