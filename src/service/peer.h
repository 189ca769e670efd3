/* SPDX-License-Identifier: Apache-2.0
 * The other end of a SecureChannel, as plain facts: services are tested without any channel.
 *
 * Lives with the connection; server_peer_gone() must be called before it dies. Loop thread only. */
#ifndef UACAM_SERVICE_PEER_H
#define UACAM_SERVICE_PEER_H

#include "base/list.h"
#include "base/rope.h"
#include "crypto/identity.h"
#include "wire/types.h"

/* None of these may call back into the server. */
struct peer_ops {
    /* Sends a response; takes the rope when good. Bad_ResponseTooLarge: the client's limits forbid it,
     * nothing was sent, the rope is untouched. Any other bad status: the connection is on its way out. */
    ua_status (*respond)(void *user, uint32_t request_id, struct rope *response);

    /* A session was activated: larger requests are welcome from now on. */
    void (*activated)(void *user);

    /* The last of its sessions has ended, or moved elsewhere. NULL: never mind. */
    void (*deserted)(void *user);

    /* Bytes handed over that have not left yet. */
    size_t (*unsent)(void *user);
};

struct peer {
    const struct peer_ops *ops;
    void *user;
    uint32_t channel_id;
    struct slice endpoint_url; /* by which the client came (its Hello) */
    const char *address;       /* "192.0.2.7" */
    bool loopback;
    struct slice security_policy_uri;
    uint32_t security_mode;                       /* enum ua_message_security_mode */
    const struct certificate *client_certificate; /* NULL with policy None */
    const struct identity *own;                   /* shown to this client; NULL: the server's present one */
    size_t max_response;                          /* largest body that the client's limits let through */

    /* The server's own from here; zero to begin. */
    struct list requests; /* running: struct request */
    struct list sessions; /* that are bound to it: struct session */
    bool holds_back;      /* notifications of a session wait until it has taken more of what was sent */
};

#endif
