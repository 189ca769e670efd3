/* SPDX-License-Identifier: Apache-2.0
 * The SecurityPolicies that a channel can be opened with (Part 7), as rows of a table. Constant: any thread.
 */
#ifndef UACAM_CHANNEL_POLICY_H
#define UACAM_CHANNEL_POLICY_H

#include "base/bytes.h"

/* What a chunk costs beyond its body: part in clear, part that is encrypted together with the body. */
enum {
    CHUNK_CLEAR_SIZE = 16,   /* message header, channel id, token id */
    CHUNK_SEQUENCE_SIZE = 8, /* sequence number, request id */
    CHUNK_HEADERS_SIZE = CHUNK_CLEAR_SIZE + CHUNK_SEQUENCE_SIZE,
};

struct security_policy {
    const char *uri;
    bool mode_allowed[4];  /* by enum ua_message_security_mode */
    size_t signature_size; /* bytes behind each symmetric chunk */
    size_t block_size;     /* of the symmetric cipher; 1: nothing is encrypted */
};

/* NULL: none of ours. */
const struct security_policy *security_policy_by_uri(struct slice uri);

extern const struct security_policy security_policy_none;

/* The largest body that fits into a symmetric chunk of `chunk_size` bytes (Part 6 §6.7.1). */
size_t security_policy_max_body(const struct security_policy *p, size_t chunk_size);

#endif
