/* SPDX-License-Identifier: Apache-2.0
 * The operators of where clauses (Part 4 §7.7.3). */
#include "service/event/filter_value.h"
#include "service/event/like.h"
#include "service/event/where_clause.h"

struct evaluation {
    const struct event_view *event;
    const struct ua_variant *operands;
    size_t count;
    struct arena *arena;
    unsigned orders; /* of its row */
};

static const struct ua_variant null_value = {.type = UA_NULL};

/* A Variant without a value, or one whose value stands for none (Part 6 §5.1.2). */
static bool is_null(const struct ua_variant *v)
{
    switch (v->type) {
    case UA_NULL:
        return true;
    case UA_STRING:
    case UA_BYTESTRING:
    case UA_XMLELEMENT:
        return !v->is_array && !v->bytes.data;
    case UA_NODEID:
        return !v->is_array && ua_nodeid_is_null(&v->nodeid);
    case UA_LOCALIZEDTEXT:
        return !v->is_array && !v->localized_text.text.data && !v->localized_text.locale.data;
    default:
        return false;
    }
}

static bool is_truth(const struct ua_variant *v)
{
    return v->type == UA_BOOLEAN && !v->is_array;
}

static struct ua_variant evaluate_is_null(const struct evaluation *e)
{
    return ua_variant_boolean(is_null(&e->operands[0]));
}

static struct ua_variant compare(const struct evaluation *e, size_t first, size_t second, unsigned orders)
{
    const struct ua_variant *a = &e->operands[first], *b = &e->operands[second];
    if (a->type == UA_NULL || b->type == UA_NULL)
        return null_value;
    return ua_variant_boolean(1u << filter_value_compare(a, b, e->arena) & orders);
}

static struct ua_variant evaluate_comparison(const struct evaluation *e)
{
    return compare(e, 0, 1, e->orders);
}

static struct ua_variant evaluate_like(const struct evaluation *e)
{
    struct slice text, pattern;
    if (e->operands[0].type == UA_NULL || e->operands[1].type == UA_NULL)
        return null_value;
    if (!filter_value_text(&e->operands[0], &text) || !filter_value_text(&e->operands[1], &pattern))
        return ua_variant_boolean(false);
    return ua_variant_boolean(like_matches(text, pattern));
}

static struct ua_variant evaluate_not(const struct evaluation *e)
{
    return is_truth(&e->operands[0]) ? ua_variant_boolean(!e->operands[0].boolean) : null_value;
}

/* The one value that decides (FALSE for And, TRUE for Or) wins over NULL. */
static struct ua_variant decide(const struct ua_variant *a, const struct ua_variant *b, bool deciding)
{
    if ((is_truth(a) && a->boolean == deciding) || (is_truth(b) && b->boolean == deciding))
        return ua_variant_boolean(deciding);
    return is_truth(a) && is_truth(b) ? ua_variant_boolean(!deciding) : null_value;
}

static struct ua_variant evaluate_and(const struct evaluation *e)
{
    return decide(&e->operands[0], &e->operands[1], false);
}

static struct ua_variant evaluate_or(const struct evaluation *e)
{
    return decide(&e->operands[0], &e->operands[1], true);
}

enum {
    LESS = 1u << ORDER_LESS,
    EQUAL = 1u << ORDER_EQUAL,
    GREATER = 1u << ORDER_GREATER,
};

static struct ua_variant evaluate_between(const struct evaluation *e)
{
    struct ua_variant least = compare(e, 0, 1, GREATER | EQUAL), most = compare(e, 0, 2, LESS | EQUAL);
    return decide(&least, &most, false);
}

static struct ua_variant evaluate_in_list(const struct evaluation *e)
{
    struct ua_variant found = ua_variant_boolean(false);
    for (size_t i = 1; i < e->count; i++) {
        struct ua_variant equal = compare(e, 0, i, EQUAL);
        found = decide(&found, &equal, true);
    }
    return found;
}

static struct ua_variant evaluate_cast(const struct evaluation *e)
{
    struct ua_nodeid type;
    if (!filter_value_nodeid(&e->operands[1], &type))
        return null_value;
    return filter_value_cast(&e->operands[0], space_builtin_type(e->event->space, &type), e->arena);
}

static struct ua_variant evaluate_of_type(const struct evaluation *e)
{
    struct ua_nodeid type;
    if (!filter_value_nodeid(&e->operands[0], &type))
        return null_value;
    return ua_variant_boolean(event_view_is(e->event, &type));
}

static struct ua_variant evaluate_bitwise_and(const struct evaluation *e)
{
    return filter_number_bitwise(&e->operands[0], &e->operands[1], true);
}

static struct ua_variant evaluate_bitwise_or(const struct evaluation *e)
{
    return filter_number_bitwise(&e->operands[0], &e->operands[1], false);
}

struct row {
    size_t least, most; /* operands */
    struct ua_variant (*evaluate)(const struct evaluation *e);
    unsigned orders; /* comparisons: those that make it TRUE */
};

#define OPERATOR(name) [UA_FILTER_OPERATOR_##name]

/* InView and RelatedTo have no use in an EventFilter (Part 4 §7.22.3). */
static const struct row rows[] = {
    OPERATOR(EQUALS) = {2, 2, evaluate_comparison, EQUAL},
    OPERATOR(IS_NULL) = {1, 1, evaluate_is_null, 0},
    OPERATOR(GREATER_THAN) = {2, 2, evaluate_comparison, GREATER},
    OPERATOR(LESS_THAN) = {2, 2, evaluate_comparison, LESS},
    OPERATOR(GREATER_THAN_OR_EQUAL) = {2, 2, evaluate_comparison, GREATER | EQUAL},
    OPERATOR(LESS_THAN_OR_EQUAL) = {2, 2, evaluate_comparison, LESS | EQUAL},
    OPERATOR(LIKE) = {2, 2, evaluate_like, 0},
    OPERATOR(NOT) = {1, 1, evaluate_not, 0},
    OPERATOR(BETWEEN) = {3, 3, evaluate_between, 0},
    /* With nothing to find: clients make such a list first and fill it later. */
    OPERATOR(IN_LIST) = {1, SIZE_MAX, evaluate_in_list, 0},
    OPERATOR(AND) = {2, 2, evaluate_and, 0},
    OPERATOR(OR) = {2, 2, evaluate_or, 0},
    OPERATOR(CAST) = {2, 2, evaluate_cast, 0},
    OPERATOR(OF_TYPE) = {1, 1, evaluate_of_type, 0},
    OPERATOR(BITWISE_AND) = {2, 2, evaluate_bitwise_and, 0},
    OPERATOR(BITWISE_OR) = {2, 2, evaluate_bitwise_or, 0},
};

static const struct row *row_of(int32_t filter_operator)
{
    bool known = filter_operator >= 0 && (size_t)filter_operator < ARRAY_LEN(rows);
    return known && rows[filter_operator].evaluate ? &rows[filter_operator] : NULL;
}

bool where_operator_operands(int32_t filter_operator, size_t *least, size_t *most)
{
    const struct row *row = row_of(filter_operator);
    *least = row ? row->least : 0;
    *most = row ? row->most : 0;
    return row;
}

struct ua_variant where_operator_evaluate(int32_t filter_operator, const struct event_view *e,
                                          const struct ua_variant *operands, size_t count,
                                          struct arena *arena)
{
    const struct row *row = row_of(filter_operator);
    return row->evaluate(&(struct evaluation){e, operands, count, arena, row->orders});
}
