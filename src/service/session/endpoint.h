/* SPDX-License-Identifier: Apache-2.0
 * What an endpoint is for whom: which user tokens it takes from where, and how they are protected. Pure. */
#ifndef UACAM_SERVICE_SESSION_ENDPOINT_H
#define UACAM_SERVICE_SESSION_ENDPOINT_H

#include "crypto/suite.h"
#include "service/peer.h"
#include "service/session/access.h"

/* A UserTokenPolicy (Part 4 §7.42). */
struct token_policy {
    struct slice id;
    enum token_bit token;
    const struct suite *suite; /* encrypts passwords, signs for certificates; NULL: anonymous */
};

enum { TOKEN_POLICIES_MAX = 3 };

/* The token policies of an endpoint for peers on this machine or others; none: it is not for them. */
size_t endpoint_tokens(const struct server_access *a, const struct endpoint_offer *o, bool loopback,
                       struct token_policy out[TOKEN_POLICIES_MAX]);

/* The endpoint that a peer came by. NULL: it has no business here but discovery; `status` and `why` say so.
 */
const struct endpoint_offer *endpoint_of_peer(const struct server_access *a, const struct peer *p,
                                              ua_status *status, const char **why);

/* Part 4 §7.14: more is safer, 0 is none at all. */
uint8_t endpoint_security_level(const struct endpoint_offer *o);

/* Our certificate and key towards a peer. NULL: there is none. */
const struct identity *endpoint_identity(const struct server_access *a, const struct peer *p);

#endif
