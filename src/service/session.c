/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session.h"

#include "base/log.h"
#include "crypto/random.h"
#include "service/discovery.h"
#include "service/server_private.h"
#include "service/subscription.h"
#include "service/view.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NONCE_SIZE = 32, NAME_MAX_BYTES = 512, ACTIVATION_MS = 30000, MAX_REQUEST_BYTES = 4 << 20 };

static struct slice token_bytes(const struct session *s)
{
    return (struct slice){s->token, sizeof s->token};
}

static uint64_t token_hash(struct slice token)
{
    return map_hash_bytes(token, 0);
}

struct session *session_find(const struct server *s, const struct ua_nodeid *token)
{
    if (token->kind != UA_ID_OPAQUE || token->string.len != SESSION_TOKEN_SIZE)
        return NULL;
    struct map_link *l = map_first(&s->sessions_by_token, token_hash(token->string));
    for (; l; l = map_next(l)) {
        struct session *session = container_of(l, struct session, by_token);
        if (slice_equal(token_bytes(session), token->string))
            return session;
    }
    return NULL;
}

struct ua_nodeid session_id(const struct session *s)
{
    return ua_nodeid_numeric(1, s->key);
}

bool session_may_write(const struct session *s)
{
    return s->peer && s->peer->loopback;
}

void session_touch(struct session *s)
{
    s->last_contact_ns = server_mono_ns(s->server);
}

/* The timer is not moved at every request: it looks when it fires. */
static void expire(struct timer *t)
{
    struct session *s = container_of(t, struct session, expiry);
    double allowed_ms = s->active || s->timeout_ms < ACTIVATION_MS ? s->timeout_ms : ACTIVATION_MS;
    int64_t due = s->last_contact_ns + (int64_t)(allowed_ms * (double)NS_PER_MS);
    if (due > server_mono_ns(s->server) && timer_start_at(s->server->timers, t, due) == 0)
        return;
    log_info("service", "session %u (%.*s) timed out", s->key, SLICE_ARGS(buf_slice(&s->name)));
    s->server->counts.session_timeouts++;
    session_close(s, UA_BAD_SESSION_CLOSED, true);
}

/* Withdraws what runs for the session, with or without telling the client. */
static void drop_requests(struct session *s, bool answer, ua_status why)
{
    if (!s->peer)
        return;
    for (struct list_link *l = s->peer->requests.first, *next; l; l = next) {
        next = l->next;
        struct request *r = container_of(l, struct request, link);
        if (r->session != s)
            continue;
        if (r->handling)
            r->session = NULL; /* the very request that ends the session */
        else if (answer)
            request_give_up(r, why);
        else
            request_drop(r);
    }
}

void session_lose_peer(struct session *s)
{
    drop_requests(s, false, UA_GOOD);
    s->peer = NULL;
}

static void session_free(struct session *s)
{
    timer_stop(s->server->timers, &s->expiry);
    buf_clear(&s->name);
    buf_clear(&s->locale);
    free(s);
}

void session_close(struct session *s, ua_status why, bool delete_subscriptions)
{
    drop_requests(s, true, why);
    subscriptions_session_closed(s, delete_subscriptions);
    browse_points_free(s);
    map_remove(&s->server->sessions_by_token, &s->by_token);
    list_remove(&s->server->sessions, &s->link);
    const struct server_observer *o = &s->server->observer;
    if (o->session_closed)
        o->session_closed(o->user, s->key);
    session_free(s);
}

static double revise_timeout(const struct server_limits *limits, double wanted_ms)
{
    if (isnan(wanted_ms) || wanted_ms <= 0 || wanted_ms > limits->max_session_timeout_ms)
        return limits->max_session_timeout_ms;
    return fmax(wanted_ms, limits->min_session_timeout_ms);
}

static bool keep_text(struct buf *kept, struct slice text)
{
    kept->len = 0;
    return buf_append(kept, text.data, text.len < kept->max ? text.len : kept->max) == 0;
}

/* NULL without memory or randomness. */
static struct session *session_new(struct server *server, struct peer *peer,
                                   const struct ua_create_session_request *req)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->server = server;
    s->peer = peer;
    s->key = ++server->last_session_key;
    s->timeout_ms = revise_timeout(&server->limits, req->requested_session_timeout);
    s->created_at = server_datetime(server);
    s->expiry.callback = expire;
    buf_init(&s->name, NAME_MAX_BYTES);
    buf_init(&s->locale, NAME_MAX_BYTES);
    session_touch(s);
    if (!keep_text(&s->name, req->session_name) || random_bytes(s->token, sizeof s->token) ||
        timer_start_in(server->timers, &s->expiry,
                       (int64_t)server->limits.min_session_timeout_ms * NS_PER_MS))
        goto failed;
    if (map_add(&server->sessions_by_token, &s->by_token, token_hash(token_bytes(s))))
        goto failed;
    list_append(&server->sessions, &s->link);
    return s;

failed:
    session_free(s);
    return NULL;
}

static bool fill_nonce(struct request *r, struct slice *out)
{
    uint8_t *nonce = arena_alloc(&r->arena, NONCE_SIZE, 1);
    if (!nonce || random_bytes(nonce, NONCE_SIZE))
        return false;
    *out = (struct slice){nonce, NONCE_SIZE};
    return true;
}

/* Part 4 §5.7.2.1: the oldest session that was not activated makes room for a new one. */
static bool make_room(struct server *server)
{
    if (server->sessions.count < server->limits.sessions)
        return true;
    for (struct list_link *l = server->sessions.first; l; l = l->next) {
        struct session *s = container_of(l, struct session, link);
        if (!s->active) {
            session_close(s, UA_BAD_SESSION_CLOSED, true);
            return true;
        }
    }
    return false;
}

void create_session(struct request *r, const void *decoded)
{
    const struct ua_create_session_request *req = decoded;
    struct server *server = r->server;
    struct ua_create_session_response out = {0};
    if (!make_room(server)) {
        server->counts.rejected_sessions++;
        request_fault(r, UA_BAD_TOO_MANY_SESSIONS);
        return;
    }
    if (!fill_nonce(r, &out.server_nonce) ||
        !discovery_endpoints(r, req->endpoint_url, &out.server_endpoints, &out.server_endpoints_len)) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    struct session *s = session_new(server, r->peer, req);
    if (!s) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    server->counts.cumulated_sessions++;
    out.session_id = session_id(s);
    out.authentication_token = (struct ua_nodeid){.kind = UA_ID_OPAQUE, .string = token_bytes(s)};
    out.revised_session_timeout = s->timeout_ms;
    out.max_request_message_size = MAX_REQUEST_BYTES;
    request_finish(r, &out);
}

/* Part 4 §5.7.3, §7.40: no token at all is an anonymous one. */
static ua_status check_identity(const struct ua_extension_object *token)
{
    if (ua_nodeid_is_null(&token->type) && token->encoding == 0)
        return UA_GOOD;
    if (token->structure != &ua_anonymous_identity_token_structure)
        return token->structure ? UA_BAD_IDENTITY_TOKEN_REJECTED : UA_BAD_IDENTITY_TOKEN_INVALID;
    const struct ua_anonymous_identity_token *anonymous = token->value;
    if (anonymous->policy_id.len && !slice_is(anonymous->policy_id, DISCOVERY_ANONYMOUS_POLICY))
        return UA_BAD_IDENTITY_TOKEN_INVALID;
    return UA_GOOD;
}

void activate_session(struct request *r, const void *decoded)
{
    const struct ua_activate_session_request *req = decoded;
    struct session *s = r->session;
    struct ua_activate_session_response out = {0};
    ua_status status = check_identity(&req->user_identity_token);
    /* A session is activated first on the channel that made it. */
    if (!status && !s->active && s->peer != r->peer)
        status = UA_BAD_SECURE_CHANNEL_ID_INVALID;
    if (!status && !fill_nonce(r, &out.server_nonce))
        status = UA_BAD_OUT_OF_MEMORY;
    if (!status && req->locale_ids_len && !keep_text(&s->locale, req->locale_ids[0]))
        status = UA_BAD_OUT_OF_MEMORY;
    if (status) {
        request_fault(r, status);
        return;
    }
    if (s->peer != r->peer) {
        session_lose_peer(s);
        s->peer = r->peer;
    }
    s->active = true;
    if (r->peer->ops->activated)
        r->peer->ops->activated(r->peer->user);
    request_finish(r, &out);
}

void close_session(struct request *r, const void *decoded)
{
    const struct ua_close_session_request *req = decoded;
    session_close(r->session, UA_BAD_SESSION_CLOSED, req->delete_subscriptions);
    struct ua_close_session_response out = {0};
    request_finish(r, &out);
}

void cancel(struct request *r, const void *decoded)
{
    const struct ua_cancel_request *req = decoded;
    struct ua_cancel_response out = {0};
    for (struct list_link *l = r->peer->requests.first, *next; l; l = next) {
        next = l->next;
        struct request *other = container_of(l, struct request, link);
        if (other->handling || other->session != r->session || other->handle != req->request_handle)
            continue;
        request_give_up(other, UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
        out.cancel_count++;
    }
    request_finish(r, &out);
}
