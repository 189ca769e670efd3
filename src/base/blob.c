/* SPDX-License-Identifier: Apache-2.0 */
#include "base/blob.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct blob *blob_new(struct slice bytes, blob_release release, void *user)
{
    struct blob *b = malloc(sizeof *b);
    if (!b)
        return NULL;
    *b = (struct blob){.bytes = bytes, .release = release, .user = user};
    atomic_init(&b->refs, 1);
    return b;
}

struct blob *blob_from_buf(struct buf *b)
{
    struct blob *out = blob_new(buf_slice(b), free, b->data);
    if (out)
        buf_init(b, b->max);
    return out;
}

struct blob *blob_copy(struct slice bytes)
{
    if (!bytes.data)
        return blob_new(bytes, NULL, NULL);
    void *data = malloc(bytes.len ? bytes.len : 1);
    if (!data)
        return NULL;
    memcpy(data, bytes.data, bytes.len);
    struct blob *out = blob_new((struct slice){data, bytes.len}, free, data);
    if (!out)
        free(data);
    return out;
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
    free(b);
}
