/* SPDX-License-Identifier: Apache-2.0
 * Bursts of hashes and of encryptions, by libipsec-mb: one job in each lane of a vector register. Only for
 * the files of this floor. A struct lanes is for one thread at a time. */
#ifndef UACAM_CRYPTO_LANES_H
#define UACAM_CRYPTO_LANES_H

#include "crypto/key_set.h"

#include <intel-ipsec-mb.h>
#include <stdalign.h>

enum {
    LANES_BURST = 16, /* jobs at a time: the lanes stay full, their bytes stay in the cache */
    LANES_EXPANDED_KEY = 16 * 15,
};

/* A key set as the library wants it. */
struct lanes_schedule {
    alignas(16) uint8_t encrypt[LANES_EXPANDED_KEY];
    alignas(16) uint8_t decrypt[LANES_EXPANDED_KEY];
    alignas(16) uint8_t inner[SUITE_SIGNATURE_SIZE]; /* states of HMAC after its first block */
    alignas(16) uint8_t outer[SUITE_SIGNATURE_SIZE];
    const struct key_set *of;
};

/* What a thread works with for some bursts. */
struct lanes {
    IMB_MGR *manager;
    struct lanes_schedule schedules[LANES_BURST]; /* as many as the burst has key sets */
    size_t schedule_count;
    IMB_JOB jobs[LANES_BURST];
    size_t job_count;
};

/* False without memory, or when the library does not work on this processor. */
must_check bool lanes_init(struct lanes *l);

/* Wipes the keys. */
void lanes_clear(struct lanes *l);

/* Begins a burst: LANES_BURST chunks at the most, which are worked on side by side. */
void lanes_begin(struct lanes *l);

/* A job for each chunk of the burst, all of them hashes or all of them ciphers. `tag` gets the HMAC-SHA256.
 */
void lanes_add_hash(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *tag);
void lanes_add_cipher(struct lanes *l, const struct key_set *keys, struct slice bytes, uint8_t *out);

/* Does them. False: the library refused. No jobs afterwards. */
must_check bool lanes_hash(struct lanes *l);
must_check bool lanes_cipher(struct lanes *l, IMB_CIPHER_DIRECTION direction);

#endif
