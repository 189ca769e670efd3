/* SPDX-License-Identifier: Apache-2.0
 * The bulk work: signing and encrypting chunks, verifying and decrypting them (Part 6 §6.7.2).
 *
 * A call takes many chunks at once, each a job that depends on no other: an engine may work on them side by
 * side, a caller may give some of them to other threads. Any thread; what a job points to belongs to the
 * call until it returns. */
#ifndef UACAM_CRYPTO_SYMMETRIC_H
#define UACAM_CRYPTO_SYMMETRIC_H

#include "crypto/key_set.h"

/* How the bytes of a chunk are protected. */
struct chunk_layout {
    size_t clear; /* so many bytes at its beginning are signed but never encrypted */
    bool encrypt; /* else signed only */
};

/* ---- engines ---- */

/* Which implementation works from now on: "openssl" (everywhere; so it begins), "ipsec-mb" (x86-64: chunks
 * side by side in the lanes of its vector registers), or NULL for the fastest that this processor has. False:
 * not in this build, or not for this processor. Before there are threads that seal. */
bool symmetric_use(const char *name);

/* Which one works, for people: "ipsec-mb (libipsec-mb 1.3, AVX-512)", "openssl (OpenSSL 3.0)". The first word
 * is its name; no more of a version is told than how fast it is may depend on. */
enum { SYMMETRIC_ENGINE_TEXT = 64 };
void symmetric_engine_text(char out[SYMMETRIC_ENGINE_TEXT]);

/* Chunks that it works on at the same time: fewer in a call leave it idle, more are no faster. */
size_t symmetric_lanes(void);

/* What was computed for a key set, kept from call to call: else it is a good part of what a small chunk
 * costs. For jobs of one key set and one direction, on one thread at a time. It holds the keys until it is
 * freed. */
struct symmetric_kept;

/* NULL without memory. */
must_check struct symmetric_kept *symmetric_kept_new(void);

/* NULL is allowed. */
void symmetric_kept_free(struct symmetric_kept *k);

/* ---- out ---- */

struct seal_job {
    const struct key_set *keys;
    struct chunk_layout layout;
    const struct slice *plain; /* headers and body, one behind the other; layout.clear bytes at least */
    size_t plain_count;
    uint8_t *out;                /* room for sealed_size(): all of the chunk; overlaps nothing of `plain` */
    struct symmetric_kept *kept; /* NULL: nothing is */
};

/* Size of a chunk of `plain` bytes with its padding and signature. */
size_t sealed_size(struct chunk_layout layout, size_t plain);

/* The most bytes that fit into a chunk of `size` bytes when sealed; `size` is 8192 at least. */
size_t sealed_capacity(struct chunk_layout layout, size_t size);

/* ERR_NO_MEMORY, ERR_IO: then nothing in any `out` is to be sent. */
must_check int symmetric_seal(const struct seal_job *jobs, size_t count);

/* ---- in ---- */

struct unseal_job {
    const struct key_set *keys;
    struct chunk_layout layout;
    struct slice sealed; /* all of the chunk */
    uint8_t *out;        /* room for sealed.len bytes when it is encrypted; sealed.data itself is allowed */
    struct symmetric_kept *kept; /* NULL: nothing is */
    /* What stood between the clear bytes and the padding, in `out` or `sealed`; null when it is not what the
     * owner of the keys sent: altered, signed by somebody else, badly padded or cut, all in the same way. */
    struct slice plain;
};

/* Sets `plain` of each job. ERR_NO_MEMORY, ERR_IO: then `plain` is null everywhere. */
must_check int symmetric_unseal(struct unseal_job *jobs, size_t count);

#endif
