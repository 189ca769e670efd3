/* SPDX-License-Identifier: Apache-2.0 */
#include "base/blob.h"

#include "base/pages.h"

#include <assert.h>
#include <string.h>

struct blob *blob_new(struct slice bytes, blob_release release, void *user)
{
    struct blob *b = pages_take(sizeof *b);
    if (!b)
        return NULL;
    *b = (struct blob){.bytes = bytes, .release = release, .user = user};
    atomic_init(&b->refs, 1);
    return b;
}

struct blob *blob_with_room(size_t size, uint8_t **storage)
{
    *storage = NULL;
    struct blob *b = size <= SIZE_MAX - sizeof *b ? pages_take(sizeof *b + size) : NULL;
    if (!b)
        return NULL;
    *storage = (uint8_t *)(b + 1);
    *b = (struct blob){.bytes = {*storage, size}};
    atomic_init(&b->refs, 1);
    return b;
}

struct blob *blob_copy(struct slice bytes)
{
    if (!bytes.data)
        return blob_new(bytes, NULL, NULL);
    uint8_t *storage;
    struct blob *b = blob_with_room(bytes.len, &storage);
    if (b)
        memcpy(storage, bytes.data, bytes.len);
    return b;
}

struct blob *blob_ref(struct blob *b)
{
    atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void blob_unref(struct blob *b)
{
    if (!b)
        return;
    unsigned before = atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before > 1)
        return;
    if (b->release)
        b->release(b->user);
    pages_give(b);
}
