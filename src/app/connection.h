/* SPDX-License-Identifier: Apache-2.0
 * A client's connection: TCP below, SecureChannel in between, services above.
 *
 *     accepted -> HEL, OPN within 5 s -> a session activated within 30 s -> ... -> closed
 *
 * Whoever is late is closed; a client that does not read is not read either. Loop thread only. */
#ifndef UACAM_APP_CONNECTION_H
#define UACAM_APP_CONNECTION_H

#include "app/connections.h"
#include "channel/channel.h"
#include "service/peer.h"

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

/* A stranger's, which is to be put in the lists of `all`. NULL without memory. */
must_check struct connection *connection_new(struct connections *all, struct tcp_conn *tcp,
                                             uint32_t channel_id);

/* With a struct connection as their user, which `closed` frees. */
extern const struct tcp_events connection_tcp_events;

/* Tells the client why, and closes. */
void connection_reject(struct connection *c, ua_status why, const char *reason);

/* Bytes that wait for the client to take what was sent before. */
size_t connection_unsent(const struct connection *c);

/* The `verify` of a channel_security, with a struct connection as its user. */
ua_status connection_verify(void *user, const struct security_policy *policy,
                            const struct certificate *client, struct err_text *why);

#endif
