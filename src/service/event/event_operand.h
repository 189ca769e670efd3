/* SPDX-License-Identifier: Apache-2.0
 * SimpleAttributeOperands (Part 4 §7.7.4.5): which field of an event is meant, looked up in the event types
 * once, found in each event by its path. */
#ifndef UACAM_SERVICE_EVENT_EVENT_OPERAND_H
#define UACAM_SERVICE_EVENT_EVENT_OPERAND_H

#include "service/attribute/index_range.h"
#include "service/event/event_view.h"
#include "wire/messages_gen.h"

/* What reading a filter needs. */
struct filter_reading {
    const struct space *space;
    struct arena *kept; /* lives with the filter */
    struct arena *told; /* lives until the client has been told what is wrong */
};

/* All zero: a field that no event has. */
struct event_operand {
    struct slice path;     /* "Changes"; "A/B" for one within another; null: none of ours has it */
    struct ua_nodeid type; /* events of other types have it not */
    struct index_range range;
};

/* The texts of `out` are those of `in`, or kept. On failure `out` is zero, and the status that of
 * Part 4 §7.22.3: Bad_TypeDefinitionInvalid and Bad_NodeIdUnknown for what this server does not know,
 * Bad_BrowseNameInvalid, Bad_AttributeIdInvalid, Bad_IndexRangeInvalid, Bad_TypeMismatch (an IndexRange where
 * there is no array) for what is wrong by itself; Bad_OutOfMemory. */
must_check ua_status event_operand_parse(const struct filter_reading *reading,
                                         const struct ua_simple_attribute_operand *in,
                                         struct event_operand *out);

/* NULL when the event has no such field, a StatusCode when the IndexRange selects nothing of it. Borrows from
 * the event and from the arena. */
struct ua_variant event_operand_value(const struct event_operand *o, const struct event_view *e,
                                      struct arena *arena);

#endif
