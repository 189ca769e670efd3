/* SPDX-License-Identifier: Apache-2.0
 * A payload that was encrypted and then signed, with keys made for this one alone: what an EncryptedSecret
 * carries (Part 4 §7.41.2.3). Any thread. */
#ifndef UACAM_CRYPTO_PAYLOAD_H
#define UACAM_CRYPTO_PAYLOAD_H

#include "crypto/key_set.h"

/* Decrypts what follows the first `clear` bytes of `message`, whole blocks, into `out`, which has room for as
 * many; wipe it after use. The signature is of all of `message`. ERR_INVALID: not made with these keys, or
 * altered; ERR_NO_MEMORY. */
must_check int payload_open(const struct key_set *keys, struct slice message, size_t clear,
                            struct slice signature, uint8_t *out);

#endif
