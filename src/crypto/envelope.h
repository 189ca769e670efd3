/* SPDX-License-Identifier: Apache-2.0
 * A message that is signed with the sender's key and encrypted for the receiver's (Part 6 §6.7.2, §6.7.4): an
 * OpenSecureChannel chunk. Any thread. */
#ifndef UACAM_CRYPTO_ENVELOPE_H
#define UACAM_CRYPTO_ENVELOPE_H

#include "crypto/asymmetric.h"

struct envelope {
    const struct suite *suite;
    const struct identity *own;
    const struct certificate *peer; /* with a key that fits */
};

/* Size of a whole message, of which `clear` bytes stay readable and `plain` more do not. */
size_t envelope_size(const struct envelope *e, size_t clear, size_t plain);

/* Appends the whole message to `out`; the first `clear` bytes of `message` stay readable. ERR_LIMIT,
 * ERR_NO_MEMORY, ERR_IO; then nothing was appended. */
must_check int envelope_seal(const struct envelope *e, size_t clear, struct slice message, struct buf *out);

/* Appends what was encrypted to `out`, without padding or signature. ERR_INVALID: `message` is not for us,
 * not from the peer, altered, badly padded or cut, all in the same way; ERR_LIMIT, ERR_NO_MEMORY. */
must_check int envelope_open(const struct envelope *e, size_t clear, struct slice message, struct buf *out);

#endif
