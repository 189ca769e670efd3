/* SPDX-License-Identifier: Apache-2.0
 * CreateSession, ActivateSession, CloseSession (Part 4 §5.7), as anonymous user without encryption. */
#include "client/client_private.h"

enum { SESSION_TIMEOUT_MS = 60000, GOODBYE_MS = 1000 };

/* ---- activating ---- */

static void activated(void *user, ua_status status, const void *response)
{
    (void)response;
    struct client *c = user;
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

static ua_status activate(struct client *c, struct slice policy_id)
{
    struct ua_anonymous_identity_token token = {.policy_id = policy_id};
    struct ua_activate_session_request request = {
        .user_identity_token = {.structure = &ua_anonymous_identity_token_structure, .value = &token},
    };
    return client_request_send(c, &(struct client_call){
                                      .request_type = &ua_activate_session_request_structure,
                                      .request = &request,
                                      .response_type = &ua_activate_session_response_structure,
                                      .answered = activated,
                                      .user = c,
                                  });
}

/* ---- creating ---- */

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
        status = find_anonymous(session, &policy_id);
    if (!status)
        status = activate(c, policy_id);
    if (status)
        client_refuse(c, status, "cannot get a session");
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
    ua_status status = client_request_send(c, &(struct client_call){
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
