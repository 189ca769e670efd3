/* SPDX-License-Identifier: Apache-2.0
 * A blob: bytes that many share and nobody changes any more — an encoded picture.
 *
 * Made once by one thread, then shared by counting. The one that drops the last reference frees it, on
 * whatever thread that happens. Blobs come with pictures, and lie in base/pages.h. */
#ifndef UACAM_BASE_BLOB_H
#define UACAM_BASE_BLOB_H

#include "base/bytes.h"

#include <stdatomic.h>

struct blob;

/* Gives back storage that a blob stood for. Called once, on any thread. */
typedef void (*blob_release)(void *user);

struct blob {
    atomic_uint refs;
    struct slice bytes;
    blob_release release;
    void *user;
};

/* A blob over bytes that live until `release(user)` is called; the caller holds the only reference. NULL
 * without memory (then `release` is not called). */
must_check struct blob *blob_new(struct slice bytes, blob_release release, void *user);

/* A blob with room of its own for `size` bytes at *storage, to be filled before it is shared; what was asked
 * for too generously costs nothing, and `bytes` may be made shorter. NULL without memory. */
must_check struct blob *blob_with_room(size_t size, uint8_t **storage);

/* A blob with a copy of `bytes`. NULL without memory. */
must_check struct blob *blob_copy(struct slice bytes);

struct blob *blob_ref(struct blob *b);

/* NULL is allowed. */
void blob_unref(struct blob *b);

#endif
