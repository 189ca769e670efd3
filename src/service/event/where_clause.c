/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/where_clause.h"

#include "service/event/filter_value.h"

/* ---- reading ---- */

static ua_status parse_element(const struct ua_element_operand *in, size_t own, size_t count,
                               struct where_operand *out)
{
    *out = (struct where_operand){.kind = WHERE_ELEMENT, .element = in->index};
    return in->index > own && in->index < count ? UA_GOOD : UA_BAD_FILTER_ELEMENT_INVALID;
}

/* One of element `own` of `count`, which may refer to those behind it. */
static ua_status parse_operand(const struct filter_reading *reading, const struct ua_extension_object *in,
                               size_t own, size_t count, struct where_operand *out)
{
    *out = (struct where_operand){.kind = WHERE_FIELD};
    if (in->structure == &ua_simple_attribute_operand_structure)
        return event_operand_parse(reading, in->value, &out->field);
    if (in->structure == &ua_element_operand_structure)
        return parse_element(in->value, own, count, out);
    if (in->structure != &ua_literal_operand_structure)
        return UA_BAD_FILTER_OPERAND_INVALID;
    *out = (struct where_operand){.kind = WHERE_LITERAL};
    out->literal = &((const struct ua_literal_operand *)in->value)->value;
    return UA_GOOD;
}

/* A literal that can be looked through once: the type of OfType, that of Cast. */
static ua_status check_literal(const struct space *s, int32_t filter_operator, size_t i,
                               const struct where_operand *operand)
{
    bool event_type = filter_operator == UA_FILTER_OPERATOR_OF_TYPE;
    bool data_type = filter_operator == UA_FILTER_OPERATOR_CAST && i == 1;
    struct ua_nodeid id;
    if (operand->kind != WHERE_LITERAL || !(event_type || data_type))
        return UA_GOOD;
    if (!filter_value_nodeid(operand->literal, &id))
        return UA_BAD_FILTER_LITERAL_INVALID;
    const struct node *type = space_find(s, &id);
    if (!type)
        return UA_BAD_NODE_ID_UNKNOWN;
    bool fits = data_type ? type->node_class == NODE_DATA_TYPE
                          : type->node_class == NODE_OBJECT_TYPE || type->node_class == NODE_VARIABLE_TYPE;
    return fits ? UA_GOOD : UA_BAD_FILTER_LITERAL_INVALID;
}

static ua_status check_operator(const struct ua_content_filter_element *in)
{
    size_t least, most;
    if (in->filter_operator < UA_FILTER_OPERATOR_EQUALS ||
        in->filter_operator > UA_FILTER_OPERATOR_BITWISE_OR)
        return UA_BAD_FILTER_OPERATOR_INVALID;
    if (!where_operator_operands(in->filter_operator, &least, &most))
        return UA_BAD_FILTER_OPERATOR_UNSUPPORTED;
    size_t count = in->filter_operands_len;
    return count >= least && count <= most ? UA_GOOD : UA_BAD_FILTER_OPERAND_COUNT_MISMATCH;
}

/* Bad_OutOfMemory alone ends the reading; all else is told in `result`. */
static ua_status parse_one(const struct filter_reading *reading, const struct ua_content_filter *clause,
                           size_t own, struct where_element *out,
                           struct ua_content_filter_element_result *result)
{
    const struct ua_content_filter_element *in = &clause->elements[own];
    size_t count = in->filter_operands_len;
    result->status_code = check_operator(in);
    if (result->status_code)
        return UA_GOOD;
    struct where_operand *operands = arena_alloc(reading->kept, count, sizeof *operands);
    ua_status *statuses = arena_alloc(reading->told, count, sizeof *statuses);
    if (!operands || !statuses)
        return UA_BAD_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        statuses[i] =
            parse_operand(reading, &in->filter_operands[i], own, clause->elements_len, &operands[i]);
        if (!statuses[i])
            statuses[i] = check_literal(reading->space, in->filter_operator, i, &operands[i]);
        if (statuses[i] == UA_BAD_OUT_OF_MEMORY)
            return UA_BAD_OUT_OF_MEMORY;
        if (statuses[i])
            result->status_code = UA_BAD_FILTER_OPERAND_INVALID;
    }
    result->operand_status_codes = statuses;
    result->operand_status_codes_len = count;
    *out = (struct where_element){in->filter_operator, operands, count};
    return UA_GOOD;
}

ua_status where_clause_parse(const struct filter_reading *reading, const struct ua_content_filter *in,
                             struct where_clause *out, struct ua_content_filter_result *result)
{
    size_t count = in->elements_len, most = 0;
    *out = (struct where_clause){0};
    *result = (struct ua_content_filter_result){0};
    struct where_element *elements = arena_alloc(reading->kept, count, sizeof *elements);
    struct ua_content_filter_element_result *results = arena_alloc(reading->told, count, sizeof *results);
    if (!elements || !results)
        return UA_BAD_OUT_OF_MEMORY;
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        ua_status status = parse_one(reading, in, i, &elements[i], &results[i]);
        if (status)
            return status;
        good &= results[i].status_code == UA_GOOD;
        if (elements[i].operand_count > most)
            most = elements[i].operand_count;
    }
    result->element_results = results;
    result->element_results_len = count;
    if (!good)
        return UA_BAD_EVENT_FILTER_INVALID;
    *out = (struct where_clause){elements, count, most};
    return UA_GOOD;
}

/* ---- evaluating ---- */

static struct ua_variant value_of(const struct where_operand *operand, const struct event_view *e,
                                  const struct ua_variant *results, struct arena *arena)
{
    switch (operand->kind) {
    case WHERE_ELEMENT:
        return results[operand->element];
    case WHERE_LITERAL:
        return *operand->literal;
    default:
        return event_operand_value(&operand->field, e, arena);
    }
}

bool where_clause_passes(const struct where_clause *w, const struct event_view *e, struct arena *arena)
{
    if (w->count == 0)
        return true;
    struct ua_variant *results = arena_alloc(arena, w->count, sizeof *results);
    struct ua_variant *operands = arena_alloc(arena, w->most_operands, sizeof *operands);
    if (!results || !operands)
        return false;
    for (size_t i = w->count; i-- > 0;) {
        const struct where_element *element = &w->elements[i];
        for (size_t k = 0; k < element->operand_count; k++)
            operands[k] = value_of(&element->operands[k], e, results, arena);
        results[i] =
            where_operator_evaluate(element->filter_operator, e, operands, element->operand_count, arena);
    }
    return results[0].type == UA_BOOLEAN && !results[0].is_array && results[0].boolean;
}
