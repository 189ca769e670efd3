/* SPDX-License-Identifier: Apache-2.0
 * ActivateSession (Part 4 §5.7.3): who uses the session, and from which channel.
 *
 *     request -> channel, application, token: refused | user known -> login checked elsewhere -> refused |
 * active
 */
#include "base/log.h"
#include "crypto/asymmetric.h"
#include "service/event/audit.h"
#include "service/server_private.h"
#include "service/session/endpoint.h"
#include "service/session/session.h"
#include "service/session/user_token.h"

#include <stdio.h>
#include <string.h>

enum { MOST_FAILURES = 5, COMMON_NAME_SHOWN = 64 };

/* What is kept of a request while its login is checked; in its arena. */
struct activation {
    struct login login;
    struct request *request;
    struct principal who;
    struct slice locale;
};

/* Whoever guesses on the session's own channel loses it; nobody else's failures count. */
static void count_failure(struct session *s, const struct peer *from)
{
    s->server->counts.security_rejected_sessions++;
    s->server->counts.rejected_sessions++;
    if (s->peer != from || ++s->failures < MOST_FAILURES)
        return;
    log_warning("service", "%s: session %u is closed: %d activations in a row failed", from->address, s->key,
                MOST_FAILURES);
    session_close(s, UA_BAD_SESSION_CLOSED, true);
}

/* ---- what the request must prove ---- */

/* May the session be used from this channel? Only its client itself may bring it to another one. */
static ua_status check_channel(const struct request *r, const struct endpoint_offer **endpoint,
                               const char **why)
{
    const struct session *s = r->session;
    struct principal here = {0};
    principal_set_application(&here, r->peer->client_certificate);
    *why = "it was created on another channel";
    if (!s->active && s->peer != r->peer)
        return UA_BAD_SECURE_CHANNEL_ID_INVALID;
    *why = "it comes with another client certificate than it was created with";
    if (!principal_same_application(&here, &s->who))
        return UA_BAD_SECURITY_CHECKS_FAILED;
    ua_status status;
    *endpoint = endpoint_of_peer(r->server->access, r->peer, &status, why);
    return *endpoint ? UA_GOOD : status;
}

/* The client has the key to its certificate: over ours and our last nonce. */
static ua_status check_signature(const struct request *r, const struct ua_signature_data *signature,
                                 const char **why)
{
    const struct suite *suite = suite_by_uri(r->peer->security_policy_uri);
    if (!suite)
        return UA_GOOD;
    const struct slice parts[] = {
        endpoint_identity(r->server->access, r->peer)->certificate->der,
        {r->session->nonce, SESSION_NONCE_SIZE},
    };
    *why = "its signature is not of its certificate's key over our last nonce";
    if (!slice_is(signature->algorithm, suite->signature_uri) ||
        !asymmetric_verify(suite, r->peer->client_certificate, parts, ARRAY_LEN(parts), signature->signature))
        return UA_BAD_APPLICATION_SIGNATURE_INVALID;
    return UA_GOOD;
}

static ua_status read_token(const struct request *r, const struct endpoint_offer *endpoint,
                            const struct ua_activate_session_request *req, struct user_token *out,
                            const char **why)
{
    const struct server_access *a = r->server->access;
    struct token_policy policies[TOKEN_POLICIES_MAX];
    struct user_token_rules rules = {
        .policies = policies,
        .policy_count = endpoint_tokens(a, endpoint, r->peer->loopback, policies),
        .own = endpoint_identity(a, r->peer),
        .nonce = {r->session->nonce, SESSION_NONCE_SIZE},
        .channel_encrypts = r->peer->security_mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT,
    };
    return user_token_read(&rules, &req->user_identity_token, &req->user_token_signature, out, why);
}

/* ---- the login ---- */

static void name_user(struct principal *who, const struct user_token *t)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    who->token = t->token;
    if (t->token == TOKEN_USER_NAME)
        snprintf(who->user, sizeof who->user, "%.*s", SLICE_ARGS(t->user));
    if (t->token != TOKEN_X509)
        return;
    struct slice name = t->certificate->common_name;
    if (name.len > COMMON_NAME_SHOWN)
        name.len = COMMON_NAME_SHOWN;
    certificate_thumbprint_text(t->certificate, thumbprint);
    snprintf(who->user, sizeof who->user, "%.*s (%s)", SLICE_ARGS(name), thumbprint);
}

static void succeed(struct activation *a, enum role role)
{
    struct request *r = a->request;
    struct session *s = r->session;
    if (!session_renew_nonce(s) || (a->locale.len && !session_keep_text(&s->locale, a->locale))) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    if (s->peer != r->peer)
        session_move(s, r->peer);
    session_touch(s);
    s->who = a->who;
    s->role = role;
    s->active = true;
    s->failures = 0;
    audit_activate_session(r, &s->who, UA_GOOD);
    if (r->peer->ops->activated)
        r->peer->ops->activated(r->peer->user);
    struct ua_activate_session_response out = {.server_nonce = {s->nonce, sizeof s->nonce}};
    request_finish(r, &out);
}

static void login_done(struct login *l, ua_status status, enum role role)
{
    struct activation *a = container_of(l, struct activation, login);
    struct request *r = a->request;
    struct session *s = r->session;
    struct peer *from = r->peer;
    s->activating = NULL;
    if (!status) {
        succeed(a, role);
        return;
    }
    s->server->counts.security_rejected_requests++;
    audit_activate_session(r, &a->who, status);
    request_fault(r, status); /* whoever checked has told the log why */
    count_failure(s, from);
}

static void cancel_login(struct request *r)
{
    struct activation *a = r->parked;
    const struct server_access *access = r->server->access;
    r->session->activating = NULL;
    access->ops->cancel(access->user, &a->login);
}

static void begin_login(struct activation *a, const struct user_token *t)
{
    struct request *r = a->request;
    const struct server_access *access = r->server->access;
    if (t->token == TOKEN_ANONYMOUS) {
        succeed(a, access->anonymous_role);
        return;
    }
    a->login = (struct login){.done = login_done, .address = r->peer->address, .user = slice_of(a->who.user)};
    r->session->activating = r;
    if (t->token == TOKEN_X509)
        access->ops->check_certificate(access->user, &a->login, t->certificate);
    else
        access->ops->check_password(access->user, &a->login, (struct slice){t->secret.bytes, t->secret.len});
    if (!r->answered)
        request_park(r, cancel_login, a);
}

/* NULL was answered. */
static struct activation *activation_new(struct request *r, const struct ua_activate_session_request *req)
{
    struct activation *a = request_alloc(r, 1, sizeof *a);
    if (!a)
        return NULL;
    a->request = r;
    a->who = r->session->who;
    a->who.token = 0;
    memset(a->who.user, 0, sizeof a->who.user);
    if (req->locale_ids_len == 0 || arena_copy(&r->arena, req->locale_ids[0], &a->locale))
        return a;
    request_fault(r, UA_BAD_OUT_OF_MEMORY);
    return NULL;
}

static ua_status check(struct activation *a, const struct ua_activate_session_request *req,
                       struct user_token *token, const char **why)
{
    struct request *r = a->request;
    const struct endpoint_offer *endpoint;
    ua_status status = check_channel(r, &endpoint, why);
    if (!status)
        status = check_signature(r, &req->client_signature, why);
    if (!status)
        status = read_token(r, endpoint, req, token, why);
    if (status)
        return status;
    name_user(&a->who, token);
    *why = "another user than before wants it on another channel";
    bool moves = r->session->peer != r->peer;
    return moves && !principal_same_user(&a->who, &r->session->who) ? UA_BAD_IDENTITY_CHANGE_NOT_SUPPORTED
                                                                    : UA_GOOD;
}

void activate_session(struct request *r, const void *decoded)
{
    const struct ua_activate_session_request *req = decoded;
    if (r->session->activating) {
        request_fault(r, UA_BAD_TOO_MANY_OPERATIONS);
        return;
    }
    struct activation *a = activation_new(r, req);
    if (!a)
        return;
    struct user_token token = {0};
    const char *why;
    ua_status status = check(a, req, &token, &why);
    if (status) {
        struct session *s = r->session;
        audit_activate_session(r, &a->who, status);
        request_refuse(r, status, "session %u is not activated: %s", s->key, why);
        count_failure(s, r->peer);
    } else {
        begin_login(a, &token);
    }
    user_token_clear(&token);
}
