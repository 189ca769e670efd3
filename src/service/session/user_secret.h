/* SPDX-License-Identifier: Apache-2.0
 * The password in a UserNameIdentityToken, in every form that Part 4 §7.41.2 knows. Pure.
 *
 * The bytes come from strangers. What is wrong with them is told alike: `why` for the log does not go to the
 * peer. */
#ifndef UACAM_SERVICE_SESSION_USER_SECRET_H
#define UACAM_SERVICE_SESSION_USER_SECRET_H

#include "base/arena.h"
#include "crypto/identity.h"
#include "crypto/suite.h"

enum { USER_SECRET_MAX = 512 };

struct user_secret {
    uint8_t bytes[USER_SECRET_MAX];
    size_t len;
};

void user_secret_wipe(struct user_secret *s);

/* How the sender had to protect it. */
struct user_secret_rules {
    const struct suite *suite;
    const struct identity *own; /* for which it was encrypted */
    struct slice nonce;         /* that we gave last */
    bool plain_allowed;         /* the channel encrypts already */
};

/* `algorithm` is what the token tells of it. False: `why` says it; *out is empty. */
must_check bool user_secret_open(const struct user_secret_rules *rules, struct slice sent,
                                 struct slice algorithm, struct user_secret *out, const char **why);

/* ---- its parts, for the fuzzer ---- */

/* What was encrypted in the legacy form: length, secret, nonce (Part 4 §7.41.2.2). */
must_check bool user_secret_read_legacy(struct slice plain, struct slice nonce, struct user_secret *out);

/* What was encrypted as the payload of an EncryptedSecret: nonce, secret, padding (Part 4 §7.41.2.3). */
must_check bool user_secret_read_payload(struct slice plain, struct slice nonce, struct user_secret *out);

/* An EncryptedSecret, after its ExtensionObject's NodeId. */
must_check bool encrypted_secret_open(const struct user_secret_rules *rules, struct slice sent,
                                      struct user_secret *out, const char **why);

/* Is it one? */
bool encrypted_secret_is(struct slice sent);

#endif
