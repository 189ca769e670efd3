/* SPDX-License-Identifier: Apache-2.0
 * What the service floor's own files share: the server's state. */
#ifndef UACAM_SERVICE_SERVER_PRIVATE_H
#define UACAM_SERVICE_SERVER_PRIVATE_H

#include "base/log_rate.h"
#include "service/server.h"

struct request;

/* Part 5 §12.6 */
enum server_state { SERVER_RUNNING = 0, SERVER_SHUTDOWN = 4 };

/* EventIds: random for the run, and a number. */
enum { EVENT_ID_RANDOM = 8, EVENT_ID_SIZE = 16 };

/* ServerDiagnosticsSummary (Part 5 §12.9), and one of our own. */
struct server_counts {
    uint32_t cumulated_sessions;
    uint32_t security_rejected_sessions;
    uint32_t rejected_sessions;
    uint32_t session_timeouts;
    uint32_t session_aborts;
    uint32_t cumulated_subscriptions;
    uint32_t security_rejected_requests;
    uint32_t rejected_requests;
    uint64_t values_replaced;
};

struct server {
    struct space *space;
    struct timer_queue *timers;
    const struct server_identity *identity;
    struct server_limits limits;
    const struct server_access *access;

    struct map sessions_by_token;
    struct list sessions; /* struct session */
    uint32_t last_session_key;

    struct map subscriptions_by_id; /* struct subscription */
    uint32_t last_subscription_id;
    struct list orphans; /* subscriptions whose session is gone, oldest first */

    struct server_observer observer;

    struct list event_items;           /* struct monitored_item by event_link: those that want events */
    uint8_t event_id[EVENT_ID_RANDOM]; /* the random half of all EventIds */
    uint64_t last_event;
    struct log_rate refusals; /* that the audit log tells */

    struct list idle_requests; /* struct request, kept for the next use */

    int64_t started_at; /* DateTime */
    enum server_state state;
    int64_t shutdown_at_ns; /* monotonic */
    struct buf shutdown_reason;
    struct server_counts counts;
};

int64_t server_mono_ns(const struct server *s);
int64_t server_datetime(const struct server *s); /* now */

#endif
