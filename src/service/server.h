/* SPDX-License-Identifier: Apache-2.0
 * The services of an OPC UA server (Part 4) over an address space: requests in, responses out.
 *
 * No sockets, no threads, no clock of its own: bodies of MSG messages come in by server_receive(), responses
 * leave by the peer's ops, waiting is done with the timer queue given at init. A request may be parked (a
 * picture takes time, a Publish waits for news) without holding up anybody. Loop thread only. */
#ifndef UACAM_SERVICE_SERVER_H
#define UACAM_SERVICE_SERVER_H

#include "base/timers.h"
#include "service/peer.h"
#include "service/session/access.h"
#include "service/session/principal.h"
#include "space/space.h"

/* The ceilings of Part 5 §6.3.11 and our own. Each is the largest number allowed. */
struct server_limits {
    uint32_t sessions;
    uint32_t subscriptions_per_session;
    uint32_t items_per_subscription;
    uint32_t publishes_per_session;
    uint32_t browse_points_per_session;
    uint32_t requests_per_peer;   /* running at once, with waiting Publishes */
    uint32_t operations_per_call; /* nodes, items, paths, methods in one request */
    uint32_t item_queue;          /* values */
    uint32_t picture_queue;       /* values that are pictures */
    uint32_t event_queue;         /* events */
    size_t event_bytes;           /* of one subscription's event filters, and events that wait in it */
    uint32_t retransmissions;     /* notification messages kept per subscription */
    size_t retransmission_bytes;  /* of them, but for the last one */
    size_t notification_bytes;    /* unsent; past this a client gets no notifications until it has read */
    size_t response_bytes;        /* of one response */
    size_t arena_bytes;           /* decoded form of one request, together with its results */
    double min_session_timeout_ms, max_session_timeout_ms;
    double min_publishing_interval_ms;
    double min_sampling_interval_ms; /* of variables that are read for it */
    double max_wait_ms;              /* of a parked Read, Write or Call without timeoutHint */
};

extern const struct server_limits server_default_limits;

/* Who we are; everything borrowed for the server's life. */
struct server_identity {
    struct slice application_uri;
    struct slice application_name;
    struct slice product_uri;
    struct slice product_name;
    struct slice manufacturer;
    struct slice version;
    int64_t build_date; /* DateTime */
    struct slice host;  /* for endpoint URLs when the client named none that we can give back */
    uint16_t port;
};

struct server;

/* All borrowed for life. NULL without memory. Attaches the live values of the Server object to the space. */
must_check struct server *server_new(struct space *space, struct timer_queue *timers,
                                     const struct server_identity *identity,
                                     const struct server_limits *limits, const struct server_access *access);

/* All peers must be gone. */
void server_free(struct server *s);

/* One whole message body of an open channel; borrowed until return. */
void server_receive(struct server *s, struct peer *p, uint32_t request_id, struct slice body);

/* The connection is lost: what runs for it is cancelled, its sessions wait for another channel until they
 * time out. */
void server_peer_gone(struct peer *p);

/* Some of what was handed over has left: notifications that were held back follow. Not from within a
 * `respond`. */
void server_peer_took(struct server *s, struct peer *p);

/* Ends the sessions of users who may not `stay` any more; anonymous ones are not asked about. */
void server_review_users(struct server *s,
                         bool (*stay)(void *user, const struct principal *who, enum role role), void *user);

/* Tells clients by ServerStatus, and by an event, that the server goes down in `seconds` (Part 5 §12.6);
 * requests go on. */
void server_announce_shutdown(struct server *s, uint32_t seconds, struct slice reason);

/* Who wants to know that a session ended: Methods may keep things for a session's life. */
struct server_observer {
    void (*session_closed)(void *user, uint32_t session_key);
    void *user;
};

/* At most one; NULL: none any more. */
void server_observe(struct server *s, const struct server_observer *o);

/* Values of monitored items that newer ones replaced before they were sent. */
uint64_t server_values_replaced(const struct server *s);

/* For tests and the bench. */
size_t server_session_count(const struct server *s);
size_t server_subscription_count(const struct server *s);

#endif
