/* SPDX-License-Identifier: Apache-2.0
 * The inside of a client. Nobody outside src/client includes this.
 *
 *     CONNECTING ---TCP, channel--> STARTING ---session--> READY ---client_close()--> LEAVING -> CLOSED
 *
 * From every state a failure leads to CLOSED, where only TCP's last event is awaited. */
#ifndef UACAM_CLIENT_CLIENT_PRIVATE_H
#define UACAM_CLIENT_CLIENT_PRIVATE_H

#include "base/arena.h"
#include "base/list.h"
#include "channel/channel.h"
#include "client/client.h"
#include "client/endpoint_url.h"
#include "net/tcp.h"

enum client_state {
    CLIENT_CONNECTING,
    CLIENT_STARTING, /* the channel is open, the session is being made */
    CLIENT_READY,
    CLIENT_LEAVING, /* CloseSession is under way */
    CLIENT_CLOSED,
};

enum { CLIENT_MAX_MESSAGE = 256 << 20 }; /* bytes of a response */

struct client_subscription;

struct client {
    struct client_config config;
    struct endpoint_url url;
    struct loop *loop;
    struct tcp_conn *tcp;
    struct channel *channel;
    enum client_state state;
    struct err_text why; /* the first failure */

    struct ua_nodeid authentication_token; /* lies in `kept` */
    struct arena kept;                     /* what lives as long as the client */
    struct arena decoded;                  /* the response that is being looked at */
    struct list requests;                  /* struct request */
    struct client_subscription *subscription;
};

/* ---- client.c ---- */

/* Keeps the reason, then client_leave(). */
void client_fail(struct client *c, const char *fmt, ...) printf_like(2, 3);

/* The same with "host, port N: what: " and what the status means. */
void client_refuse(struct client *c, ua_status status, const char *what);

/* Closes channel and connection at once. */
void client_leave(struct client *c);

/* Copies what a NodeId borrows. False without room: then it is the null one. */
must_check bool client_keep_nodeid(struct arena *a, struct ua_nodeid *id);

/* ---- session.c ---- */

/* From an open channel to `ready`. */
void client_session_start(struct client *c);

/* CloseSession; then client_leave(), whatever the server says. */
void client_session_close(struct client *c);

/* ---- request.c ---- */
void requests_message(struct client *c, uint32_t request_id, struct slice body);
void requests_aborted(struct client *c, uint32_t request_id, ua_status status);

/* None of them is answered any more. */
void requests_forget(struct client *c);

/* client_request() in any state with an open channel. */
must_check ua_status client_request_send(struct client *c, const struct client_call *call);

/* ---- subscription.c ---- */
void client_subscription_free(struct client_subscription *s);

#endif
