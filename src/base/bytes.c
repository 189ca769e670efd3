/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include "base/err.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SMALLEST_CAPACITY = 64 };

struct slice slice_of(const char *text)
{
    return (struct slice){(const uint8_t *)text, text ? strlen(text) : 0};
}

bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool slice_is(struct slice a, const char *text)
{
    return slice_equal(a, slice_of(text));
}

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){.max = max};
}

void buf_clear(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

size_t buf_capacity_for(const struct buf *b, size_t more)
{
    size_t need = b->len + more;
    size_t cap = need > b->cap && b->cap == 0 ? SMALLEST_CAPACITY : b->cap;
    while (cap < need)
        cap = cap > b->max / 2 ? b->max : cap * 2;
    return cap;
}

int buf_reserve(struct buf *b, size_t more)
{
    if (more > b->max - b->len)
        return ERR_LIMIT;
    size_t cap = buf_capacity_for(b, more);
    if (cap == b->cap)
        return 0;
    uint8_t *data = realloc(b->data, cap);
    if (!data)
        return ERR_NO_MEMORY;
    b->data = data;
    b->cap = cap;
    return 0;
}

int buf_append(struct buf *b, const void *data, size_t n)
{
    int rc = buf_reserve(b, n);
    if (rc)
        return rc;
    if (n)
        memcpy(b->data + b->len, data, n);
    b->len += n;
    return 0;
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->len -= n;
    if (b->len)
        memmove(b->data, b->data + n, b->len);
}

struct slice buf_slice(const struct buf *b)
{
    return (struct slice){b->data, b->len};
}
