/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/policy.h"

#include "wire/messages_gen.h"

const struct security_policy security_policy_none = {
    .uri = "http://opcfoundation.org/UA/SecurityPolicy#None",
    .mode_allowed = {[UA_MESSAGE_SECURITY_MODE_NONE] = true},
    .signature_size = 0,
    .block_size = 1,
};

static const struct security_policy *const policies[] = {
    &security_policy_none,
};

const struct security_policy *security_policy_by_uri(struct slice uri)
{
    for (size_t i = 0; i < ARRAY_LEN(policies); i++)
        if (slice_is(uri, policies[i]->uri))
            return policies[i];
    return NULL;
}

size_t security_policy_max_body(const struct security_policy *p, size_t chunk_size)
{
    size_t encrypted = (chunk_size - CHUNK_CLEAR_SIZE) / p->block_size * p->block_size;
    size_t padding_size = p->block_size > 1 ? 1 : 0; /* the byte that says how much padding there is */
    return encrypted - CHUNK_SEQUENCE_SIZE - p->signature_size - padding_size;
}
