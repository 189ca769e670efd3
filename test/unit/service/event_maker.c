/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "event_maker.h"

#include "wire/structure.h"
#include "wire/writer.h"

#include <string.h>

void event_maker_init(struct event_maker *m)
{
    *m = (struct event_maker){0};
    arena_init(&m->arena, SIZE_MAX);
}

void event_maker_clear(struct event_maker *m)
{
    arena_clear(&m->arena);
}

static void *keep(struct event_maker *m, const void *data, size_t size)
{
    void *kept = arena_alloc(&m->arena, 1, size);
    assert_non_null(kept);
    memcpy(kept, data, size);
    return kept;
}

/* The array with room for one more behind it. */
static void *grow(struct event_maker *m, const void *array, size_t len, size_t size)
{
    uint8_t *grown = arena_alloc(&m->arena, len + 1, size);
    assert_non_null(grown);
    if (len)
        memcpy(grown, array, len * size);
    return grown;
}

struct ua_simple_attribute_operand event_maker_field(struct event_maker *m, const char *name)
{
    struct ua_qualified_name path = {.name = slice_of(name)};
    return (struct ua_simple_attribute_operand){
        .type_definition_id = ua_nodeid_numeric(0, UA_ID_BASEEVENTTYPE),
        .browse_path = keep(m, &path, sizeof path),
        .browse_path_len = 1,
        .attribute_id = ATTRIBUTE_VALUE,
    };
}

void event_maker_select(struct event_maker *m, struct ua_simple_attribute_operand field)
{
    struct ua_event_filter *f = &m->filter;
    f->select_clauses = grow(m, f->select_clauses, f->select_clauses_len, sizeof field);
    f->select_clauses[f->select_clauses_len++] = field;
}

void event_maker_select_name(struct event_maker *m, const char *name)
{
    event_maker_select(m, event_maker_field(m, name));
}

static struct ua_extension_object operand(struct event_maker *m, const struct ua_structure *structure,
                                          const void *value)
{
    return (struct ua_extension_object){.structure = structure, .value = keep(m, value, structure->size)};
}

struct ua_extension_object event_maker_literal(struct event_maker *m, struct ua_variant v)
{
    return operand(m, &ua_literal_operand_structure, &(struct ua_literal_operand){v});
}

struct ua_extension_object event_maker_element(struct event_maker *m, uint32_t index)
{
    return operand(m, &ua_element_operand_structure, &(struct ua_element_operand){index});
}

struct ua_extension_object event_maker_named(struct event_maker *m, const char *name)
{
    struct ua_simple_attribute_operand field = event_maker_field(m, name);
    return operand(m, &ua_simple_attribute_operand_structure, &field);
}

void event_maker_where(struct event_maker *m, int32_t filter_operator,
                       const struct ua_extension_object *operands, size_t count)
{
    struct ua_content_filter *where = &m->filter.where_clause;
    struct ua_content_filter_element element = {
        .filter_operator = filter_operator,
        .filter_operands = count ? keep(m, operands, count * sizeof *operands) : NULL,
        .filter_operands_len = count,
    };
    where->elements = grow(m, where->elements, where->elements_len, sizeof element);
    where->elements[where->elements_len++] = element;
}

void event_maker_compare(struct event_maker *m, const char *name, int32_t filter_operator,
                         struct ua_variant v)
{
    const struct ua_extension_object operands[] = {event_maker_named(m, name), event_maker_literal(m, v)};
    event_maker_where(m, filter_operator, operands, 2);
}

struct slice event_maker_encode(struct event_maker *m)
{
    struct rope rope;
    struct writer w;
    struct slice out;
    rope_init(&rope, SIZE_MAX);
    writer_init(&w, &rope);
    ua_event_filter_write(&w, &m->filter);
    assert_int_equal(w.status, UA_GOOD);
    assert_true(arena_copy(&m->arena, buf_slice(&rope.own), &out));
    rope_clear(&rope);
    return out;
}
