/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/session.h"

#include "base/log.h"
#include "crypto/random.h"
#include "service/event/audit.h"
#include "service/server_private.h"
#include "service/subscription/subscription.h"
#include "service/view/view.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 512, ACTIVATION_MS = 30000 };

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

enum role session_role(const struct session *s)
{
    return s ? s->role : ROLE_ANONYMOUS;
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
    audit_end_session(s, NULL);
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

static void enter_peer(struct session *s, struct peer *peer)
{
    s->peer = peer;
    list_append(&peer->sessions, &s->peer_link);
}

static void leave_peer(struct session *s)
{
    if (s->peer)
        list_remove(&s->peer->sessions, &s->peer_link);
    s->peer = NULL;
    s->held_back = false;
}

/* A session has left its connection, which stays. */
static void tell_if_deserted(struct peer *p)
{
    if (p && p->sessions.count == 0 && p->ops->deserted)
        p->ops->deserted(p->user);
}

void session_lose_peer(struct session *s)
{
    drop_requests(s, false, UA_GOOD);
    leave_peer(s);
}

void session_move(struct session *s, struct peer *to)
{
    struct peer *from = s->peer;
    session_lose_peer(s);
    enter_peer(s, to);
    tell_if_deserted(from);
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
    /* Its own channel may not be that of the session. */
    if (s->activating && !s->activating->handling)
        request_give_up(s->activating, why);
    drop_requests(s, true, why);
    struct peer *peer = s->peer;
    leave_peer(s);
    tell_if_deserted(peer);
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

bool session_renew_nonce(struct session *s)
{
    uint8_t fresh[SESSION_NONCE_SIZE];
    if (random_bytes(fresh, sizeof fresh))
        return false;
    memcpy(s->nonce, fresh, sizeof fresh);
    return true;
}

bool session_keep_text(struct buf *kept, struct slice text)
{
    kept->len = 0;
    return buf_append(kept, text.data, text.len < kept->max ? text.len : kept->max) == 0;
}

struct session *session_new(struct server *server, struct peer *peer, struct slice name, double timeout_ms)
{
    struct session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->server = server;
    s->key = ++server->last_session_key;
    s->role = ROLE_ANONYMOUS;
    principal_set_application(&s->who, peer->client_certificate);
    s->timeout_ms = revise_timeout(&server->limits, timeout_ms);
    s->created_at = server_datetime(server);
    s->expiry.callback = expire;
    buf_init(&s->name, NAME_MAX_BYTES);
    buf_init(&s->locale, NAME_MAX_BYTES);
    session_touch(s);
    if (!session_keep_text(&s->name, name) || random_bytes(s->token, sizeof s->token) ||
        !session_renew_nonce(s) ||
        timer_start_in(server->timers, &s->expiry,
                       (int64_t)server->limits.min_session_timeout_ms * NS_PER_MS))
        goto failed;
    if (map_add(&server->sessions_by_token, &s->by_token, token_hash(token_bytes(s))))
        goto failed;
    list_append(&server->sessions, &s->link);
    enter_peer(s, peer);
    return s;

failed:
    session_free(s);
    return NULL;
}

bool session_make_room(struct server *server)
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

void server_review_users(struct server *s,
                         bool (*stay)(void *user, const struct principal *who, enum role role), void *user)
{
    for (struct list_link *l = s->sessions.first, *next; l; l = next) {
        next = l->next;
        struct session *session = container_of(l, struct session, link);
        bool named = session->active && session->who.token != TOKEN_ANONYMOUS;
        if (!named || stay(user, &session->who, session->role))
            continue;
        log_warning("service", "session %u is closed: the rights of %s have changed", session->key,
                    session->who.user);
        session_close(session, UA_BAD_SESSION_CLOSED, true);
    }
}
