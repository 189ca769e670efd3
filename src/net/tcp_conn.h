/* SPDX-License-Identifier: Apache-2.0
 * The inside of a connection, for the files that make one. Nobody outside src/net includes this.
 *
 *     LOOKUP -> DIALING -> OPEN -> DRAINING -> CLOSING -> freed
 *
 * An accepted one begins OPEN. From every state a failure leads to CLOSING; DIALING begins anew with the
 * next address of the host. */
#ifndef UACAM_NET_TCP_CONN_H
#define UACAM_NET_TCP_CONN_H

#include "net/loop_uv.h"
#include "net/tcp.h"

#include <netinet/in.h>

enum conn_state {
    CONN_LOOKUP,   /* asking for the host's addresses: no handle yet */
    CONN_DIALING,  /* trying one of them */
    CONN_OPEN,     /* bytes flow */
    CONN_DRAINING, /* tcp_close() was called: the last bytes leave, what still comes is dropped */
    CONN_CLOSING,  /* the handle is on its way out */
};

struct tcp_conn {
    uv_tcp_t handle;
    uv_shutdown_t shutdown;
    struct loop *loop;               /* borrowed for life */
    const struct tcp_events *events; /* borrowed for life; NULL: nobody is told anything */
    void *user;
    struct tcp_dial *dial; /* while connecting */
    struct timer linger;
    struct gathering *gathering; /* NULL: what is sent leaves at once */
    size_t unsent;
    uint64_t sent; /* bytes */
    enum conn_state state;
    bool paused;
    bool peer_is_loopback;
    char peer[INET6_ADDRSTRLEN];
    struct err_text why;
};

/* A connection without a handle. NULL without memory. */
must_check struct tcp_conn *conn_new(struct loop *l);

/* The handle is connected: sets it up, learns who the peer is. */
void conn_connected(struct tcp_conn *c);
void conn_start_reading(struct tcp_conn *c);

/* Tells `received`; what is sent meanwhile leaves together when it returns. */
void conn_received(struct tcp_conn *c, struct slice bytes);

/* What was gathered leaves now. */
void conn_flush(struct tcp_conn *c);

/* Closes it at once. The first failure told here, unless tcp_close() was called before, is what `closed`
 * gets. */
void conn_close(struct tcp_conn *c);
void conn_fail(struct tcp_conn *c, int uv_rc);

/* The last act of a connection that has no handle: tells `closed` and frees it. */
void conn_end(struct tcp_conn *c);

#endif
