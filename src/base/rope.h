/* SPDX-License-Identifier: Apache-2.0
 * A rope: bytes on their way out, some of our own making, some shared blobs in between.
 *
 * A response is written into a rope: headers are copied, a picture is spliced in by reference. Whoever sends
 * it walks the rope in stretches that lie together in memory and hands them to writev() or a cipher: no byte
 * of a picture is copied. One thread at a time. */
#ifndef UACAM_BASE_ROPE_H
#define UACAM_BASE_ROPE_H

#include "base/blob.h"

/* A stretch of a blob, to stand after `own_before` of the rope's own bytes. */
struct rope_splice {
    size_t own_before;
    struct blob *blob; /* shared: the rope holds a reference */
    struct slice bytes;
};

struct rope {
    struct buf own; /* in base/scraps.h, as the splices */
    struct rope_splice *splices;
    size_t splice_count;
    size_t splice_cap;
    size_t len; /* own and spliced bytes together */
    size_t max; /* ceiling of len */
};

void rope_init(struct rope *r, size_t max);

/* Frees the own bytes, drops the references; the rope can be used again. */
void rope_clear(struct rope *r);

/* Empties it but keeps its storage for the next use. */
void rope_reset(struct rope *r);

/* All three: ERR_LIMIT past the ceiling, ERR_NO_MEMORY; on failure nothing has changed. */
must_check int rope_append(struct rope *r, const void *data, size_t n);
must_check int rope_share(struct rope *r, struct blob *blob, struct slice part_of_blob);
must_check int rope_append_rope(struct rope *r, const struct rope *other);

/* Moves the content of `from` into the uninitialised `to`; `from` is empty afterwards. */
void rope_move(struct rope *to, struct rope *from);

/* Same bytes? Spliced stretches of the same storage are not compared byte by byte. */
bool rope_equal(const struct rope *a, const struct rope *b);

/* Where a walk stands. Zero it to begin. The rope must not change during a walk. */
struct rope_cursor {
    size_t own;         /* own bytes passed */
    size_t splice;      /* splices passed */
    size_t splice_done; /* bytes passed of the splice we are in */
};

/* The next stretch that lies together, at most `max` bytes; empty at the end (or for max 0). */
struct slice rope_next(const struct rope *r, struct rope_cursor *at, size_t max);

#endif
