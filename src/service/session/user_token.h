/* SPDX-License-Identifier: Apache-2.0
 * The UserIdentityToken of an ActivateSession: is it one that this endpoint takes, and what is in it
 * (Part 4 §7.41). Whether the user may enter is another question: access.h. Pure. */
#ifndef UACAM_SERVICE_SESSION_USER_TOKEN_H
#define UACAM_SERVICE_SESSION_USER_TOKEN_H

#include "service/session/endpoint.h"
#include "service/session/user_secret.h"
#include "wire/messages_gen.h"

struct user_token_rules {
    const struct token_policy *policies; /* of the endpoint */
    size_t policy_count;
    const struct identity *own; /* NULL: none, then anonymous tokens alone are among the policies */
    struct slice nonce;         /* that we gave last */
    bool channel_encrypts;
};

struct user_token {
    enum token_bit token;
    struct slice user;               /* of TOKEN_USER_NAME; borrowed from what came */
    struct user_secret secret;       /* likewise */
    struct certificate *certificate; /* of TOKEN_X509: whoever sent it has the key to it */
};

/* Bad_IdentityTokenInvalid, Bad_IdentityTokenRejected, Bad_UserSignatureInvalid, Bad_OutOfMemory, with `why`
 * for the log. Clear *out in every case. */
must_check ua_status user_token_read(const struct user_token_rules *rules,
                                     const struct ua_extension_object *token,
                                     const struct ua_signature_data *signature, struct user_token *out,
                                     const char **why);

/* Wipes it. */
void user_token_clear(struct user_token *t);

#endif
