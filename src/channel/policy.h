/* SPDX-License-Identifier: Apache-2.0
 * The SecurityPolicies that a channel can be opened with (Part 7), as rows of a table. Constant: any thread.
 */
#ifndef UACAM_CHANNEL_POLICY_H
#define UACAM_CHANNEL_POLICY_H

#include "crypto/symmetric.h"

/* What stands before the body of a chunk: part in clear, part that is encrypted together with the body. */
enum {
    CHUNK_CLEAR_SIZE = 16,   /* message header, channel id, token id */
    CHUNK_SEQUENCE_SIZE = 8, /* sequence number, request id */
    CHUNK_HEADERS_SIZE = CHUNK_CLEAR_SIZE + CHUNK_SEQUENCE_SIZE,
};

struct security_policy {
    const char *uri;
    const struct suite *suite; /* NULL: nothing is secured */
};

extern const struct security_policy security_policy_none;
extern const struct security_policy security_policy_basic256sha256;
extern const struct security_policy security_policy_aes128_sha256_rsaoaep;
extern const struct security_policy security_policy_aes256_sha256_rsapss;

/* NULL: none of ours. */
const struct security_policy *security_policy_by_uri(struct slice uri);

/* The layout of symmetric chunks in a mode that secures them; enum ua_message_security_mode. */
struct chunk_layout security_mode_layout(uint32_t mode);

/* The largest body that fits into a symmetric chunk of `chunk_size` bytes (Part 6 §6.7.1). */
size_t security_mode_max_body(uint32_t mode, size_t chunk_size);

#endif
