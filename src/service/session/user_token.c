/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/user_token.h"

#include "crypto/asymmetric.h"
#include "service/session/principal.h"
#include "wire/structure.h"

void user_token_clear(struct user_token *t)
{
    user_secret_wipe(&t->secret);
    certificate_free(t->certificate);
    *t = (struct user_token){0};
}

/* One of the endpoint's, for this kind of token. Some clients leave the id out. */
static ua_status find_policy(const struct user_token_rules *rules, enum token_bit token, struct slice id,
                             const struct token_policy **out, const char **why)
{
    *out = NULL;
    *why = "this endpoint takes no user tokens of this kind";
    for (size_t i = 0; i < rules->policy_count; i++) {
        const struct token_policy *p = &rules->policies[i];
        if (p->token != token)
            continue;
        if (id.len == 0 || slice_equal(id, p->id)) {
            *out = p;
            return UA_GOOD;
        }
        *why = "this endpoint has no such UserTokenPolicy";
        return UA_BAD_IDENTITY_TOKEN_INVALID;
    }
    return UA_BAD_IDENTITY_TOKEN_REJECTED;
}

static bool name_is_plain(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < ' ' || name.data[i] == 0x7f)
            return false;
    return name.len > 0 && name.len <= PRINCIPAL_USER_MAX;
}

static ua_status read_user_name(const struct user_token_rules *rules,
                                const struct ua_user_name_identity_token *in, struct user_token *out,
                                const char **why)
{
    const struct token_policy *policy;
    ua_status status = find_policy(rules, TOKEN_USER_NAME, in->policy_id, &policy, why);
    if (status)
        return status;
    struct user_secret_rules secret_rules = {
        .suite = policy->suite,
        .own = rules->own,
        .nonce = rules->nonce,
        .plain_allowed = rules->channel_encrypts,
    };
    if (!user_secret_open(&secret_rules, in->password, in->encryption_algorithm, &out->secret, why))
        return UA_BAD_IDENTITY_TOKEN_INVALID;
    *why = "this is no user name";
    if (!name_is_plain(in->user_name))
        return UA_BAD_IDENTITY_TOKEN_INVALID;
    out->user = in->user_name;
    return UA_GOOD;
}

static ua_status read_x509(const struct user_token_rules *rules, const struct ua_x509_identity_token *in,
                           const struct ua_signature_data *signature, struct user_token *out,
                           const char **why)
{
    const struct token_policy *policy;
    ua_status status = find_policy(rules, TOKEN_X509, in->policy_id, &policy, why);
    if (status)
        return status;
    *why = "the user's certificate cannot be read";
    int rc = certificate_read(in->certificate_data, &out->certificate, NULL);
    if (rc)
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_IDENTITY_TOKEN_INVALID;
    *why = "the key of the user's certificate does not fit";
    if (!asymmetric_key_fits(out->certificate))
        return UA_BAD_IDENTITY_TOKEN_INVALID;
    *why = "the user has not signed with the key of the certificate";
    const struct slice parts[] = {rules->own->certificate->der, rules->nonce};
    if (!slice_is(signature->algorithm, policy->suite->signature_uri) ||
        !asymmetric_verify(policy->suite, out->certificate, parts, ARRAY_LEN(parts), signature->signature))
        return UA_BAD_USER_SIGNATURE_INVALID;
    return UA_GOOD;
}

ua_status user_token_read(const struct user_token_rules *rules, const struct ua_extension_object *token,
                          const struct ua_signature_data *signature, struct user_token *out, const char **why)
{
    static const struct ua_anonymous_identity_token nobody;
    const struct token_policy *policy;
    bool missing = ua_nodeid_is_null(&token->type) && token->encoding == 0 && !token->structure;
    *out = (struct user_token){.token = TOKEN_ANONYMOUS};
    if (missing || token->structure == &ua_anonymous_identity_token_structure) {
        const struct ua_anonymous_identity_token *in = missing ? &nobody : token->value;
        return find_policy(rules, TOKEN_ANONYMOUS, in->policy_id, &policy, why);
    }
    if (token->structure == &ua_user_name_identity_token_structure) {
        out->token = TOKEN_USER_NAME;
        return read_user_name(rules, token->value, out, why);
    }
    if (token->structure == &ua_x509_identity_token_structure) {
        out->token = TOKEN_X509;
        return read_x509(rules, token->value, signature, out, why);
    }
    *why = "there are no user tokens of this kind here";
    return token->structure ? UA_BAD_IDENTITY_TOKEN_REJECTED : UA_BAD_IDENTITY_TOKEN_INVALID;
}
