/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/filter_number.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What an integer type can hold, and its place in the table of precedence: the lesser wins. */
static const struct {
    int64_t least;
    uint64_t most;
    unsigned precedence;
} integers[] = {
    [UA_SBYTE] = {INT8_MIN, INT8_MAX, 10},  [UA_BYTE] = {0, UINT8_MAX, 11},
    [UA_INT16] = {INT16_MIN, INT16_MAX, 8}, [UA_UINT16] = {0, UINT16_MAX, 9},
    [UA_INT32] = {INT32_MIN, INT32_MAX, 5}, [UA_UINT32] = {0, UINT32_MAX, 6},
    [UA_INT64] = {INT64_MIN, INT64_MAX, 3}, [UA_UINT64] = {0, UINT64_MAX, 4},
};

static bool is_integer_type(unsigned type)
{
    return type < ARRAY_LEN(integers) && integers[type].precedence > 0;
}

static struct filter_number signed_number(int64_t v)
{
    return (struct filter_number){.kind = NUMBER_SIGNED, .i = v};
}

struct filter_number filter_number_unsigned(uint64_t v)
{
    return (struct filter_number){.kind = NUMBER_UNSIGNED, .u = v};
}

static struct filter_number real_number(double v)
{
    return (struct filter_number){.kind = NUMBER_REAL, .d = v};
}

bool filter_number_parse(struct slice text, struct filter_number *out)
{
    char copy[64], *end;
    if (text.len == 0 || text.len >= sizeof copy)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    errno = 0;
    *out = signed_number(strtoll(copy, &end, 10));
    if (*end != '\0' || errno)
        *out = real_number(strtod(copy, &end));
    return end == copy + text.len;
}

bool filter_number_of(const struct ua_variant *v, struct filter_number *out)
{
    *out = (struct filter_number){0};
    switch (v->type) {
    case UA_BOOLEAN:
        *out = filter_number_unsigned(v->boolean);
        return true;
    case UA_SBYTE:
        *out = signed_number(v->sbyte);
        return true;
    case UA_BYTE:
        *out = filter_number_unsigned(v->byte);
        return true;
    case UA_INT16:
        *out = signed_number(v->int16);
        return true;
    case UA_UINT16:
        *out = filter_number_unsigned(v->uint16);
        return true;
    case UA_INT32:
        *out = signed_number(v->int32);
        return true;
    case UA_UINT32:
        *out = filter_number_unsigned(v->uint32);
        return true;
    case UA_INT64:
        *out = signed_number(v->int64);
        return true;
    case UA_UINT64:
        *out = filter_number_unsigned(v->uint64);
        return true;
    case UA_FLOAT:
        *out = real_number((double)v->float32);
        return true;
    case UA_DOUBLE:
        *out = real_number(v->float64);
        return true;
    case UA_STATUSCODE:
        *out = filter_number_unsigned(v->status);
        return true;
    default:
        return false;
    }
}

static double as_double(const struct filter_number *n)
{
    switch (n->kind) {
    case NUMBER_SIGNED:
        return (double)n->i;
    case NUMBER_UNSIGNED:
        return (double)n->u;
    default:
        return n->d;
    }
}

static bool is_negative(const struct filter_number *n)
{
    return n->kind == NUMBER_SIGNED && n->i < 0;
}

enum filter_order filter_number_compare(const struct filter_number *a, const struct filter_number *b)
{
    if (a->kind == NUMBER_REAL || b->kind == NUMBER_REAL) {
        double x = as_double(a), y = as_double(b);
        return FILTER_ORDER(x, y);
    }
    if (is_negative(a) || is_negative(b)) {
        int64_t x = is_negative(a) ? a->i : 0, y = is_negative(b) ? b->i : 0;
        return FILTER_ORDER(x, y);
    }
    return FILTER_ORDER(a->u, b->u);
}

/* Bits of `n` as this type, which must have room for them. */
static struct ua_variant integer_of_bits(enum ua_type type, uint64_t bits)
{
    struct ua_variant v = {.type = (uint8_t)type};
    switch (type) {
    case UA_SBYTE:
    case UA_BYTE:
        v.byte = (uint8_t)bits;
        break;
    case UA_INT16:
    case UA_UINT16:
        v.uint16 = (uint16_t)bits;
        break;
    case UA_INT32:
    case UA_UINT32:
        v.uint32 = (uint32_t)bits;
        break;
    default:
        v.uint64 = bits;
    }
    return v;
}

/* Part 4 §7.7.3: halves are rounded up. */
static bool round_to_integer(double d, struct filter_number *out)
{
    double whole = floor(d + 0.5);
    if (!(whole >= -0x1p63 && whole < 0x1p64))
        return false;
    *out = whole < 0 ? signed_number((int64_t)whole) : filter_number_unsigned((uint64_t)whole);
    return true;
}

static struct ua_variant cast_to_integer(struct filter_number n, enum ua_type type)
{
    if (n.kind == NUMBER_REAL && !round_to_integer(n.d, &n))
        return (struct ua_variant){0};
    bool fits = is_negative(&n) ? n.i >= integers[type].least : n.u <= integers[type].most;
    return fits ? integer_of_bits(type, n.u) : (struct ua_variant){0};
}

struct ua_variant filter_number_cast(struct filter_number n, enum ua_type type)
{
    if (is_integer_type(type))
        return cast_to_integer(n, type);
    switch (type) {
    case UA_BOOLEAN:
        return ua_variant_boolean(as_double(&n) != 0);
    case UA_DOUBLE:
        return ua_variant_double(as_double(&n));
    case UA_FLOAT:
        return (struct ua_variant){.type = UA_FLOAT, .float32 = (float)as_double(&n)};
    default:
        return (struct ua_variant){0};
    }
}

struct slice filter_number_text(const struct ua_variant *v, struct filter_number n, struct arena *arena)
{
    if (v->type == UA_BOOLEAN)
        return slice_of(v->boolean ? "true" : "false");
    switch (n.kind) {
    case NUMBER_SIGNED:
        return arena_printf(arena, "%" PRId64, n.i);
    case NUMBER_UNSIGNED:
        return arena_printf(arena, "%" PRIu64, n.u);
    default:
        return arena_printf(arena, "%.*g", v->type == UA_FLOAT ? 9 : 17, n.d);
    }
}

struct ua_variant filter_number_bitwise(const struct ua_variant *a, const struct ua_variant *b, bool both)
{
    struct filter_number x, y;
    if (a->is_array || b->is_array || !is_integer_type(a->type) || !is_integer_type(b->type) ||
        !filter_number_of(a, &x) || !filter_number_of(b, &y))
        return (struct ua_variant){0};
    bool first = integers[a->type].precedence <= integers[b->type].precedence;
    return integer_of_bits(first ? a->type : b->type, both ? x.u & y.u : x.u | y.u);
}
