/* SPDX-License-Identifier: Apache-2.0 */
#include "app/connections.h"

#include "app/connection.h"
#include "base/log.h"
#include "base/scraps.h"
#include "crypto/random.h"
#include "service/event/audit.h"

#include <string.h>

enum { REFUSALS_PER_SECOND = 50 };

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

/* ---- who comes ---- */

bool connections_may_tell(struct connections *all)
{
    int64_t now_ns = clock_mono_ns(loop_timers(all->loop)->clock);
    return log_rate_has_room(&all->refusals, now_ns, "channel", "refused or closed connections");
}

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

const struct tcp_events *connections_accept(void *user, struct tcp_conn *tcp, void **connection)
{
    struct connections *all = user;
    if (!has_room(all, tcp)) {
        if (connections_may_tell(all))
            log_warning("channel", "%s: refused: too many connections (%zu, %zu of them without a session)",
                        tcp_peer_address(tcp), all->all.count, count_strangers(all, tcp).same_side);
        return NULL;
    }
    if (++all->last_channel_id == 0)
        all->last_channel_id = 1;
    struct connection *c = connection_new(all, tcp, all->last_channel_id);
    if (!c)
        return NULL;
    list_append(&all->all, &c->link);
    list_append(&all->strangers, &c->stranger_link);
    *connection = c;
    return &connection_tcp_events;
}

/* ---- who is there ---- */

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
        t.waiting += connection_unsent(c);
    }
    return t;
}

void connections_remove(struct connections *all, struct connection *c)
{
    add_sent(&all->past, c);
    list_remove(&all->all, &c->link);
    if (!c->activated)
        list_remove(&all->strangers, &c->stranger_link);
    if (all->all.count > 0)
        return;
    scraps_trim();
    if (all->emptied)
        all->emptied(all->user);
}

/* ---- who must go ---- */

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
        connection_reject(c, UA_BAD_SECURITY_CHECKS_FAILED, "security checks failed");
    }
    server_review_users(all->server, logins_let_stay, &all->gate->logins);
}

void connections_close(struct connections *all, ua_status why, const char *reason)
{
    for (struct list_link *l = all->all.first; l; l = l->next) {
        struct connection *c = container_of(l, struct connection, link);
        connection_reject(c, why, reason);
    }
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
    gate->channel.verify = connection_verify;
    gate->told = admission_told;
    gate->changed = judge_again;
    gate->watcher = all;
    uint8_t bytes[sizeof all->last_channel_id];
    int rc = random_bytes(bytes, sizeof bytes);
    memcpy(&all->last_channel_id, bytes, sizeof bytes);
    return rc ? err_set(why, (enum err)rc, "the system gives no random bytes") : 0;
}
