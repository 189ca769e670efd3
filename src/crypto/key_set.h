/* SPDX-License-Identifier: Apache-2.0
 * The symmetric keys of one direction of a channel, derived from the nonces of both ends (Part 6 §6.7.5).
 * Constant once derived: any thread. */
#ifndef UACAM_CRYPTO_KEY_SET_H
#define UACAM_CRYPTO_KEY_SET_H

#include "base/err.h"
#include "crypto/suite.h"

struct key_set {
    const struct suite *suite; /* NULL: none */
    uint8_t signing[SUITE_MAX_KEY_SIZE];
    uint8_t encryption[SUITE_MAX_KEY_SIZE];
    uint8_t iv[SUITE_BLOCK_SIZE];
};

/* The keys with which the owner of `own_nonce` sends to the owner of `peer_nonce`; the other direction has
 * them exchanged. ERR_NO_MEMORY; then `out` is empty. */
must_check int key_set_derive(struct key_set *out, const struct suite *suite, struct slice own_nonce,
                              struct slice peer_nonce);

void key_set_wipe(struct key_set *keys);

/* P_SHA256 (RFC 5246 §5): fills `out` with what follows from both. ERR_NO_MEMORY; then `out` is zeroed. */
must_check int p_sha256(struct slice secret, struct slice seed, uint8_t *out, size_t n);

#endif
