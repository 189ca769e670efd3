/* SPDX-License-Identifier: Apache-2.0
 * Which of a server's endpoints a client takes, and with which kind of user token. Pure. */
#ifndef UACAM_CLIENT_ENDPOINT_CHOICE_H
#define UACAM_CLIENT_ENDPOINT_CHOICE_H

#include "channel/policy.h"
#include "client/client_security.h"
#include "wire/messages_gen.h"

/* Borrows from the endpoints. */
struct endpoint_choice {
    const struct security_policy *policy;
    uint32_t mode; /* enum ua_message_security_mode */
    struct slice server_certificate;
    struct slice application_uri; /* of the server */
    struct slice token_policy_id; /* of the user's token */
    const struct suite
        *token_suite; /* encrypts the password; NULL: none to encrypt, or the channel does it */
};

/* ERR_UNSUPPORTED when the server has nothing that fits: `why` says what it lacks. */
must_check int endpoint_choose(const struct ua_endpoint_description *endpoints, size_t count,
                               const struct client_security *wishes, bool loopback,
                               struct endpoint_choice *out, struct err_text *why);

/* Is the choice the same from the endpoints that the session tells, without certificates (Part 4 §5.7.2.2)?
 * ERR_DENIED when it is not: somebody on the way may have taken better ones out of the first list. */
must_check int endpoint_confirm(const struct ua_endpoint_description *endpoints, size_t count,
                                const struct client_security *wishes, bool loopback,
                                const struct endpoint_choice *chosen, struct err_text *why);

#endif
