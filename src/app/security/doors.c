/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/doors.h"

#include "wire/messages_gen.h"

enum { USERS = TOKEN_USER_NAME | TOKEN_X509 };

/* The best first; `bit` of security.policies. */
static const struct {
    const struct security_policy *policy;
    int bit;
} policies[] = {
    {&security_policy_aes256_sha256_rsapss, 2},
    {&security_policy_aes128_sha256_rsaoaep, 1},
    {&security_policy_basic256sha256, 0},
};

static const uint32_t modes[] = {UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT, UA_MESSAGE_SECURITY_MODE_SIGN};

static void add(struct doors *d, const struct security_policy *policy, uint32_t mode, unsigned loopback,
                unsigned network)
{
    d->channels[d->count] = (struct channel_offer){policy, mode};
    d->endpoints[d->count++] = (struct endpoint_offer){
        .policy_uri = slice_of(policy->uri),
        .mode = mode,
        .loopback_tokens = loopback,
        .network_tokens = network,
    };
}

/* None comes last, and always: endpoints are asked for without security (Part 4 §5.5.1). */
void doors_init(struct doors *d, const struct security_options *options)
{
    unsigned here = options->anonymous ? TOKEN_ANONYMOUS : 0;
    unsigned anywhere = options->none == NONE_FOR_ALL ? here : 0;
    d->count = 0;
    for (size_t m = 0; m < ARRAY_LEN(modes); m++)
        for (size_t p = 0; p < ARRAY_LEN(policies); p++)
            if (options->policies >> policies[p].bit & 1)
                add(d, policies[p].policy, modes[m], USERS | here, USERS | anywhere);
    unsigned unsecured = options->none == NONE_FOR_NOBODY ? 0 : TOKEN_USER_NAME | here;
    add(d, &security_policy_none, UA_MESSAGE_SECURITY_MODE_NONE, unsecured, anywhere);
}
