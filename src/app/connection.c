/* SPDX-License-Identifier: Apache-2.0 */
#include "app/connection.h"

#include "base/log.h"
#include "service/event/audit.h"

#include <stdlib.h>

enum { CLOSE_LINGER_MS = 1000 };

static void close_connection(struct connection *c)
{
    tcp_close(c->tcp, CLOSE_LINGER_MS);
}

static bool may_tell(const struct connection *c)
{
    return c->activated || connections_may_tell(c->all);
}

static void pause_or_go_on(struct connection *c)
{
    tcp_pause(c->tcp, c->full || c->resting);
}

static void await_activation(struct connection *c)
{
    struct timer_queue *timers = loop_timers(c->all->loop);
    if (timer_start_in(timers, &c->activation, c->all->limits.activation_ms * NS_PER_MS))
        close_connection(c);
}

/* ---- from the channel ---- */

static ua_status carry(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct connection *c = user;
    int rc = tcp_send(c->tcp, parts, count, tag);
    if (rc)
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_CONNECTION_CLOSED;
    return UA_GOOD;
}

static void channel_opened(void *user)
{
    struct connection *c = user;
    c->peer.channel_id = channel_id(c->channel);
    c->peer.endpoint_url = channel_endpoint_url(c->channel);
    c->peer.security_mode = channel_security_mode(c->channel);
    c->peer.security_policy_uri = slice_of(channel_policy(c->channel)->uri);
    c->peer.max_response = channel_max_body(c->channel);
    c->peer.client_certificate = channel_peer_certificate(c->channel);
    c->peer.own = channel_own(c->channel);
    if (!c->peer.own)
        c->peer.own = gate_identity_for(c->all->gate, c->peer.endpoint_url);
    c->opened = true;
    audit_open_channel(c->all->server, &c->peer, UA_GOOD);
    await_activation(c);
}

static void channel_message(void *user, uint32_t request_id, struct slice body)
{
    struct connection *c = user;
    server_receive(c->all->server, &c->peer, request_id, body);
}

static void channel_rests(void *user, bool resting)
{
    struct connection *c = user;
    c->resting = resting;
    pause_or_go_on(c);
}

static void channel_ended(void *user, ua_status status, const char *reason)
{
    struct connection *c = user;
    if (status && may_tell(c))
        log_info("channel", "%s: closed: %s (%s)", c->peer.address, reason, ua_status_name(status));
    if (status && !c->opened)
        audit_open_channel(c->all->server, &c->peer, status);
    close_connection(c);
}

static const struct channel_events channel_events = {
    .send = carry,
    .opened = channel_opened,
    .message = channel_message,
    .rest = channel_rests,
    .ended = channel_ended,
};

ua_status connection_verify(void *user, const struct security_policy *policy,
                            const struct certificate *client, struct err_text *why)
{
    (void)policy;
    struct connection *c = user;
    ua_status status = gate_judge(c->all->gate, client, why);
    if (status)
        audit_certificate(c->all->server, &c->peer, client, status);
    return status;
}

/* ---- from the services ---- */

size_t connection_unsent(const struct connection *c)
{
    return tcp_unsent(c->tcp) + channel_waiting(c->channel);
}

static size_t unsent(void *user)
{
    return connection_unsent(user);
}

static ua_status respond(void *user, uint32_t request_id, struct rope *response)
{
    struct connection *c = user;
    c->responding = true;
    ua_status status = channel_send(c->channel, request_id, response);
    c->responding = false;
    if (!c->full && connection_unsent(c) > c->all->limits.unsent_bytes) {
        c->full = true;
        pause_or_go_on(c);
    }
    return status;
}

static void activated(void *user)
{
    struct connection *c = user;
    if (c->activated)
        return;
    c->activated = true;
    list_remove(&c->all->strangers, &c->stranger_link);
    timer_stop(loop_timers(c->all->loop), &c->activation);
    channel_set_max_request(c->channel, c->all->limits.request);
}

/* It is a stranger's again. */
static void deserted(void *user)
{
    struct connection *c = user;
    if (!c->activated)
        return;
    c->activated = false;
    list_append(&c->all->strangers, &c->stranger_link);
    channel_set_max_request(c->channel, c->all->limits.stranger_request);
    await_activation(c);
}

static const struct peer_ops peer_ops = {
    .respond = respond, .activated = activated, .deserted = deserted, .unsent = unsent};

static void activation_missing(struct timer *t)
{
    struct connection *c = container_of(t, struct connection, activation);
    if (may_tell(c))
        log_info("channel", "%s: closed: no session was activated in %u s", c->peer.address,
                 c->all->limits.activation_ms / 1000);
    connection_reject(c, UA_BAD_TIMEOUT, "no session was activated in time");
}

/* ---- from TCP ---- */

static void tcp_received(void *user, struct slice bytes)
{
    struct connection *c = user;
    channel_receive(c->channel, bytes);
}

static void tcp_sent(void *user, void *tag, int rc)
{
    (void)rc; /* `closed` follows a failure */
    struct connection *c = user;
    channel_sent(c->channel, tag);
    if (c->full && connection_unsent(c) < c->all->limits.unsent_bytes / 2) {
        c->full = false;
        pause_or_go_on(c);
    }
    if (!c->responding)
        server_peer_took(c->all->server, &c->peer);
}

static void tcp_closed(void *user, const struct err_text *why)
{
    struct connection *c = user;
    if (why->text[0])
        log_debug("channel", "%s: connection lost: %s", c->peer.address, why->text);
    timer_stop(loop_timers(c->all->loop), &c->activation);
    server_peer_gone(&c->peer);
    channel_free(c->channel);
    connections_remove(c->all, c);
    free(c);
}

const struct tcp_events connection_tcp_events = {
    .received = tcp_received, .sent = tcp_sent, .closed = tcp_closed};

/* ---- beginning and end ---- */

struct connection *connection_new(struct connections *all, struct tcp_conn *tcp, uint32_t channel_id)
{
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct connection){.all = all, .tcp = tcp, .activation = {.callback = activation_missing}};
    c->peer = (struct peer){
        .ops = &peer_ops,
        .user = c,
        .address = tcp_peer_address(tcp),
        .loopback = tcp_peer_is_loopback(tcp),
    };
    struct channel_config config = {
        .role = CHANNEL_SERVER,
        .limits = channel_default_limits,
        .security = &all->gate->channel,
        .channel_id = channel_id,
        .token_lifetime_ms = 3600 * 1000,
        .handshake_ms = all->limits.handshake_ms,
        .timers = loop_timers(all->loop),
        .events = &channel_events,
        .user = c,
    };
    c->channel = channel_new(&config);
    if (!c->channel) {
        free(c);
        return NULL;
    }
    channel_set_max_request(c->channel, all->limits.stranger_request);
    return c;
}

void connection_reject(struct connection *c, ua_status why, const char *reason)
{
    channel_reject(c->channel, why, reason);
    close_connection(c);
}
