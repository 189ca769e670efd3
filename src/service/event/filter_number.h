/* SPDX-License-Identifier: Apache-2.0
 * Numbers of filters, whatever their types: how they compare and convert (Part 4 §7.7.3). Any thread. */
#ifndef UACAM_SERVICE_EVENT_FILTER_NUMBER_H
#define UACAM_SERVICE_EVENT_FILTER_NUMBER_H

#include "base/arena.h"
#include "wire/types.h"

enum filter_order {
    ORDER_NONE, /* they differ, or cannot be compared at all */
    ORDER_LESS,
    ORDER_EQUAL,
    ORDER_GREATER,
};

#define FILTER_ORDER(x, y)                                                                                   \
    ((x) < (y) ? ORDER_LESS : (x) == (y) ? ORDER_EQUAL : (x) > (y) ? ORDER_GREATER : ORDER_NONE)

enum number_kind { NUMBER_SIGNED, NUMBER_UNSIGNED, NUMBER_REAL };

struct filter_number {
    enum number_kind kind;
    union {
        int64_t i;
        uint64_t u;
        double d;
    };
};

struct filter_number filter_number_unsigned(uint64_t v);

/* Of numbers and what converts to them without asking: Boolean, StatusCode. False for others. */
must_check bool filter_number_of(const struct ua_variant *v, struct filter_number *out);

/* False when not all of the text is a number. */
must_check bool filter_number_parse(struct slice text, struct filter_number *out);

enum filter_order filter_number_compare(const struct filter_number *a, const struct filter_number *b);

/* As a number or Boolean; NULL for other types, and when it does not fit. */
struct ua_variant filter_number_cast(struct filter_number n, enum ua_type type);

/* As text; `v` is what it was taken from. */
struct slice filter_number_text(const struct ua_variant *v, struct filter_number n, struct arena *arena);

/* Bit by bit, of two integers; else NULL. */
struct ua_variant filter_number_bitwise(const struct ua_variant *a, const struct ua_variant *b, bool both);

#endif
