/* SPDX-License-Identifier: Apache-2.0 */
#include "model/setting_shape.h"

#include "space/ids_gen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_number(const struct setting *s)
{
    return s->kind == SETTING_INTEGER || s->kind == SETTING_FLOAT;
}

static bool is_ranged(const struct setting *s)
{
    return is_number(s) && s->max > s->min;
}

/* The smallest that fits: clients of controllers seldom know Int64. */
static uint32_t integer_type(const struct setting *s)
{
    if (!is_ranged(s))
        return UA_INT64;
    if (s->min >= 0 && s->max <= UINT32_MAX)
        return UA_UINT32;
    return s->min >= INT32_MIN && s->max <= INT32_MAX ? UA_INT32 : UA_INT64;
}

static uint32_t data_type(const struct setting *s)
{
    static const uint32_t types[] = {
        [SETTING_FLOAT] = UA_DOUBLE,  [SETTING_BOOLEAN] = UA_BOOLEAN, [SETTING_MENU] = UA_UINT32,
        [SETTING_STRING] = UA_STRING, [SETTING_COMMAND] = UA_NULL,
    };
    return s->kind == SETTING_INTEGER ? integer_type(s) : types[s->kind];
}

static uint32_t type_definition(const struct setting *s)
{
    if (s->kind == SETTING_COMMAND)
        return 0;
    if (s->kind == SETTING_MENU)
        return UA_ID_MULTISTATEDISCRETETYPE;
    if (is_ranged(s))
        return UA_ID_ANALOGITEMTYPE;
    return is_number(s) ? UA_ID_BASEANALOGTYPE : UA_ID_BASEDATAVARIABLETYPE;
}

struct setting_shape setting_shape_of(const struct setting *s)
{
    struct setting_shape shape = {
        .kind = s->kind,
        .node_class = s->kind == SETTING_COMMAND ? NODE_METHOD : NODE_VARIABLE,
        .type_definition = type_definition(s),
        .data_type = data_type(s),
        .ranged = is_ranged(s),
    };
    if (is_number(s))
        snprintf(shape.unit, sizeof shape.unit, "%s", s->unit);
    return shape;
}

bool setting_shape_equal(const struct setting_shape *a, const struct setting_shape *b)
{
    return a->kind == b->kind && a->node_class == b->node_class && a->type_definition == b->type_definition &&
           a->data_type == b->data_type && a->ranged == b->ranged && strcmp(a->unit, b->unit) == 0;
}

uint8_t setting_access(const struct setting *s)
{
    return (s->readable ? ACCESS_READ : 0) | (s->flags & SETTING_READ_ONLY ? 0 : ACCESS_WRITE);
}

static ua_status integer_to_variant(uint32_t type, int64_t v, struct ua_variant *out)
{
    *out = (struct ua_variant){.type = UA_INT64, .int64 = v};
    if (type == UA_INT32)
        *out = ua_variant_int32((int32_t)v);
    if (type == UA_UINT32)
        *out = ua_variant_uint32((uint32_t)v);
    bool fits = type == UA_INT32    ? v >= INT32_MIN && v <= INT32_MAX
                : type == UA_UINT32 ? v >= 0 && v <= UINT32_MAX
                                    : true;
    return fits ? UA_GOOD : UA_BAD_OUT_OF_RANGE;
}

ua_status setting_to_variant(const struct setting_shape *shape, const struct setting_value *v,
                             struct ua_variant *out)
{
    *out = (struct ua_variant){0};
    switch (shape->kind) {
    case SETTING_INTEGER:
    case SETTING_MENU:
        return integer_to_variant(shape->data_type, v->integer, out);
    case SETTING_FLOAT:
        *out = ua_variant_double(v->number);
        break;
    case SETTING_BOOLEAN:
        *out = ua_variant_boolean(v->integer != 0);
        break;
    case SETTING_STRING:
        *out = ua_variant_string(slice_of(v->text));
        break;
    case SETTING_COMMAND:
        break;
    }
    return UA_GOOD;
}

static int64_t integer_of(const struct ua_variant *v)
{
    switch (v->type) {
    case UA_INT32:
        return v->int32;
    case UA_UINT32:
        return v->uint32;
    default:
        return v->int64;
    }
}

static ua_status text_of(struct slice text, struct setting_value *out)
{
    bool fits = text.len < sizeof out->text && !(text.len && memchr(text.data, '\0', text.len));
    if (!fits)
        return UA_BAD_OUT_OF_RANGE;
    if (text.len)
        memcpy(out->text, text.data, text.len);
    return UA_GOOD;
}

ua_status setting_of_variant(const struct setting_shape *shape, const struct ua_variant *v,
                             struct setting_value *out)
{
    *out = (struct setting_value){0};
    switch (shape->kind) {
    case SETTING_INTEGER:
    case SETTING_MENU:
        out->integer = integer_of(v);
        break;
    case SETTING_FLOAT:
        out->number = v->float64;
        return isfinite(v->float64) ? UA_GOOD : UA_BAD_OUT_OF_RANGE;
    case SETTING_BOOLEAN:
        out->integer = v->boolean;
        break;
    case SETTING_STRING:
        return text_of(v->bytes, out);
    case SETTING_COMMAND:
        break;
    }
    return UA_GOOD;
}

bool setting_value_equal(enum setting_kind kind, const struct setting_value *a, const struct setting_value *b)
{
    switch (kind) {
    case SETTING_FLOAT:
        return a->number == b->number;
    case SETTING_STRING:
        return strcmp(a->text, b->text) == 0;
    default:
        return a->integer == b->integer;
    }
}
