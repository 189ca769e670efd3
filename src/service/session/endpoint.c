/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/endpoint.h"

#include "wire/messages_gen.h"

#define TEXT(s)                                                                                              \
    {                                                                                                        \
        (const uint8_t *)(s), sizeof(s) - 1                                                                  \
    }

/* Every one that there can be: an id means the same at all endpoints. */
static const struct token_policy policies[] = {
    {TEXT("anonymous"), TOKEN_ANONYMOUS, NULL},
    {TEXT("username_aes256_sha256_rsapss"), TOKEN_USER_NAME, &suite_aes256_sha256_rsapss},
    {TEXT("username_basic256sha256"), TOKEN_USER_NAME, &suite_basic256sha256},
    {TEXT("username_aes128_sha256_rsaoaep"), TOKEN_USER_NAME, &suite_aes128_sha256_rsaoaep},
    {TEXT("x509_aes256_sha256_rsapss"), TOKEN_X509, &suite_aes256_sha256_rsapss},
    {TEXT("x509_basic256sha256"), TOKEN_X509, &suite_basic256sha256},
    {TEXT("x509_aes128_sha256_rsaoaep"), TOKEN_X509, &suite_aes128_sha256_rsaoaep},
};

/* How tokens are protected where the channel has no policy of its own: with what most clients know, if it is
 * not ruled out. */
static const struct suite *suite_without_policy(const struct server_access *a)
{
    const struct suite *first = NULL;
    for (size_t i = 0; i < a->offer_count; i++) {
        const struct suite *suite = suite_by_uri(a->offers[i].policy_uri);
        if (suite == &suite_basic256sha256)
            return suite;
        if (!first)
            first = suite;
    }
    return first ? first : &suite_basic256sha256;
}

size_t endpoint_tokens(const struct server_access *a, const struct endpoint_offer *o, bool loopback,
                       struct token_policy out[TOKEN_POLICIES_MAX])
{
    const struct suite *suite = suite_by_uri(o->policy_uri);
    unsigned tokens = loopback ? o->loopback_tokens : o->network_tokens;
    if (suite && !*a->own)
        return 0;
    if (!*a->own || !a->ops)
        tokens &= TOKEN_ANONYMOUS;
    if (!suite)
        suite = suite_without_policy(a);
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(policies); i++)
        if (tokens & policies[i].token && (!policies[i].suite || policies[i].suite == suite))
            out[count++] = policies[i];
    return count;
}

const struct endpoint_offer *endpoint_of_peer(const struct server_access *a, const struct peer *p,
                                              ua_status *status, const char **why)
{
    struct token_policy tokens[TOKEN_POLICIES_MAX];
    *status = UA_BAD_SECURITY_POLICY_REJECTED;
    *why = suite_by_uri(p->security_policy_uri)
               ? "this SecurityPolicy is not for sessions from there"
               : "no session without encryption from there: connect with Sign or SignAndEncrypt";
    for (size_t i = 0; i < a->offer_count; i++) {
        const struct endpoint_offer *o = &a->offers[i];
        if (!slice_equal(o->policy_uri, p->security_policy_uri) ||
            endpoint_tokens(a, o, p->loopback, tokens) == 0)
            continue;
        if (o->mode == p->security_mode)
            return o;
        *status = UA_BAD_SECURITY_MODE_REJECTED;
        *why = "this SecurityMode is not for sessions from there: connect with another";
    }
    return NULL;
}

uint8_t endpoint_security_level(const struct endpoint_offer *o)
{
    const struct suite *suite = suite_by_uri(o->policy_uri);
    if (!suite)
        return 0;
    unsigned level = o->mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT ? 20 : 10;
    if (suite->signature == SIGNATURE_PSS)
        level += 2;
    if (suite->encryption_key_size == SUITE_MAX_KEY_SIZE)
        level += 1;
    return (uint8_t)level;
}

const struct identity *endpoint_identity(const struct server_access *a, const struct peer *p)
{
    return p->own ? p->own : *a->own;
}
