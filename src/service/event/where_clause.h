/* SPDX-License-Identifier: Apache-2.0
 * The where clause of an EventFilter: a ContentFilter (Part 4 §7.7) of operators over fields of an event,
 * literals, and each other.
 *
 * Elements refer to later ones only, so that a clause is computed from its end to its beginning, each element
 * once, whatever a client makes of it. Logic has three values: what compares with NULL is NULL, and an event
 * passes when the first element is TRUE. Pure: any thread. */
#ifndef UACAM_SERVICE_EVENT_WHERE_CLAUSE_H
#define UACAM_SERVICE_EVENT_WHERE_CLAUSE_H

#include "service/event/event_operand.h"

enum where_operand_kind { WHERE_ELEMENT, WHERE_LITERAL, WHERE_FIELD };

struct where_operand {
    enum where_operand_kind kind;
    union {
        uint32_t element;
        const struct ua_variant *literal;
        struct event_operand field;
    };
};

struct where_element {
    int32_t filter_operator; /* enum ua_filter_operator */
    const struct where_operand *operands;
    size_t operand_count;
};

/* Zero: every event passes. */
struct where_clause {
    const struct where_element *elements;
    size_t count;
    size_t most_operands; /* of one element */
};

/* Reads `in`, which `out` borrows from. Bad_EventFilterInvalid: `result` tells what is wrong with which
 * element; Bad_OutOfMemory. `out` then is zero. */
must_check ua_status where_clause_parse(const struct filter_reading *reading,
                                        const struct ua_content_filter *in, struct where_clause *out,
                                        struct ua_content_filter_result *result);

/* Without memory no event passes. The arena is for values on the way. */
bool where_clause_passes(const struct where_clause *w, const struct event_view *e, struct arena *arena);

/* ---- where_operators.c ---- */

/* How many operands it takes. False: no such operator, or one that is of no use for events. */
must_check bool where_operator_operands(int32_t filter_operator, size_t *least, size_t *most);

/* TRUE, FALSE or NULL; what it is of Cast and the bitwise ones. */
struct ua_variant where_operator_evaluate(int32_t filter_operator, const struct event_view *e,
                                          const struct ua_variant *operands, size_t count,
                                          struct arena *arena);

#endif
