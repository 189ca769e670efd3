/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rope.h"

#include "base/err.h"
#include "base/scraps.h"

#include <assert.h>
#include <string.h>

void rope_init(struct rope *r, size_t max)
{
    *r = (struct rope){.max = max};
    buf_init(&r->own, max);
}

void rope_reset(struct rope *r)
{
    for (size_t i = 0; i < r->splice_count; i++)
        blob_unref(r->splices[i].blob);
    r->splice_count = 0;
    r->own.len = 0;
    r->len = 0;
}

void rope_clear(struct rope *r)
{
    rope_reset(r);
    scraps_give(r->own.data);
    scraps_give(r->splices);
    buf_init(&r->own, r->max);
    r->splices = NULL;
    r->splice_cap = 0;
}

/* As realloc(), for storage with `used` bytes in it. */
static void *grown(void *old, size_t used, size_t size)
{
    void *storage = scraps_take(size);
    if (storage && used)
        memcpy(storage, old, used);
    if (storage)
        scraps_give(old);
    return storage;
}

/* Room for `more` bytes, which the ceiling allows. */
static int reserve_own(struct rope *r, size_t more)
{
    size_t cap = buf_capacity_for(&r->own, more);
    if (cap == r->own.cap)
        return 0;
    uint8_t *data = grown(r->own.data, r->own.len, cap);
    if (!data)
        return ERR_NO_MEMORY;
    r->own.data = data;
    r->own.cap = cap;
    return 0;
}

int rope_append(struct rope *r, const void *data, size_t n)
{
    if (n > r->max - r->len)
        return ERR_LIMIT;
    int rc = reserve_own(r, n);
    if (rc)
        return rc;
    if (n)
        memcpy(r->own.data + r->own.len, data, n);
    r->own.len += n;
    r->len += n;
    return 0;
}

static int reserve_splices(struct rope *r, size_t more)
{
    size_t need = r->splice_count + more;
    if (need <= r->splice_cap)
        return 0;
    size_t cap = r->splice_cap ? r->splice_cap * 2 : 2;
    if (cap < need)
        cap = need;
    struct rope_splice *splices = grown(r->splices, r->splice_count * sizeof *splices, cap * sizeof *splices);
    if (!splices)
        return ERR_NO_MEMORY;
    r->splices = splices;
    r->splice_cap = cap;
    return 0;
}

static void add_splice(struct rope *r, size_t own_before, struct blob *blob, struct slice bytes)
{
    r->splices[r->splice_count++] = (struct rope_splice){own_before, blob_ref(blob), bytes};
    r->len += bytes.len;
}

int rope_share(struct rope *r, struct blob *blob, struct slice part_of_blob)
{
    if (part_of_blob.len > r->max - r->len)
        return ERR_LIMIT;
    if (part_of_blob.len == 0)
        return 0;
    int rc = reserve_splices(r, 1);
    if (!rc)
        add_splice(r, r->own.len, blob, part_of_blob);
    return rc;
}

int rope_append_rope(struct rope *r, const struct rope *other)
{
    assert(other != r);
    if (other->len > r->max - r->len)
        return ERR_LIMIT;
    int rc = reserve_splices(r, other->splice_count);
    if (rc)
        return rc;
    size_t own_before = r->own.len;
    rc = rope_append(r, other->own.data, other->own.len);
    if (rc)
        return rc;
    for (size_t i = 0; i < other->splice_count; i++) {
        const struct rope_splice *s = &other->splices[i];
        add_splice(r, own_before + s->own_before, s->blob, s->bytes);
    }
    return 0;
}

void rope_move(struct rope *to, struct rope *from)
{
    *to = *from;
    rope_init(from, to->max);
}

struct slice rope_next(const struct rope *r, struct rope_cursor *at, size_t max)
{
    bool splices_left = at->splice < r->splice_count;
    const struct rope_splice *s = splices_left ? &r->splices[at->splice] : NULL;
    struct slice part;
    if (s && at->own == s->own_before) {
        part = (struct slice){s->bytes.data + at->splice_done, s->bytes.len - at->splice_done};
        if (part.len > max)
            part.len = max;
        at->splice_done += part.len;
        if (at->splice_done == s->bytes.len) {
            at->splice++;
            at->splice_done = 0;
        }
        return part;
    }
    size_t end = s ? s->own_before : r->own.len;
    if (at->own == end)
        return (struct slice){0};
    part = (struct slice){r->own.data + at->own, end - at->own};
    if (part.len > max)
        part.len = max;
    at->own += part.len;
    return part;
}

bool rope_equal(const struct rope *a, const struct rope *b)
{
    if (a->len != b->len)
        return false;
    struct rope_cursor at_a = {0}, at_b = {0};
    struct slice rest_a = {0}, rest_b = {0};
    for (size_t left = a->len; left > 0;) {
        if (rest_a.len == 0)
            rest_a = rope_next(a, &at_a, left);
        if (rest_b.len == 0)
            rest_b = rope_next(b, &at_b, left);
        size_t n = rest_a.len < rest_b.len ? rest_a.len : rest_b.len;
        assert(n > 0);
        if (rest_a.data != rest_b.data && memcmp(rest_a.data, rest_b.data, n) != 0)
            return false;
        rest_a.data += n, rest_a.len -= n;
        rest_b.data += n, rest_b.len -= n;
        left -= n;
    }
    return true;
}
