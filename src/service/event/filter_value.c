/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/filter_value.h"

#include "wire/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum number_kind { NUMBER_SIGNED, NUMBER_UNSIGNED, NUMBER_REAL };

struct number {
    enum number_kind kind;
    union {
        int64_t i;
        uint64_t u;
        double d;
    };
};

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

static struct number signed_number(int64_t v)
{
    return (struct number){.kind = NUMBER_SIGNED, .i = v};
}

static struct number unsigned_number(uint64_t v)
{
    return (struct number){.kind = NUMBER_UNSIGNED, .u = v};
}

static struct number real_number(double v)
{
    return (struct number){.kind = NUMBER_REAL, .d = v};
}

static bool parse_number(struct slice text, struct number *out)
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

/* Of numbers and what converts to them without asking: Boolean, StatusCode. */
static bool number_of(const struct ua_variant *v, struct number *out)
{
    *out = (struct number){0};
    switch (v->type) {
    case UA_BOOLEAN:
        *out = unsigned_number(v->boolean);
        return true;
    case UA_SBYTE:
        *out = signed_number(v->sbyte);
        return true;
    case UA_BYTE:
        *out = unsigned_number(v->byte);
        return true;
    case UA_INT16:
        *out = signed_number(v->int16);
        return true;
    case UA_UINT16:
        *out = unsigned_number(v->uint16);
        return true;
    case UA_INT32:
        *out = signed_number(v->int32);
        return true;
    case UA_UINT32:
        *out = unsigned_number(v->uint32);
        return true;
    case UA_INT64:
        *out = signed_number(v->int64);
        return true;
    case UA_UINT64:
        *out = unsigned_number(v->uint64);
        return true;
    case UA_FLOAT:
        *out = real_number((double)v->float32);
        return true;
    case UA_DOUBLE:
        *out = real_number(v->float64);
        return true;
    case UA_STATUSCODE:
        *out = unsigned_number(v->status);
        return true;
    default:
        return false;
    }
}

static double as_double(const struct number *n)
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

static bool is_negative(const struct number *n)
{
    return n->kind == NUMBER_SIGNED && n->i < 0;
}

static enum filter_order order_of(bool less, bool equal, bool greater)
{
    return less ? ORDER_LESS : equal ? ORDER_EQUAL : greater ? ORDER_GREATER : ORDER_NONE;
}

static enum filter_order compare_numbers(const struct number *a, const struct number *b)
{
    if (a->kind == NUMBER_REAL || b->kind == NUMBER_REAL) {
        double x = as_double(a), y = as_double(b);
        return order_of(x<y, x == y, x> y);
    }
    if (is_negative(a) || is_negative(b)) {
        int64_t x = is_negative(a) ? a->i : 0, y = is_negative(b) ? b->i : 0;
        return order_of(x<y, x == y, x> y);
    }
    return order_of(a->u<b->u, a->u == b->u, a->u> b->u);
}

static bool boolean_of_text(struct slice text, bool *out)
{
    *out = slice_is(text, "true") || slice_is(text, "1");
    return *out || slice_is(text, "false") || slice_is(text, "0");
}

bool filter_value_text(const struct ua_variant *v, struct slice *out)
{
    *out = (struct slice){0};
    if (v->is_array)
        return false;
    switch (v->type) {
    case UA_STRING:
        *out = v->bytes;
        return true;
    case UA_LOCALIZEDTEXT:
        *out = v->localized_text.text;
        return true;
    case UA_QUALIFIEDNAME:
        *out = v->qualified_name.name;
        return true;
    default:
        return false;
    }
}

bool filter_value_nodeid(const struct ua_variant *v, struct ua_nodeid *out)
{
    *out = (struct ua_nodeid){0};
    if (v->is_array)
        return false;
    if (v->type == UA_NODEID) {
        *out = v->nodeid;
        return true;
    }
    const struct ua_expanded_nodeid *expanded = v->type == UA_EXPANDEDNODEID ? v->array : NULL;
    if (!expanded || expanded->namespace_uri.data || expanded->server_index)
        return false;
    *out = expanded->id;
    return true;
}

/* A String takes the type of the number or Boolean that it stands beside. */
static bool number_beside(const struct ua_variant *v, const struct ua_variant *other, struct number *out)
{
    if (v->type != UA_STRING)
        return number_of(v, out);
    if (other->type != UA_BOOLEAN)
        return parse_number(v->bytes, out);
    bool truth;
    if (!boolean_of_text(v->bytes, &truth))
        return false;
    *out = unsigned_number(truth);
    return true;
}

static bool nodeid_or_text(const struct ua_variant *v, struct arena *arena, struct ua_nodeid *out)
{
    return filter_value_nodeid(v, out) || (v->type == UA_STRING && ua_nodeid_parse(v->bytes, arena, out));
}

static enum filter_order compare_bytes(struct slice a, struct slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int c = shared ? memcmp(a.data, b.data, shared) : 0;
    if (c == 0)
        c = (a.len > b.len) - (a.len < b.len);
    return order_of(c<0, c == 0, c> 0);
}

/* Arrays, structures and all that has no order: equal when they are the same on the wire. */
static enum filter_order compare_encodings(const struct ua_variant *a, const struct ua_variant *b)
{
    struct rope encoded[2];
    struct writer w[2];
    const struct ua_variant *v[2] = {a, b};
    if (a->type != b->type || a->is_array != b->is_array || a->len != b->len)
        return ORDER_NONE;
    for (size_t i = 0; i < 2; i++) {
        rope_init(&encoded[i], INT32_MAX);
        writer_init(&w[i], &encoded[i]);
        write_variant(&w[i], v[i]);
    }
    bool equal = !w[0].status && !w[1].status && rope_equal(&encoded[0], &encoded[1]);
    rope_clear(&encoded[0]);
    rope_clear(&encoded[1]);
    return equal ? ORDER_EQUAL : ORDER_NONE;
}

enum filter_order filter_value_compare(const struct ua_variant *a, const struct ua_variant *b,
                                       struct arena *arena)
{
    struct number x, y;
    struct slice s, t;
    struct ua_nodeid id, other;
    if (a->is_array || b->is_array)
        return compare_encodings(a, b);
    if (number_of(a, &x) || number_of(b, &y))
        return number_beside(a, b, &x) && number_beside(b, a, &y) ? compare_numbers(&x, &y) : ORDER_NONE;
    if (filter_value_nodeid(a, &id) || filter_value_nodeid(b, &other)) {
        bool both = nodeid_or_text(a, arena, &id) && nodeid_or_text(b, arena, &other);
        return both && ua_nodeid_equal(&id, &other) ? ORDER_EQUAL : ORDER_NONE;
    }
    if (filter_value_text(a, &s) && filter_value_text(b, &t))
        return compare_bytes(s, t);
    if (a->type == UA_DATETIME && b->type == UA_DATETIME)
        return order_of(a->int64<b->int64, a->int64 == b->int64, a->int64> b->int64);
    return compare_encodings(a, b);
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
static bool round_to_integer(double d, struct number *out)
{
    double whole = floor(d + 0.5);
    if (!(whole >= -0x1p63 && whole < 0x1p64))
        return false;
    *out = whole < 0 ? signed_number((int64_t)whole) : unsigned_number((uint64_t)whole);
    return true;
}

static struct ua_variant cast_to_integer(struct number n, enum ua_type type)
{
    if (n.kind == NUMBER_REAL && !round_to_integer(n.d, &n))
        return (struct ua_variant){0};
    bool fits = is_negative(&n) ? n.i >= integers[type].least : n.u <= integers[type].most;
    return fits ? integer_of_bits(type, n.u) : (struct ua_variant){0};
}

static struct ua_variant cast_number(struct number n, enum ua_type type)
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

static struct slice text_of_number(const struct ua_variant *v, struct number n, struct arena *arena)
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

static struct ua_variant cast_to_string(const struct ua_variant *v, struct arena *arena)
{
    struct slice text;
    struct number n;
    struct ua_nodeid id;
    char buffer[300];
    if (number_of(v, &n))
        return ua_variant_string(text_of_number(v, n, arena));
    if (filter_value_nodeid(v, &id))
        return ua_variant_string(arena_printf(arena, "%s", ua_nodeid_text(&id, buffer, sizeof buffer)));
    return filter_value_text(v, &text) ? ua_variant_string(text) : (struct ua_variant){0};
}

struct ua_variant filter_value_cast(const struct ua_variant *v, enum ua_type type, struct arena *arena)
{
    struct number n;
    struct ua_nodeid id;
    bool truth;
    if (v->type == type || v->is_array)
        return v->type == type ? *v : (struct ua_variant){0};
    if (type == UA_STRING)
        return cast_to_string(v, arena);
    if (type == UA_NODEID)
        return nodeid_or_text(v, arena, &id) ? ua_variant_nodeid(id) : (struct ua_variant){0};
    if (type == UA_BOOLEAN && v->type == UA_STRING && boolean_of_text(v->bytes, &truth))
        return ua_variant_boolean(truth);
    if (number_of(v, &n) || (v->type == UA_STRING && parse_number(v->bytes, &n)))
        return cast_number(n, type);
    return (struct ua_variant){0};
}

struct ua_variant filter_value_bitwise(const struct ua_variant *a, const struct ua_variant *b, bool both)
{
    struct number x, y;
    if (a->is_array || b->is_array || !is_integer_type(a->type) || !is_integer_type(b->type) ||
        !number_of(a, &x) || !number_of(b, &y))
        return (struct ua_variant){0};
    bool first = integers[a->type].precedence <= integers[b->type].precedence;
    return integer_of_bits(first ? a->type : b->type, both ? x.u & y.u : x.u | y.u);
}
