/* SPDX-License-Identifier: Apache-2.0
 * CreateSession, ActivateSession, CloseSession (Part 4 §5.7). */
#include "client/client_private.h"
#include "client/user_token.h"
#include "crypto/asymmetric.h"
#include "crypto/random.h"

#include <string.h>

enum { SESSION_TIMEOUT_MS = 60000, GOODBYE_MS = 1000, MAX_PROOF = 16 << 10 };

/* ---- activating ---- */

static void activated(void *user, ua_status status, const void *response)
{
    (void)response;
    struct client *c = user;
    bool named = c->config.security && c->config.security->user;
    if (named && status == UA_BAD_USER_ACCESS_DENIED) {
        client_fail(c, "%s, port %u: the user's name or password is wrong (%s)", c->url.host, c->url.port,
                    ua_status_name(status));
        return;
    }
    if (status) {
        client_refuse(c, status, "cannot activate a session");
        return;
    }
    c->state = CLIENT_READY;
    c->config.events->ready(c->config.user);
}

/* The way in without encryption, without a name. Good and null: the server tells of no endpoints at all. */
static ua_status find_anonymous(const struct ua_create_session_response *session, struct slice *policy_id)
{
    ua_status status = session->server_endpoints_len ? UA_BAD_SECURITY_MODE_REJECTED : UA_GOOD;
    *policy_id = (struct slice){0};
    for (size_t i = 0; i < session->server_endpoints_len; i++) {
        const struct ua_endpoint_description *e = &session->server_endpoints[i];
        if (e->security_mode != UA_MESSAGE_SECURITY_MODE_NONE)
            continue;
        status = UA_BAD_IDENTITY_TOKEN_REJECTED;
        for (size_t k = 0; k < e->user_identity_tokens_len; k++) {
            *policy_id = e->user_identity_tokens[k].policy_id;
            if (e->user_identity_tokens[k].token_type == UA_USER_TOKEN_TYPE_ANONYMOUS)
                return UA_GOOD;
        }
    }
    return status;
}

/* Which token of the server's we have; without wishes, the first anonymous one. */
static ua_status find_policy(struct client *c, const struct ua_create_session_response *session,
                             struct slice *policy_id)
{
    if (!c->config.security)
        return find_anonymous(session, policy_id);
    *policy_id = c->endpoint.token_policy_id;
    return endpoint_confirm(session->server_endpoints, session->server_endpoints_len, c->config.security,
                            c->loopback, &c->endpoint, &c->refusal)
               ? UA_BAD_SECURITY_CHECKS_FAILED
               : UA_GOOD;
}

static const struct certificate *server_certificate(const struct client *c)
{
    const struct certificate *of_channel = channel_peer_certificate(c->channel);
    return of_channel ? of_channel : c->server;
}

/* The password as the server wants it, in the arena. */
static ua_status protect(struct client *c, struct slice nonce, struct arena *arena,
                         struct ua_user_name_identity_token *token)
{
    const struct suite *suite = c->endpoint.token_suite;
    token->password = slice_of(c->config.security->password);
    if (!suite)
        return UA_GOOD; /* the channel encrypts */
    token->encryption_algorithm = slice_of(suite->encryption_uri);
    return user_token_encrypt(suite, server_certificate(c), token->password, nonce, arena, &token->password);
}

/* We have the key to our certificate: over the server's, and its nonce (Part 4 §5.7.3.2). */
static ua_status sign(struct client *c, struct slice nonce, struct arena *arena,
                      struct ua_signature_data *out)
{
    const struct suite *suite = channel_policy(c->channel)->suite;
    if (!suite)
        return UA_GOOD;
    uint8_t *signature = arena_alloc(arena, c->own->certificate->key_size, 1);
    const struct slice parts[] = {server_certificate(c)->der, nonce};
    if (!signature)
        return UA_BAD_OUT_OF_MEMORY;
    out->algorithm = slice_of(suite->signature_uri);
    out->signature = (struct slice){signature, c->own->certificate->key_size};
    return asymmetric_sign(suite, c->own, parts, ARRAY_LEN(parts), signature) ? UA_BAD_INTERNAL_ERROR
                                                                              : UA_GOOD;
}

static ua_status activate(struct client *c, struct slice policy_id, struct slice nonce)
{
    const struct client_security *security = c->config.security;
    struct ua_anonymous_identity_token nobody = {.policy_id = policy_id};
    struct ua_user_name_identity_token somebody = {.policy_id = policy_id};
    struct ua_activate_session_request request = {
        .user_identity_token = {.structure = &ua_anonymous_identity_token_structure, .value = &nobody},
    };
    struct arena arena;
    arena_init(&arena, MAX_PROOF);
    ua_status status = sign(c, nonce, &arena, &request.client_signature);
    if (!status && security && security->user) {
        somebody.user_name = slice_of(security->user);
        status = protect(c, nonce, &arena, &somebody);
        request.user_identity_token.structure = &ua_user_name_identity_token_structure;
        request.user_identity_token.value = &somebody;
    }
    if (!status)
        status = client_request_send(c, &(struct client_call){
                                            .request_type = &ua_activate_session_request_structure,
                                            .request = &request,
                                            .response_type = &ua_activate_session_response_structure,
                                            .answered = activated,
                                            .user = c,
                                        });
    arena_clear(&arena);
    return status;
}

/* ---- creating ---- */

/* The server has the key to the certificate of the channel: it signed ours, and our nonce. */
static ua_status check_server(const struct client *c, const struct ua_create_session_response *session)
{
    const struct suite *suite = channel_policy(c->channel)->suite;
    if (!suite)
        return UA_GOOD;
    const struct certificate *server = channel_peer_certificate(c->channel);
    const struct slice shown = session->server_certificate;
    const struct slice parts[] = {c->own->certificate->der, {c->nonce, sizeof c->nonce}};
    if (shown.len < server->der.len || memcmp(shown.data, server->der.data, server->der.len) != 0)
        return UA_BAD_CERTIFICATE_INVALID;
    return slice_is(session->server_signature.algorithm, suite->signature_uri) &&
                   asymmetric_verify(suite, server, parts, ARRAY_LEN(parts),
                                     session->server_signature.signature)
               ? UA_GOOD
               : UA_BAD_APPLICATION_SIGNATURE_INVALID;
}

static void created(void *user, ua_status status, const void *response)
{
    struct client *c = user;
    const struct ua_create_session_response *session = response;
    struct slice policy_id;
    if (!status)
        c->authentication_token = session->authentication_token;
    if (!status && !client_keep_nodeid(&c->kept, &c->authentication_token))
        status = UA_BAD_OUT_OF_MEMORY;
    if (!status)
        status = check_server(c, session);
    if (!status)
        status = find_policy(c, session, &policy_id);
    if (!status)
        status = activate(c, policy_id, session->server_nonce);
    if (status && c->refusal.text[0])
        client_fail(c, "%s, port %u: %s", c->url.host, c->url.port, c->refusal.text);
    else if (status)
        client_refuse(c, status, "cannot get a session");
}

/* Where there is security: who we are, and what the server shall sign. */
static ua_status introduce(struct client *c, struct ua_create_session_request *request)
{
    if (!c->own)
        return UA_GOOD;
    if (random_bytes(c->nonce, sizeof c->nonce))
        return UA_BAD_INTERNAL_ERROR;
    request->client_description.application_uri = c->own->certificate->application_uri;
    request->client_certificate = c->own->certificate->der;
    request->client_nonce = (struct slice){c->nonce, sizeof c->nonce};
    return UA_GOOD;
}

void client_session_start(struct client *c)
{
    struct ua_create_session_request request = {
        .client_description =
            {
                .application_uri = slice_of("urn:uacam:client"),
                .product_uri = slice_of("urn:uacam"),
                .application_name = {.text = slice_of("uacam")},
                .application_type = UA_APPLICATION_TYPE_CLIENT,
            },
        .endpoint_url = slice_of(c->url.text),
        .session_name = slice_of(c->config.name),
        .requested_session_timeout = SESSION_TIMEOUT_MS,
        .max_response_message_size = CLIENT_MAX_MESSAGE,
    };
    ua_status status = introduce(c, &request);
    if (!status)
        status = client_request_send(c, &(struct client_call){
                                            .request_type = &ua_create_session_request_structure,
                                            .request = &request,
                                            .response_type = &ua_create_session_response_structure,
                                            .answered = created,
                                            .user = c,
                                        });
    if (status)
        client_refuse(c, status, "cannot get a session");
}

/* ---- closing ---- */

static void session_closed(void *user, ua_status status, const void *response)
{
    (void)status; /* we leave anyway */
    (void)response;
    client_leave(user);
}

void client_session_close(struct client *c)
{
    c->state = CLIENT_LEAVING;
    requests_forget(c);
    struct ua_close_session_request request = {.delete_subscriptions = true};
    ua_status status = client_request_send(c, &(struct client_call){
                                                  .request_type = &ua_close_session_request_structure,
                                                  .request = &request,
                                                  .response_type = &ua_close_session_response_structure,
                                                  .timeout_ms = GOODBYE_MS,
                                                  .answered = session_closed,
                                                  .user = c,
                                              });
    if (status)
        client_leave(c);
}
