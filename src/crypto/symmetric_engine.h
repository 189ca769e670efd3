/* SPDX-License-Identifier: Apache-2.0
 * What an implementation of the bulk work is made of. Only for the files of this floor, and its tests. */
#ifndef UACAM_CRYPTO_SYMMETRIC_ENGINE_H
#define UACAM_CRYPTO_SYMMETRIC_ENGINE_H

#include "crypto/symmetric.h"

struct symmetric_engine {
    const char *name;
    void (*describe)(char *out, size_t size); /* the library with its version, and what it works with */
    size_t lanes;                             /* chunks that it works on at the same time */
    bool (*usable)(void);                     /* by this processor */
    int (*seal)(const struct seal_job *jobs, size_t count);
    int (*unseal)(struct unseal_job *jobs, size_t count); /* `plain` of each is null before */
};

extern const struct symmetric_engine openssl_engine;
extern const struct symmetric_engine lanes_engine;

/* Those of this build, the fastest first, NULL-ended. */
extern const struct symmetric_engine *const symmetric_engines[];

/* NULL as the name: the first that is usable. NULL: there is none of that name here. */
const struct symmetric_engine *symmetric_engine_find(const char *name);

/* Bytes between the end of the plain ones and the signature, the one that counts the others among them. */
size_t symmetric_padding(struct chunk_layout layout, size_t plain);

/* False: its length alone, which all can see, says that it is no chunk. */
bool symmetric_length_fits(const struct unseal_job *job);

/* Sets job->plain when padding and signature are good, looking at both in any case. The padding is at the end
 * of `plain`, the signature that was received behind it. */
void symmetric_accept(struct unseal_job *job, struct slice plain,
                      const uint8_t expected[SUITE_SIGNATURE_SIZE]);

#endif
