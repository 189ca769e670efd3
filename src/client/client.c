/* SPDX-License-Identifier: Apache-2.0 */
#include "client/client_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CLOSE_LINGER_MS = 1000,
    TOKEN_LIFETIME_MS = 3600 * 1000,
    MAX_KEPT = 64 << 10,    /* bytes */
    MAX_DECODED = 64 << 20, /* arrays of a response; strings stay in the message */
    POOL_KEPT = 4,          /* buffers */
    PREFIX = 12,            /* digits of a thumbprint that a person has to type */
};

/* ---- the end ---- */

void client_leave(struct client *c)
{
    if (c->state == CLIENT_CLOSED)
        return;
    c->state = CLIENT_CLOSED;
    requests_forget(c);
    channel_close(c->channel);
    tcp_close(c->tcp, CLOSE_LINGER_MS);
}

void client_move(struct client *c)
{
    c->state = CLIENT_MOVING;
    requests_forget(c);
    channel_close(c->channel);
    tcp_close(c->tcp, 0);
}

void client_fail(struct client *c, const char *fmt, ...)
{
    if (c->state == CLIENT_CLOSED)
        return;
    va_list args;
    va_start(args, fmt);
    vsnprintf(c->why.text, sizeof c->why.text, fmt, args);
    va_end(args);
    client_leave(c);
}

void client_refuse(struct client *c, ua_status status, const char *what)
{
    struct err_text why;
    client_explain(&why, status, "%s, port %u: %s", c->url.host, c->url.port, what);
    client_fail(c, "%s", why.text);
}

void client_close(struct client *c)
{
    if (c->state == CLIENT_READY)
        client_session_close(c);
    else if (c->state != CLIENT_LEAVING)
        client_leave(c);
}

static void client_free(struct client *c)
{
    requests_forget(c);
    client_subscription_free(c->subscription);
    if (c->channel)
        channel_free(c->channel);
    chunk_pool_clear(&c->pool);
    certificate_free(c->server);
    arena_clear(&c->kept);
    arena_clear(&c->decoded);
    free(c);
}

bool client_keep_nodeid(struct arena *a, struct ua_nodeid *id)
{
    bool borrows = id->kind == UA_ID_STRING || id->kind == UA_ID_OPAQUE;
    if (!borrows || arena_copy(a, id->string, &id->string))
        return true;
    *id = (struct ua_nodeid){0};
    return false;
}

/* ---- from the channel ---- */

static ua_status carry(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct client *c = user;
    int rc = tcp_send(c->tcp, parts, count, tag);
    if (rc)
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_CONNECTION_CLOSED;
    return UA_GOOD;
}

static void channel_opened(void *user)
{
    struct client *c = user;
    bool discover = c->config.security && !c->endpoint.policy;
    c->state = discover ? CLIENT_DISCOVERING : CLIENT_STARTING;
    if (discover)
        client_discover(c);
    else
        client_session_start(c);
}

static void channel_message(void *user, uint32_t request_id, struct slice body)
{
    requests_message(user, request_id, body);
}

static void channel_aborted(void *user, uint32_t request_id, ua_status status)
{
    requests_aborted(user, request_id, status);
}

static ua_status channel_verify(void *user, const struct security_policy *policy,
                                const struct certificate *server, struct err_text *why)
{
    (void)policy;
    return client_verify_server(user, server, why);
}

/* Servers do not say why they refuse a channel: it is this, nearly always. */
static void not_trusted(const struct client *c, struct err_text *why)
{
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    certificate_thumbprint_text(c->own->certificate, thumbprint);
    err_set(why, ERR_DENIED,
            "%s, port %u, does not trust this program yet: there, run `uacam trust add %.*s`, or give it the "
            "certificate of `uacam cert show --client --pem`",
            c->url.host, c->url.port, PREFIX, thumbprint);
}

static void channel_ended(void *user, ua_status status, const char *reason)
{
    struct client *c = user;
    const char *host = c->url.host;
    unsigned port = c->url.port;
    bool connecting = c->state == CLIENT_CONNECTING;
    if (connecting && c->own && status != UA_BAD_TIMEOUT && !c->refusal.text[0])
        not_trusted(c, &c->refusal);
    if (c->state == CLIENT_LEAVING)
        client_leave(c);
    else if (c->refusal.text[0])
        client_fail(c, "%s", c->refusal.text);
    else if (connecting && status == UA_BAD_TIMEOUT)
        client_fail(c, "%s, port %u, does not answer within %u ms", host, port, c->config.timeout_ms);
    else if (connecting && status == UA_BAD_TCP_MESSAGE_TYPE_INVALID)
        client_fail(c, "%s, port %u, does not speak OPC UA: another program listens there", host, port);
    else if (status == UA_BAD_SECURITY_MODE_REJECTED || status == UA_BAD_SECURITY_POLICY_REJECTED)
        client_refuse(c, status, "cannot connect");
    else
        client_fail(c, "the connection with %s, port %u, has ended: %s", host, port, reason);
}

static const struct channel_events channel_events = {
    .send = carry,
    .opened = channel_opened,
    .message = channel_message,
    .aborted = channel_aborted,
    .ended = channel_ended,
};

/* ---- from TCP ---- */

static void tcp_received(void *user, struct slice bytes)
{
    struct client *c = user;
    channel_receive(c->channel, bytes);
}

static void tcp_sent(void *user, void *tag, int rc)
{
    (void)rc; /* `closed` follows a failure */
    struct client *c = user;
    channel_sent(c->channel, tag);
}

static int dial(struct client *c, struct err_text *why);

static void tcp_closed(void *user, const struct err_text *why)
{
    struct client *c = user;
    enum client_state state = c->state;
    if (state == CLIENT_MOVING && dial(c, &c->why) == 0)
        return;
    if (state == CLIENT_CONNECTING && c->own && !why->text[0])
        not_trusted(c, &c->why);
    else if (state != CLIENT_CLOSED && state != CLIENT_LEAVING && state != CLIENT_MOVING)
        err_set(&c->why, ERR_GONE, "the connection with %s, port %u, has ended: %s", c->url.host, c->url.port,
                why->text[0] ? why->text : "the server closed it without a word");
    struct client_config config = c->config;
    struct err_text last = c->why;
    client_free(c);
    config.events->closed(config.user, &last);
}

static const struct tcp_events tcp_events = {
    .received = tcp_received,
    .sent = tcp_sent,
    .closed = tcp_closed,
};

/* After a failure tcp_closed() follows. */
static void tcp_dialed(void *user, int rc, const struct err_text *why)
{
    struct client *c = user;
    if (c->state == CLIENT_CLOSED)
        return;
    if (rc) {
        c->state = CLIENT_CLOSED;
        err_set(&c->why, rc, "%s%s", why->text, rc == ERR_GONE ? "; is `uacam serve` running there?" : "");
        return;
    }
    c->loopback = tcp_peer_is_loopback(c->tcp);
    ua_status status = channel_connect(c->channel, slice_of(c->url.text));
    if (status && c->refusal.text[0])
        client_fail(c, "%s", c->refusal.text);
    else if (status)
        client_refuse(c, status, "cannot connect");
}

/* ---- the beginning ---- */

static const struct channel_limits client_limits = {
    .receive_buffer = 64 << 10,
    .send_buffer = 64 << 10,
    .max_message = CLIENT_MAX_MESSAGE,
};

/* NULL: none, as at the first connection. */
static const struct channel_security *secure(struct client *c)
{
    if (!c->own)
        return NULL;
    c->offer = (struct channel_offer){c->endpoint.policy, c->endpoint.mode};
    c->channel_security = (struct channel_security){
        .offers = &c->offer,
        .offer_count = 1,
        .own = c->own,
        .pool = &c->pool,
        .server_certificate = c->endpoint.server_certificate,
        .verify = channel_verify,
    };
    return &c->channel_security;
}

/* A new channel over a new connection. */
static int dial(struct client *c, struct err_text *why)
{
    if (c->channel)
        channel_free(c->channel);
    c->state = CLIENT_CONNECTING;
    c->channel = channel_new(&(struct channel_config){
        .role = CHANNEL_CLIENT,
        .limits = client_limits,
        .security = secure(c),
        .token_lifetime_ms = TOKEN_LIFETIME_MS,
        .handshake_ms = c->config.timeout_ms,
        .timers = loop_timers(c->loop),
        .events = &channel_events,
        .user = c,
    });
    return c->channel
               ? tcp_connect(c->loop, c->url.host, c->url.port, tcp_dialed, &tcp_events, c, &c->tcp, why)
               : err_set(why, ERR_NO_MEMORY, "no memory");
}

int client_open(struct loop *loop, const struct client_config *config, struct client **out,
                struct err_text *why)
{
    *out = NULL;
    struct endpoint_url url;
    int rc = endpoint_url_parse(config->url, &url, why);
    if (rc)
        return rc;
    struct client *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    *c = (struct client){.config = *config, .url = url, .loop = loop};
    arena_init(&c->kept, MAX_KEPT);
    arena_init(&c->decoded, MAX_DECODED);
    chunk_pool_init(&c->pool, client_limits.send_buffer, POOL_KEPT);
    rc = dial(c, why);
    if (rc) {
        client_free(c);
        return rc;
    }
    *out = c;
    return 0;
}
