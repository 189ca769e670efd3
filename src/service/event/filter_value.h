/* SPDX-License-Identifier: Apache-2.0
 * How values of filters compare and convert (Part 4 §7.7.3, tables of precedence and conversion). Any thread.
 */
#ifndef UACAM_SERVICE_EVENT_FILTER_VALUE_H
#define UACAM_SERVICE_EVENT_FILTER_VALUE_H

#include "service/event/filter_number.h"

/* The first against the second, after the implicit conversion to a common type. Neither may be NULL. */
enum filter_order filter_value_compare(const struct ua_variant *a, const struct ua_variant *b,
                                       struct arena *arena);

/* As a number, Boolean, String or NodeId; NULL when it cannot be converted or does not fit. */
struct ua_variant filter_value_cast(const struct ua_variant *v, enum ua_type type, struct arena *arena);

/* The text of a String, LocalizedText or QualifiedName. False for other types. */
must_check bool filter_value_text(const struct ua_variant *v, struct slice *out);

/* Of a NodeId, or of an ExpandedNodeId that means this server. */
must_check bool filter_value_nodeid(const struct ua_variant *v, struct ua_nodeid *out);

#endif
