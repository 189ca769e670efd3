/* SPDX-License-Identifier: Apache-2.0
 * An event as filters see it: its type, and its fields by their paths. */
#ifndef UACAM_SERVICE_EVENT_EVENT_VIEW_H
#define UACAM_SERVICE_EVENT_EVENT_VIEW_H

#include "service/event/event.h"

struct event_view {
    const struct space *space;
    const struct node *type; /* the EventType */
    const struct event_field *fields;
    size_t field_count;
};

/* With the fields of BaseEventType, a new EventId, the time. Borrows from the event and the arena. False
 * without memory, or when the type is none of the address space; nothing was made then. */
must_check bool event_view_make(struct server *s, const struct event *e, struct arena *arena,
                                struct event_view *out);

/* NULL: the event has no such field. */
const struct ua_variant *event_view_field(const struct event_view *e, struct slice path);

/* Is the event of this type or of a subtype? */
bool event_view_is(const struct event_view *e, const struct ua_nodeid *type);

#endif
