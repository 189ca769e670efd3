/* SPDX-License-Identifier: Apache-2.0
 * The inside of a client. Nobody outside src/client includes this.
 *
 *     CONNECTING ---TCP, channel--> STARTING ---session--> READY ---client_close()--> LEAVING -> CLOSED
 *       ^    |                        ^
 *       |    +-channel-> DISCOVERING -+ no security
 *       |                    | security
 *       +----- MOVING <------+
 *
 * From every state a failure leads to CLOSED, where only TCP's last event is awaited. */
#ifndef UACAM_CLIENT_CLIENT_PRIVATE_H
#define UACAM_CLIENT_CLIENT_PRIVATE_H

#include "base/arena.h"
#include "base/list.h"
#include "channel/channel.h"
#include "client/client.h"
#include "client/endpoint_choice.h"
#include "client/endpoint_url.h"
#include "net/tcp.h"

enum client_state {
    CLIENT_CONNECTING,
    CLIENT_DISCOVERING, /* the channel is open, the server's endpoints are being asked for */
    CLIENT_MOVING,      /* the connection is being closed, the next one will be secured */
    CLIENT_STARTING,    /* the channel is open, the session is being made */
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

    /* With config.security. */
    bool loopback;
    struct endpoint_choice endpoint; /* its policy is NULL until it is known */
    const struct identity *own;      /* NULL: not needed */
    struct certificate *server;      /* where no channel has it; NULL: not needed */
    struct err_text refusal;         /* why we do not believe the server */
    struct channel_offer offer;
    struct channel_security channel_security;
    struct chunk_pool pool;
    uint8_t nonce[SUITE_NONCE_SIZE]; /* that the server signs */

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

/* The same, but to connect again by c->endpoint. */
void client_move(struct client *c);

/* Copies what a NodeId borrows. False without room: then it is the null one. */
must_check bool client_keep_nodeid(struct arena *a, struct ua_nodeid *id);

/* ---- discovery.c ---- */

/* From an open channel without security to one that c->config.security wishes, and to client_session_start().
 */
void client_discover(struct client *c);

/* Do we believe it? Keeps the reason in c->refusal when we do not. */
must_check ua_status client_verify_server(struct client *c, const struct certificate *server,
                                          struct err_text *why);

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
