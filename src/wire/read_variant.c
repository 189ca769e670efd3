/* SPDX-License-Identifier: Apache-2.0
 * Variants (Part 6 §5.2.2.16). */
#include "wire/builtin.h"
#include "wire/wire_format.h"

/* Ids without a type yet: they hold ByteStrings. */
enum { FIRST_UNASSIGNED = 26, LAST_UNASSIGNED = 31 };

/* A Variant holds neither a Variant nor, without a type, anything. */
static bool has_encoding(uint8_t type, uint8_t flags)
{
    bool is_array = flags & VARIANT_ARRAY;
    if (flags & VARIANT_DIMENSIONS && !is_array)
        return false;
    if (type == UA_NULL || type == UA_VARIANT)
        return is_array == (type == UA_VARIANT);
    return type <= LAST_UNASSIGNED;
}

static void read_scalar(struct reader *r, struct ua_variant *v, const struct ua_builtin *builtin)
{
    if (builtin->is_inline) {
        /* Any member of the union is where all of them begin; this is the largest. */
        builtin->read(r, &v->localized_text);
        return;
    }
    void *value = reader_alloc(r, 1, builtin->size);
    if (value)
        builtin->read(r, value);
    v->array = value;
}

static void read_elements(struct reader *r, struct ua_variant *v, const struct ua_builtin *builtin)
{
    char *elements = read_array(r, builtin->min_wire, builtin->size, &v->len);
    for (size_t i = 0; i < v->len && !r->status; i++)
        builtin->read(r, elements + i * builtin->size);
    v->array = elements;
}

static void read_dimensions(struct reader *r, struct ua_variant *v)
{
    size_t count;
    int32_t *dims = read_array(r, sizeof *dims, sizeof *dims, &count);
    for (size_t i = 0; i < count; i++)
        dims[i] = read_i32(r);
    if (!ua_dimensions_fit(dims, count, v->len))
        reader_fail(r, UA_BAD_DECODING_ERROR);
    if (count > 1) {
        v->dims = dims;
        v->dims_len = count;
    }
}

struct ua_variant read_variant(struct reader *r)
{
    struct ua_variant v = {0};
    uint8_t first = read_u8(r);
    v.type = first & VARIANT_TYPE;
    if (!has_encoding(v.type, first))
        reader_fail(r, UA_BAD_DECODING_ERROR);
    if (r->status || v.type == UA_NULL || !reader_enter(r))
        return (struct ua_variant){0};
    if (v.type >= FIRST_UNASSIGNED)
        v.type = UA_BYTESTRING;
    v.is_array = first & VARIANT_ARRAY;
    const struct ua_builtin *builtin = &ua_builtins[v.type];
    if (v.is_array)
        read_elements(r, &v, builtin);
    else
        read_scalar(r, &v, builtin);
    if (first & VARIANT_DIMENSIONS)
        read_dimensions(r, &v);
    reader_leave(r);
    return r->status ? (struct ua_variant){0} : v;
}
