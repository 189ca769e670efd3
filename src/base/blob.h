/* SPDX-License-Identifier: Apache-2.0
 * A blob: bytes that many share and nobody changes any more — an encoded picture.
 *
 * Made once by one thread, then shared by counting. The one that drops the last reference frees it, on
 * whatever thread that happens. */
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

/* A blob that takes the storage of `b` over, which is empty afterwards. NULL without memory (b is untouched).
 */
must_check struct blob *blob_from_buf(struct buf *b);

/* A blob with a copy of `bytes`. NULL without memory. */
must_check struct blob *blob_copy(struct slice bytes);

struct blob *blob_ref(struct blob *b);

/* NULL is allowed. */
void blob_unref(struct blob *b);

#endif
