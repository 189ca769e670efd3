/* SPDX-License-Identifier: Apache-2.0
 * Events (Part 3 §4.7, Part 5 §6.4): something happened that no Variable holds. Emitted once, delivered to
 * every event item whose filter it passes. Loop thread only. */
#ifndef UACAM_SERVICE_EVENT_EVENT_H
#define UACAM_SERVICE_EVENT_EVENT_H

#include "service/server.h"

/* A field beyond those of BaseEventType. */
struct event_field {
    const char *path; /* BrowseNames of ns 0 from the event's type: "Changes", "ClientUserId" */
    struct ua_variant value;
};

/* EventId, Time, ReceiveTime are the server's to fill. All borrowed until return. */
struct event {
    uint32_t type;           /* in ns 0: UA_ID_GENERALMODELCHANGEEVENTTYPE */
    struct ua_nodeid source; /* null: the Server object */
    struct slice source_name;
    uint16_t severity; /* 1..1000 */
    struct slice message;
    const struct event_field *fields;
    size_t field_count;
    bool for_administrators; /* audit events: only sessions that may see them get them */
};

/* Delivers it to the event items of `notifier` (its EventNotifier has the SubscribeToEvents bit) and to those
 * of the Server object. NULL: the Server object's alone. */
void server_emit(struct server *s, const struct node *notifier, const struct event *e);

/* Is anybody listening? Spares the making of events. */
bool server_has_listeners(const struct server *s);

#endif
