/* SPDX-License-Identifier: Apache-2.0 */
#include "client/endpoint_choice.h"

#include <string.h>

#define BINARY_TRANSPORT "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"

/* The best last. */
static const struct security_policy *const policies[] = {
    &security_policy_none,
    &security_policy_basic256sha256,
    &security_policy_aes128_sha256_rsaoaep,
    &security_policy_aes256_sha256_rsapss,
};

static int rank_of(const struct security_policy *policy)
{
    for (size_t i = 0; i < ARRAY_LEN(policies); i++)
        if (policies[i] == policy)
            return (int)i;
    return -1;
}

/* "Basic256Sha256" of ".../SecurityPolicy#Basic256Sha256". */
static const char *name_of(const struct security_policy *policy)
{
    const char *hash = strrchr(policy->uri, '#');
    return hash ? hash + 1 : policy->uri;
}

/* ---- one endpoint ---- */

/* A mode that fits the policy, over our transport, of a policy that we have. */
static bool is_usable(const struct ua_endpoint_description *e, struct endpoint_choice *out)
{
    *out = (struct endpoint_choice){
        .policy = security_policy_by_uri(e->security_policy_uri),
        .mode = e->security_mode,
        .server_certificate = e->server_certificate,
        .application_uri = e->server.application_uri,
    };
    if (!out->policy ||
        (e->transport_profile_uri.len && !slice_is(e->transport_profile_uri, BINARY_TRANSPORT)))
        return false;
    if (!out->policy->suite)
        return e->security_mode == UA_MESSAGE_SECURITY_MODE_NONE;
    return e->security_mode == UA_MESSAGE_SECURITY_MODE_SIGN ||
           e->security_mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT;
}

static bool is_wanted(const struct endpoint_choice *c, const struct client_security *wishes)
{
    static const uint32_t modes[] = {
        [CLIENT_WANTS_NONE] = UA_MESSAGE_SECURITY_MODE_NONE,
        [CLIENT_WANTS_SIGN] = UA_MESSAGE_SECURITY_MODE_SIGN,
        [CLIENT_WANTS_ENCRYPT] = UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT,
    };
    if (wishes->wish != CLIENT_WANTS_BEST && c->mode != modes[wishes->wish])
        return false;
    return !wishes->policy || strcmp(wishes->policy, name_of(c->policy)) == 0;
}

/* How a password is protected under this policy. False: not at all, or in a way that we do not know. */
static bool take_suite(struct endpoint_choice *c, const struct ua_user_token_policy *t)
{
    const struct security_policy *policy =
        t->security_policy_uri.len ? security_policy_by_uri(t->security_policy_uri) : c->policy;
    c->token_suite = policy ? policy->suite : NULL;
    return policy && (policy->suite || c->mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT);
}

static bool take_token(struct endpoint_choice *c, const struct ua_endpoint_description *e,
                       const struct client_security *wishes)
{
    int32_t wanted = wishes->user ? UA_USER_TOKEN_TYPE_USER_NAME : UA_USER_TOKEN_TYPE_ANONYMOUS;
    for (size_t i = 0; i < e->user_identity_tokens_len; i++) {
        const struct ua_user_token_policy *t = &e->user_identity_tokens[i];
        c->token_policy_id = t->policy_id;
        if (t->token_type == wanted && (!wishes->user || take_suite(c, t)))
            return true;
    }
    return false;
}

/* ---- all of them ---- */

/* Within this machine there is nobody to hide from. */
static int value_of(const struct endpoint_choice *c, const struct client_security *wishes, bool loopback)
{
    if (!c->policy->suite)
        return loopback && wishes->wish == CLIENT_WANTS_BEST ? 100 : 0;
    return rank_of(c->policy) + (c->mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT ? 10 : 0);
}

struct survey {
    bool any, usable, wanted;
};

static int nothing_fits(const struct survey *s, const struct client_security *wishes, struct err_text *why)
{
    const char *text = wishes->user ? "the server takes no user's name there that could be sent safely"
                                    : "the server lets no anonymous users in: log in with --user NAME";
    if (!s->any)
        text = "the server tells of no endpoints";
    else if (!s->usable)
        text = "the server has no endpoint that this client can speak";
    else if (!s->wanted)
        text = wishes->wish == CLIENT_WANTS_NONE ? "the server lets nobody in without encryption from here"
                                                 : "the server does not offer this security";
    return err_set(why, ERR_UNSUPPORTED, "%s", text);
}

int endpoint_choose(const struct ua_endpoint_description *endpoints, size_t count,
                    const struct client_security *wishes, bool loopback, struct endpoint_choice *out,
                    struct err_text *why)
{
    struct survey seen = {.any = count > 0};
    struct endpoint_choice c;
    int best = -1;
    *out = (struct endpoint_choice){0};
    for (size_t i = 0; i < count; i++) {
        if (!is_usable(&endpoints[i], &c))
            continue;
        seen.usable = true;
        if (!is_wanted(&c, wishes))
            continue;
        seen.wanted = true;
        int value = value_of(&c, wishes, loopback);
        if (!take_token(&c, &endpoints[i], wishes) || value <= best)
            continue;
        best = value;
        *out = c;
    }
    return best < 0 ? nothing_fits(&seen, wishes, why) : 0;
}

int endpoint_confirm(const struct ua_endpoint_description *endpoints, size_t count,
                     const struct client_security *wishes, bool loopback,
                     const struct endpoint_choice *chosen, struct err_text *why)
{
    struct endpoint_choice c;
    struct err_text unfit;
    if (endpoint_choose(endpoints, count, wishes, loopback, &c, &unfit) == 0 && c.policy == chosen->policy &&
        c.mode == chosen->mode && c.token_suite == chosen->token_suite &&
        slice_equal(c.token_policy_id, chosen->token_policy_id) &&
        slice_equal(c.application_uri, chosen->application_uri))
        return 0;
    return err_set(
        why, ERR_DENIED,
        "the server tells of other endpoints once there is a session than before: somebody on the way "
        "may have changed what it told first");
}
