/* SPDX-License-Identifier: Apache-2.0
 * A Subscription (Part 4 §5.14): gathers the news of its monitored items and publishes them in its own
 * rhythm.
 *
 *                    interval ends...                         message leaves...
 *                    quiet         keep-alive due   news      notifications   keep-alive
 *     CREATING       LATE          LATE             LATE
 *     LATE           LATE          LATE             LATE      NORMAL          KEEP_ALIVE
 *     NORMAL         KEEP_ALIVE    LATE             LATE      NORMAL
 *     KEEP_ALIVE     KEEP_ALIVE    LATE             LATE
 *
 * and from each to CLOSED when it is deleted or its lifetime ends.
 *
 * LATE means that it has something to say: it does so at once when a Publish request waits, else when one
 * comes. It outlives the connection, and the session too when that is closed so: then it waits for
 * TransferSubscriptions until its lifetime ends. Loop thread only. */
#ifndef UACAM_SERVICE_SUBSCRIPTION_SUBSCRIPTION_H
#define UACAM_SERVICE_SUBSCRIPTION_SUBSCRIPTION_H

#include "base/list.h"
#include "base/map.h"
#include "service/event/event_queue.h"
#include "service/request.h"
#include "service/session/principal.h"

enum subscription_state {
    SUBSCRIPTION_CREATING,
    SUBSCRIPTION_NORMAL,
    SUBSCRIPTION_LATE,
    SUBSCRIPTION_KEEP_ALIVE,
    SUBSCRIPTION_CLOSED,
};

/* What ModifySubscription may change, as revised. */
struct subscription_settings {
    double publishing_interval_ms;
    uint32_t lifetime_count;
    uint32_t max_keep_alive_count;
    uint32_t max_notifications; /* in one message; 0: any number */
    uint8_t priority;
};

/* SubscriptionDiagnosticsDataType (Part 5 §12.15), as far as it is not told by other fields. */
struct subscription_counts {
    uint32_t modify;
    uint32_t enable, disable;
    uint32_t republish_requests, republished_messages;
    uint32_t transfer_requests;
    uint32_t publish_requests;
    uint32_t notifications, event_notifications;
    uint32_t late;
    uint32_t discarded_messages;
    uint32_t queue_overflows, event_overflows;
};

struct subscription {
    struct map_link by_id; /* in server->subscriptions_by_id */
    struct list_link link; /* in session->subscriptions or server->orphans; the longest unserved first */
    struct server *server;
    struct session *session; /* NULL: it waits for a transfer */
    uint32_t id;
    struct principal owner; /* of the last session, once it is gone */
    struct subscription_settings settings;
    bool publishing_enabled;

    enum subscription_state state;
    struct timer timer;
    uint32_t lifetime_left; /* publishing intervals that it still lives without its client */
    uint32_t idle;          /* publishing intervals since the last message */
    bool more;              /* the last message could not hold all */
    uint32_t next_sequence_number;

    struct map items_by_id;
    struct list items; /* struct monitored_item */
    uint32_t last_item_id;
    size_t trigger_links;
    struct event_budget event_budget; /* filters of event items, events that wait */
    struct list ready; /* struct monitored_item by ready_link: those with something to report */
    struct list sent;  /* struct notification_message, kept for Republish, oldest first */
    size_t sent_bytes;
    struct subscription_counts counts;
};

/* Word of a subscription that left the session for good: a StatusChangeNotification that waits for a Publish.
 */
struct farewell {
    struct list_link link; /* in session->farewells */
    uint32_t subscription_id;
    uint32_t sequence_number;
    ua_status status;
};

/* NULL: there is none. */
struct subscription *subscription_find(const struct server *s, uint32_t id);

/* The one of the request's session, whose lifetime begins anew. NULL: Bad_SubscriptionIdInvalid was answered.
 */
must_check struct subscription *subscription_of_request(struct request *r, uint32_t id);

/* In a session, its first publishing interval begun. NULL without memory. */
must_check struct subscription *subscription_new(struct session *session,
                                                 const struct subscription_settings *settings,
                                                 bool publishing_enabled);

/* With its items; nobody is told. */
void subscription_free(struct subscription *sub);

/* The client was heard of: the lifetime begins anew. */
void subscription_touch(struct subscription *sub);

/* Takes new settings over; the publishing interval begins anew. */
void subscription_modify(struct subscription *sub, const struct subscription_settings *settings);

/* Moves it to another session; the old one is told. */
void subscription_transfer(struct subscription *sub, struct session *to);

/* Reports the present value of every reporting item again: ResendData (Part 5 §9.2), TransferSubscriptions.
 */
void subscription_resend(struct subscription *sub);

/* Does it want to send a message right now? */
bool subscription_wants_to_send(const struct subscription *sub);

/* Has it notifications, and may it publish them? */
bool subscription_has_news(const struct subscription *sub);

/* A message left, with notifications or to keep alive. */
void subscription_message_sent(struct subscription *sub, bool notifications, bool more);

struct monitored_item *subscription_item(const struct subscription *sub, uint32_t item_id);

/* The session ends: its subscriptions with it, or each waits for a transfer. */
void subscriptions_session_closed(struct session *s, bool delete_subscriptions);

/* Those that wait for a transfer: the end of the server. */
void subscriptions_free_all(struct server *s);

/* ---- subscription_services.c ---- */

void create_subscription(struct request *r, const void *decoded);
void modify_subscription(struct request *r, const void *decoded);
void delete_subscriptions(struct request *r, const void *decoded);
void transfer_subscriptions(struct request *r, const void *decoded);
void set_publishing_mode(struct request *r, const void *decoded);

/* ---- publish.c ---- */

void publish(struct request *r, const void *decoded);
void republish(struct request *r, const void *decoded);

/* Answers waiting Publish requests of the session with what its subscriptions want to send. */
void publish_deliver(struct session *s);

/* A session without subscriptions has nothing to publish: its waiting requests end. */
void publish_refuse_idle(struct session *s);

#endif
