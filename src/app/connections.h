/* SPDX-License-Identifier: Apache-2.0
 * All connections of a server: who may have one, who must go. Whoever is one too many is refused. Loop thread
 * only. */
#ifndef UACAM_APP_CONNECTIONS_H
#define UACAM_APP_CONNECTIONS_H

#include "app/security/gate.h"
#include "base/log_rate.h"
#include "net/tcp.h"
#include "service/server.h"

struct connection_limits {
    size_t connections;
    size_t strangers;             /* without an activated session; as many again from this machine */
    size_t strangers_per_address; /* of another machine */
    size_t strangers_per_own;     /* address of this machine */
    uint32_t handshake_ms;        /* until the channel is open */
    uint32_t activation_ms;       /* from then, and from the end of the last session, to the next one */
    uint32_t stranger_request;    /* bytes of a request before and after that */
    uint32_t request;
    size_t unsent_bytes; /* past this no more requests are taken from the client */
};

extern const struct connection_limits connection_default_limits;

/* Bytes to clients. */
struct traffic {
    uint64_t sent;    /* that the system took */
    uint64_t secured; /* of them, on channels that sign or encrypt */
    uint64_t waiting; /* for the clients to take what was sent before */
};

/* All connections of a server. */
struct connections {
    struct loop *loop;
    struct server *server;
    struct gate *gate;
    struct connection_limits limits;
    void (*emptied)(void *user); /* the last one is gone; NULL: never mind */
    void *user;

    struct list all;       /* struct connection */
    struct list strangers; /* those without a session, by stranger_link */
    struct traffic past;   /* of connections that are gone */
    uint32_t last_channel_id;
    struct log_rate refusals; /* of connections without a session */
};

/* All borrowed for life. The ids of its channels begin where nobody can guess. */
must_check int connections_init(struct connections *all, struct loop *loop, struct server *server,
                                struct gate *gate, struct err_text *why);

/* A `tcp_accepted` whose user is the struct connections. */
const struct tcp_events *connections_accept(void *user, struct tcp_conn *tcp, void **connection);

/* Of all connections since connections_init(). */
struct traffic connections_traffic(const struct connections *all);

/* Tells every client why and closes; they are gone when connections->all is empty. */
void connections_close(struct connections *all, ua_status why, const char *reason);

/* ---- for connection.c ---- */

struct connection;

/* Strangers come as often as they like: are they worth a line in the log now? */
bool connections_may_tell(struct connections *all);

/* One ends: it is taken out of the lists. */
void connections_remove(struct connections *all, struct connection *c);

#endif
