/* SPDX-License-Identifier: Apache-2.0
 * EventFilters (Part 4 §7.22.3): which events a client wants, which of their fields. Pure: any thread. */
#ifndef UACAM_SERVICE_EVENT_EVENT_FILTER_H
#define UACAM_SERVICE_EVENT_EVENT_FILTER_H

#include "service/event/where_clause.h"
#include "wire/writer.h"

/* EVENT_FILTER_OPERANDS: of the where clause, all elements together. */
enum {
    EVENT_FILTER_BYTES = 64 << 10, /* on the wire */
    EVENT_FILTER_FIELDS = 1000,
    EVENT_FILTER_OPERANDS = 1000,
};

struct event_filter {
    struct arena arena; /* for all that it points to */
    const struct event_operand *fields;
    size_t field_count;
    struct where_clause where;
};

/* Reads an encoded EventFilter. A field that no event has is NULL in each: then this is Good, and `result`,
 * which lives in `told`, names it. Bad_EventFilterInvalid: nothing is selected, no field exists, or the where
 * clause is wrong; `result` tells. Without anything to tell `result` is zero. Bad_TooManyOperations and
 * Bad_EncodingLimitsExceeded past the ceilings, Bad_DecodingError, Bad_OutOfMemory. `out` is given. */
must_check ua_status event_filter_new(const struct space *s, struct slice encoded, struct arena *told,
                                      struct event_filter **out, struct ua_event_filter_result *result);

/* NULL is allowed. */
void event_filter_free(struct event_filter *f);

/* What it holds of memory. */
size_t event_filter_size(const struct event_filter *f);

/* The arena of both is for values on the way. */
bool event_filter_passes(const struct event_filter *f, const struct event_view *e, struct arena *arena);

/* Writes the eventFields of an EventFieldList: an array of Variants. */
void event_filter_select(const struct event_filter *f, const struct event_view *e, struct arena *arena,
                         struct writer *w);

#endif
