/* SPDX-License-Identifier: Apache-2.0
 * The algorithms and sizes behind each SecurityPolicy that secures something (Part 7 §6.6), as rows of a
 * table. Deprecated policies have no row. Constant: any thread. */
#ifndef UACAM_CRYPTO_SUITE_H
#define UACAM_CRYPTO_SUITE_H

#include "base/bytes.h"

/* All of them with SHA-256 where nothing else is said. */
enum asymmetric_signature { SIGNATURE_PKCS1, SIGNATURE_PSS };
enum asymmetric_encryption { ENCRYPTION_OAEP_SHA1, ENCRYPTION_OAEP_SHA256 };

enum {
    SUITE_NONCE_SIZE = 32,
    SUITE_MAX_KEY_SIZE = 32, /* of a symmetric key */
    SUITE_BLOCK_SIZE = 16,
    SUITE_SIGNATURE_SIZE = 32, /* symmetric: HMAC-SHA256 in every suite */
    SUITE_MIN_KEY_BITS = 2048, /* of an RSA key, in every suite */
    SUITE_MAX_KEY_BITS = 4096,
};

struct suite {
    const char *uri; /* of the SecurityPolicy */
    const char *signature_uri;
    const char *encryption_uri;
    enum asymmetric_signature signature;
    enum asymmetric_encryption encryption;
    size_t signing_key_size;    /* of the keys that are derived from nonces */
    size_t encryption_key_size; /* AES in CBC mode */
};

extern const struct suite suite_basic256sha256;
extern const struct suite suite_aes128_sha256_rsaoaep;
extern const struct suite suite_aes256_sha256_rsapss;

/* NULL: none of ours. */
const struct suite *suite_by_uri(struct slice uri);

#endif
