/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/filter_value.h"

#include "wire/writer.h"

#include <string.h>

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
static bool number_beside(const struct ua_variant *v, const struct ua_variant *other,
                          struct filter_number *out)
{
    if (v->type != UA_STRING)
        return filter_number_of(v, out);
    if (other->type != UA_BOOLEAN)
        return filter_number_parse(v->bytes, out);
    bool truth;
    if (!boolean_of_text(v->bytes, &truth))
        return false;
    *out = filter_number_unsigned(truth);
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
    return FILTER_ORDER(c, 0);
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
    struct filter_number x, y;
    struct slice s, t;
    struct ua_nodeid id, other;
    if (a->is_array || b->is_array)
        return compare_encodings(a, b);
    if (filter_number_of(a, &x) || filter_number_of(b, &y))
        return number_beside(a, b, &x) && number_beside(b, a, &y) ? filter_number_compare(&x, &y)
                                                                  : ORDER_NONE;
    if (filter_value_nodeid(a, &id) || filter_value_nodeid(b, &other)) {
        bool both = nodeid_or_text(a, arena, &id) && nodeid_or_text(b, arena, &other);
        return both && ua_nodeid_equal(&id, &other) ? ORDER_EQUAL : ORDER_NONE;
    }
    if (filter_value_text(a, &s) && filter_value_text(b, &t))
        return compare_bytes(s, t);
    if (a->type == UA_DATETIME && b->type == UA_DATETIME)
        return FILTER_ORDER(a->int64, b->int64);
    return compare_encodings(a, b);
}

static struct ua_variant cast_to_string(const struct ua_variant *v, struct arena *arena)
{
    struct slice text;
    struct filter_number n;
    struct ua_nodeid id;
    char buffer[300];
    if (filter_number_of(v, &n))
        return ua_variant_string(filter_number_text(v, n, arena));
    if (filter_value_nodeid(v, &id))
        return ua_variant_string(arena_printf(arena, "%s", ua_nodeid_text(&id, buffer, sizeof buffer)));
    return filter_value_text(v, &text) ? ua_variant_string(text) : (struct ua_variant){0};
}

struct ua_variant filter_value_cast(const struct ua_variant *v, enum ua_type type, struct arena *arena)
{
    struct filter_number n;
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
    if (filter_number_of(v, &n) || (v->type == UA_STRING && filter_number_parse(v->bytes, &n)))
        return filter_number_cast(n, type);
    return (struct ua_variant){0};
}
