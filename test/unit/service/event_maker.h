/* SPDX-License-Identifier: Apache-2.0
 * EventFilters and events as the tests of events need them. Everything lives in the maker. */
#ifndef UACAM_TEST_SERVICE_EVENT_MAKER_H
#define UACAM_TEST_SERVICE_EVENT_MAKER_H

#include "service/event/event_view.h"
#include "wire/messages_gen.h"

struct event_maker {
    struct arena arena;
    struct ua_event_filter filter; /* add to it */
};

void event_maker_init(struct event_maker *m);
void event_maker_clear(struct event_maker *m);

/* A field of namespace 0 by a path of one name, of BaseEventType. */
struct ua_simple_attribute_operand event_maker_field(struct event_maker *m, const char *name);

/* Selects it. */
void event_maker_select(struct event_maker *m, struct ua_simple_attribute_operand field);
void event_maker_select_name(struct event_maker *m, const char *name);

/* Operands. */
struct ua_extension_object event_maker_literal(struct event_maker *m, struct ua_variant v);
struct ua_extension_object event_maker_element(struct event_maker *m, uint32_t index);
struct ua_extension_object event_maker_named(struct event_maker *m, const char *name);

/* Adds an element to the where clause. */
void event_maker_where(struct event_maker *m, int32_t filter_operator,
                       const struct ua_extension_object *operands, size_t count);

/* The filter on the wire. */
struct slice event_maker_encode(struct event_maker *m);

/* The clause "field OPERATOR literal". */
void event_maker_compare(struct event_maker *m, const char *name, int32_t filter_operator,
                         struct ua_variant v);

#endif
