/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/policy.h"

#include "wire/messages_gen.h"

const struct security_policy security_policy_none = {"http://opcfoundation.org/UA/SecurityPolicy#None", NULL};

const struct security_policy security_policy_basic256sha256 = {
    "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256", &suite_basic256sha256};

const struct security_policy security_policy_aes128_sha256_rsaoaep = {
    "http://opcfoundation.org/UA/SecurityPolicy#Aes128_Sha256_RsaOaep", &suite_aes128_sha256_rsaoaep};

const struct security_policy security_policy_aes256_sha256_rsapss = {
    "http://opcfoundation.org/UA/SecurityPolicy#Aes256_Sha256_RsaPss", &suite_aes256_sha256_rsapss};

static const struct security_policy *const policies[] = {
    &security_policy_none,
    &security_policy_basic256sha256,
    &security_policy_aes128_sha256_rsaoaep,
    &security_policy_aes256_sha256_rsapss,
};

const struct security_policy *security_policy_by_uri(struct slice uri)
{
    for (size_t i = 0; i < ARRAY_LEN(policies); i++)
        if (slice_is(uri, policies[i]->uri))
            return policies[i];
    return NULL;
}

struct chunk_layout security_mode_layout(uint32_t mode)
{
    return (struct chunk_layout){CHUNK_CLEAR_SIZE, mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT};
}

size_t security_mode_max_body(uint32_t mode, size_t chunk_size)
{
    if (mode != UA_MESSAGE_SECURITY_MODE_NONE)
        chunk_size = sealed_capacity(security_mode_layout(mode), chunk_size);
    return chunk_size - CHUNK_HEADERS_SIZE;
}
