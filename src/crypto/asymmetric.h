/* SPDX-License-Identifier: Apache-2.0
 * Signatures and encryption with RSA keys, as a suite wants them (Part 7 §6.6, Part 6 §6.7.4).
 *
 * Bytes to sign may lie in several places, one behind the other. Any thread. Failures of verifying and
 * decrypting have one face, whatever was wrong. */
#ifndef UACAM_CRYPTO_ASYMMETRIC_H
#define UACAM_CRYPTO_ASYMMETRIC_H

#include "crypto/identity.h"
#include "crypto/suite.h"

/* Is it an RSA key as long as every suite wants it? */
bool asymmetric_key_fits(const struct certificate *c);

/* Writes own->certificate->key_size bytes. ERR_NO_MEMORY, ERR_IO. */
must_check int asymmetric_sign(const struct suite *suite, const struct identity *own,
                               const struct slice *parts, size_t count, uint8_t *signature);

must_check bool asymmetric_verify(const struct suite *suite, const struct certificate *signer,
                                  const struct slice *parts, size_t count, struct slice signature);

/* How many bytes are encrypted into one block of key_size bytes. */
size_t asymmetric_plain_block(const struct suite *suite, const struct certificate *receiver);

/* Size of `n` bytes when encrypted. */
size_t asymmetric_encrypted_size(const struct suite *suite, const struct certificate *receiver, size_t n);

/* Encrypts block by block; the last block may be shorter. `out` has room for asymmetric_encrypted_size(). */
must_check int asymmetric_encrypt(const struct suite *suite, const struct certificate *receiver,
                                  struct slice plain, uint8_t *out);

/* `out` has room for encrypted.len bytes; wipe it after use. ERR_INVALID: these bytes are not for this key.
 */
must_check int asymmetric_decrypt(const struct suite *suite, const struct identity *own,
                                  struct slice encrypted, uint8_t *out, size_t *out_len);

#endif
