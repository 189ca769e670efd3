/* SPDX-License-Identifier: Apache-2.0
 * Passwords as they are kept: yescrypt hashes, by libcrypt. Each call takes some 50 ms and 16 MiB on purpose:
 * never on the loop thread. Any other thread. */
#ifndef UACAM_CRYPTO_PASSWORD_H
#define UACAM_CRYPTO_PASSWORD_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    PASSWORD_MAX = 256,       /* bytes */
    PASSWORD_HASH_SIZE = 128, /* of a hash with its end */
};

/* Makes a hash with a salt of its own. ERR_INVALID: the password is empty, too long, or has a zero in it. */
must_check int password_hash(struct slice password, char out[PASSWORD_HASH_SIZE], struct err_text *why);

/* Is it the password? `hash` NULL is that of nobody: never, and it takes as long to say. */
must_check bool password_matches(struct slice password, const char *hash);

/* Could password_hash() have made this? */
bool password_is_hash(struct slice text);

#endif
