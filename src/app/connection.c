/* SPDX-License-Identifier: Apache-2.0 */
#include "app/connection.h"

#include "base/log.h"
#include "base/scraps.h"
#include "crypto/random.h"
#include "service/event/audit.h"

#include <stdlib.h>
#include <string.h>

enum { CLOSE_LINGER_MS = 1000, REFUSALS_PER_SECOND = 50 };

const struct connection_limits connection_default_limits = {
    .connections = 1200,
    .strangers = 100,
    .strangers_per_address = 20,
    .strangers_per_own = 80,
    .handshake_ms = 5000,
    .activation_ms = 30000,
    .stranger_request = 64u << 10,
    .request = 4u << 20,
    .unsent_bytes = 64u << 20,
};

struct connection {
    struct list_link link;          /* in all->all */
    struct list_link stranger_link; /* in all->strangers, until it is activated */
    struct connections *all;
    struct tcp_conn *tcp;
    struct channel *channel;
    struct peer peer;
    struct timer activation;
    bool opened; /* the channel */
    bool activated;
    bool full;       /* too much of ours waits to be sent */
    bool resting;    /* the channel */
    bool responding; /* the server is at work: it is not to be told now what left */
};

static void close_connection(struct connection *c)
{
    tcp_close(c->tcp, CLOSE_LINGER_MS);
}

/* Strangers come as often as they like: not all of them are worth a line. */
static bool may_tell_of_strangers(struct connections *all)
{
    int64_t now_ns = clock_mono_ns(loop_timers(all->loop)->clock);
    return log_rate_has_room(&all->refusals, now_ns, "channel", "refused or closed connections");
}

static bool may_tell(const struct connection *c)
{
    return c->activated || may_tell_of_strangers(c->all);
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

static ua_status verify(void *user, const struct security_policy *policy, const struct certificate *client,
                        struct err_text *why)
{
    (void)policy;
    struct connection *c = user;
    ua_status status = gate_judge(c->all->gate, client, why);
    if (status)
        audit_certificate(c->all->server, &c->peer, client, status);
    return status;
}

/* ---- from the services ---- */

static size_t unsent(void *user)
{
    struct connection *c = user;
    return tcp_unsent(c->tcp) + channel_waiting(c->channel);
}

static ua_status respond(void *user, uint32_t request_id, struct rope *response)
{
    struct connection *c = user;
    c->responding = true;
    ua_status status = channel_send(c->channel, request_id, response);
    c->responding = false;
    if (!c->full && unsent(c) > c->all->limits.unsent_bytes) {
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
    channel_reject(c->channel, UA_BAD_TIMEOUT, "no session was activated in time");
    close_connection(c);
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
    if (c->full && unsent(c) < c->all->limits.unsent_bytes / 2) {
        c->full = false;
        pause_or_go_on(c);
    }
    if (!c->responding)
        server_peer_took(c->all->server, &c->peer);
}

static void add_sent(struct traffic *t, const struct connection *c)
{
    uint64_t sent = tcp_bytes_sent(c->tcp);
    t->sent += sent;
    t->secured += c->peer.security_mode > UA_MESSAGE_SECURITY_MODE_NONE ? sent : 0;
}

struct traffic connections_traffic(const struct connections *all)
{
    struct traffic t = all->past;
    for (struct list_link *l = all->all.first; l; l = l->next) {
        struct connection *c = container_of(l, struct connection, link);
        add_sent(&t, c);
        t.waiting += unsent(c);
    }
    return t;
}

static void tcp_closed(void *user, const struct err_text *why)
{
    struct connection *c = user;
    if (why->text[0])
        log_debug("channel", "%s: connection lost: %s", c->peer.address, why->text);
    timer_stop(loop_timers(c->all->loop), &c->activation);
    server_peer_gone(&c->peer);
    channel_free(c->channel);
    struct connections *all = c->all;
    add_sent(&all->past, c);
    list_remove(&all->all, &c->link);
    if (!c->activated)
        list_remove(&all->strangers, &c->stranger_link);
    free(c);
    if (all->all.count > 0)
        return;
    scraps_trim();
    if (all->emptied)
        all->emptied(all->user);
}

static const struct tcp_events tcp_events = {
    .received = tcp_received, .sent = tcp_sent, .closed = tcp_closed};

struct strangers {
    size_t same_side; /* of this machine, or of others */
    size_t same_address;
};

static struct strangers count_strangers(const struct connections *all, const struct tcp_conn *tcp)
{
    struct strangers n = {0};
    for (struct list_link *l = all->strangers.first; l; l = l->next) {
        const struct connection *c = container_of(l, struct connection, stranger_link);
        n.same_side += c->peer.loopback == tcp_peer_is_loopback(tcp);
        n.same_address += strcmp(c->peer.address, tcp_peer_address(tcp)) == 0;
    }
    return n;
}

/* Strangers from elsewhere cannot keep out those of this machine. */
static bool has_room(const struct connections *all, const struct tcp_conn *tcp)
{
    const struct connection_limits *limits = &all->limits;
    struct strangers n = count_strangers(all, tcp);
    size_t most = tcp_peer_is_loopback(tcp) ? limits->strangers_per_own : limits->strangers_per_address;
    return all->all.count < limits->connections && n.same_side < limits->strangers && n.same_address < most;
}

static void admission_told(void *watcher, const struct audited_admission *what)
{
    audit_admission(((struct connections *)watcher)->server, what);
}

/* Whoever is trusted no more, or has other rights, is out. */
static void judge_again(void *watcher)
{
    struct connections *all = watcher;
    struct err_text why;
    for (struct list_link *l = all->all.first, *next; l; l = next) {
        next = l->next;
        struct connection *c = container_of(l, struct connection, link);
        const struct certificate *client = c->peer.client_certificate;
        if (!client || !gate_judge(all->gate, client, &why))
            continue;
        log_info("channel", "%s: closed: %s", c->peer.address, why.text);
        channel_reject(c->channel, UA_BAD_SECURITY_CHECKS_FAILED, "security checks failed");
        close_connection(c);
    }
    server_review_users(all->server, logins_let_stay, &all->gate->logins);
}

int connections_init(struct connections *all, struct loop *loop, struct server *server, struct gate *gate,
                     struct err_text *why)
{
    *all = (struct connections){
        .loop = loop,
        .server = server,
        .gate = gate,
        .limits = connection_default_limits,
        .refusals = {.most = REFUSALS_PER_SECOND},
    };
    gate->channel.verify = verify;
    gate->told = admission_told;
    gate->changed = judge_again;
    gate->watcher = all;
    uint8_t bytes[sizeof all->last_channel_id];
    int rc = random_bytes(bytes, sizeof bytes);
    memcpy(&all->last_channel_id, bytes, sizeof bytes);
    return rc ? err_set(why, (enum err)rc, "the system gives no random bytes") : 0;
}

const struct tcp_events *connections_accept(void *user, struct tcp_conn *tcp, void **connection)
{
    struct connections *all = user;
    const char *address = tcp_peer_address(tcp);
    if (!has_room(all, tcp)) {
        if (may_tell_of_strangers(all))
            log_warning("channel", "%s: refused: too many connections (%zu, %zu of them without a session)",
                        address, all->all.count, count_strangers(all, tcp).same_side);
        return NULL;
    }
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct connection){.all = all, .tcp = tcp, .activation = {.callback = activation_missing}};
    c->peer = (struct peer){
        .ops = &peer_ops,
        .user = c,
        .address = address,
        .loopback = tcp_peer_is_loopback(tcp),
    };
    if (++all->last_channel_id == 0)
        all->last_channel_id = 1;
    struct channel_config config = {
        .role = CHANNEL_SERVER,
        .limits = channel_default_limits,
        .security = &all->gate->channel,
        .channel_id = all->last_channel_id,
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
    list_append(&all->all, &c->link);
    list_append(&all->strangers, &c->stranger_link);
    *connection = c;
    return &tcp_events;
}

void connections_close(struct connections *all, ua_status why, const char *reason)
{
    for (struct list_link *l = all->all.first; l; l = l->next) {
        struct connection *c = container_of(l, struct connection, link);
        channel_reject(c->channel, why, reason);
        close_connection(c);
    }
}
