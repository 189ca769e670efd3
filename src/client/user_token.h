/* SPDX-License-Identifier: Apache-2.0
 * The password of a user on its way to the server: encrypted for the server's key (Part 4 §7.41.2.2). */
#ifndef UACAM_CLIENT_USER_TOKEN_H
#define UACAM_CLIENT_USER_TOKEN_H

#include "base/arena.h"
#include "crypto/certificate.h"
#include "crypto/suite.h"
#include "wire/status.h"

/* The password with the server's nonce, encrypted; *out lies in the arena. */
must_check ua_status user_token_encrypt(const struct suite *suite, const struct certificate *server,
                                        struct slice password, struct slice nonce, struct arena *arena,
                                        struct slice *out);

#endif
