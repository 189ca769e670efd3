/* SPDX-License-Identifier: Apache-2.0
 * A server without security, for tests of other things: everybody on this machine operates it. */
#ifndef UACAM_TEST_OPEN_ACCESS_H
#define UACAM_TEST_OPEN_ACCESS_H

#include "service/session/access.h"
#include "wire/messages_gen.h"

#define POLICY_NONE_URI "http://opcfoundation.org/UA/SecurityPolicy#None"

static const struct endpoint_offer open_offer = {
    .policy_uri = {(const uint8_t *)POLICY_NONE_URI, sizeof POLICY_NONE_URI - 1},
    .mode = UA_MESSAGE_SECURITY_MODE_NONE,
    .loopback_tokens = TOKEN_ANONYMOUS,
};

static const struct identity *const open_identity;

static const struct server_access open_access = {
    .offers = &open_offer,
    .offer_count = 1,
    .own = &open_identity,
    .anonymous_role = ROLE_OPERATOR,
};

#endif
