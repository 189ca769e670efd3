/* SPDX-License-Identifier: Apache-2.0
 * Variants (Part 6 §5.2.2.16). */
#include "wire/builtin.h"
#include "wire/wire_format.h"

static bool has_encoding(const struct ua_variant *v)
{
    if (v->type >= UA_BUILTIN_COUNT || (v->type == UA_VARIANT && !v->is_array))
        return false;
    return v->is_array ? ua_dimensions_fit(v->dims, v->dims_len, v->len) : v->dims_len == 0;
}

static void write_scalar(struct writer *w, const struct ua_variant *v, const struct ua_builtin *builtin)
{
    if (v->type == UA_BYTESTRING && v->blob && v->bytes.len >= UA_SHARE_FROM)
        write_shared(w, v->blob, v->bytes);
    else if (builtin->is_inline)
        builtin->write(w, &v->localized_text);
    else
        builtin->write(w, v->array);
}

static void write_elements(struct writer *w, const struct ua_variant *v, const struct ua_builtin *builtin)
{
    const char *elements = v->array;
    write_array_len(w, v->len);
    for (size_t i = 0; i < v->len && !w->status; i++)
        builtin->write(w, elements + i * builtin->size);
}

static void write_dimensions(struct writer *w, const struct ua_variant *v)
{
    write_array_len(w, v->dims_len);
    for (size_t i = 0; i < v->dims_len; i++)
        write_i32(w, v->dims[i]);
}

void write_variant(struct writer *w, const struct ua_variant *v)
{
    if (!has_encoding(v)) {
        writer_fail(w, UA_BAD_ENCODING_ERROR);
        return;
    }
    if (v->type == UA_NULL) {
        write_u8(w, UA_NULL);
        return;
    }
    if (!writer_enter(w))
        return;
    bool is_matrix = v->dims_len > 1;
    int flags = (v->is_array ? VARIANT_ARRAY : 0) | (is_matrix ? VARIANT_DIMENSIONS : 0);
    write_u8(w, (uint8_t)(v->type | flags));
    if (v->is_array)
        write_elements(w, v, &ua_builtins[v->type]);
    else
        write_scalar(w, v, &ua_builtins[v->type]);
    if (is_matrix)
        write_dimensions(w, v);
    writer_leave(w);
}
