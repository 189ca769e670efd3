/* SPDX-License-Identifier: Apache-2.0
 * The clients' connections: TCP below, SecureChannel in between, services above.
 *
 *     accepted -> HEL, OPN within 5 s -> a session activated within 30 s -> ... -> closed
 *
 * Whoever is late, or one too many, is closed; a client that does not read is not read either. Loop thread
 * only. */
#ifndef UACAM_APP_CONNECTION_H
#define UACAM_APP_CONNECTION_H

#include "base/list.h"
#include "net/tcp.h"
#include "service/server.h"

struct connection_limits {
    size_t connections;
    size_t strangers; /* without an activated session */
    size_t strangers_per_address;
    uint32_t handshake_ms;     /* until the channel is open */
    uint32_t activation_ms;    /* from then until a session is activated */
    uint32_t stranger_request; /* bytes of a request before and after that */
    uint32_t request;
    size_t unsent_bytes; /* past this no more requests are taken from the client */
};

extern const struct connection_limits connection_default_limits;

/* All connections of a server. Zero it, set the first part. */
struct connections {
    struct loop *loop;
    struct server *server;
    struct connection_limits limits;
    void (*emptied)(void *user); /* the last one is gone; NULL: never mind */
    void *user;

    struct list all; /* struct connection */
    size_t stranger_count;
    uint32_t last_channel_id;
};

/* A `tcp_accepted` whose user is the struct connections. */
const struct tcp_events *connections_accept(void *user, struct tcp_conn *tcp, void **connection);

/* Tells every client why and closes; they are gone when connections->all is empty. */
void connections_close(struct connections *all, ua_status why, const char *reason);

#endif
