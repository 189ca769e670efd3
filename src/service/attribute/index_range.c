/* SPDX-License-Identifier: Apache-2.0 */
#include "service/attribute/index_range.h"

#include <string.h>

/* Digits at the front of *text; false without any or past UInt32. */
static bool take_number(struct slice *text, uint32_t *out)
{
    uint64_t n = 0;
    size_t digits = 0;
    while (digits < text->len && text->data[digits] >= '0' && text->data[digits] <= '9') {
        n = n * 10 + (text->data[digits++] - '0');
        if (n > UINT32_MAX)
            return false;
    }
    text->data += digits;
    text->len -= digits;
    *out = (uint32_t)n;
    return digits > 0;
}

static bool take_char(struct slice *text, char c)
{
    if (text->len == 0 || text->data[0] != (uint8_t)c)
        return false;
    text->data++;
    text->len--;
    return true;
}

ua_status index_range_parse(struct slice text, struct index_range *out)
{
    *out = (struct index_range){0};
    if (text.len == 0)
        return UA_GOOD;
    struct index_range range = {0};
    do {
        if (range.count == INDEX_RANGE_MAX_DIMS)
            return UA_BAD_INDEX_RANGE_INVALID;
        uint32_t first, last;
        if (!take_number(&text, &first))
            return UA_BAD_INDEX_RANGE_INVALID;
        last = first;
        if (take_char(&text, ':') && (!take_number(&text, &last) || last <= first))
            return UA_BAD_INDEX_RANGE_INVALID;
        range.dims[range.count].first = first;
        range.dims[range.count++].last = last;
    } while (take_char(&text, ','));
    if (text.len)
        return UA_BAD_INDEX_RANGE_INVALID;
    *out = range;
    return UA_GOOD;
}

/* How many of `len` elements the dimension `d` selects; 0: none. A last index past the end gives what there
 * is. */
static size_t selected(const struct index_range *range, size_t d, size_t len)
{
    size_t first = range->dims[d].first, last = range->dims[d].last;
    if (first >= len)
        return 0;
    return (last < len ? last : len - 1) - first + 1;
}

static ua_status cut_bytes(const struct index_range *range, size_t d, struct slice in, struct slice *out)
{
    size_t n = selected(range, d, in.len);
    if (n == 0)
        return UA_BAD_INDEX_RANGE_NO_DATA;
    *out = (struct slice){in.data + range->dims[d].first, n};
    return UA_GOOD;
}

static bool has_bytes(const struct ua_variant *v)
{
    return v->type == UA_STRING || v->type == UA_BYTESTRING || v->type == UA_XMLELEMENT;
}

static ua_status cut_scalar(const struct index_range *range, const struct ua_variant *in,
                            struct ua_variant *out)
{
    if (!has_bytes(in) || range->count != 1)
        return UA_BAD_INDEX_RANGE_NO_DATA;
    *out = *in;
    return cut_bytes(range, 0, in->bytes, &out->bytes);
}

/* "2:4,0:1" on an array of strings: the last dimension cuts within each element (Part 4 §7.27). */
static ua_status cut_elements(const struct index_range *range, struct arena *arena, struct ua_variant *out)
{
    if (range->count == 1)
        return UA_GOOD;
    if (range->count != 2 || !has_bytes(out))
        return UA_BAD_INDEX_RANGE_NO_DATA;
    const struct slice *in = out->array;
    struct slice *cut = arena_alloc(arena, out->len, sizeof *cut);
    if (!cut)
        return UA_BAD_OUT_OF_MEMORY;
    bool any = false;
    for (size_t i = 0; i < out->len; i++)
        any |= cut_bytes(range, 1, in[i], &cut[i]) == UA_GOOD;
    out->array = cut;
    return any ? UA_GOOD : UA_BAD_INDEX_RANGE_NO_DATA;
}

static ua_status cut_array(const struct index_range *range, struct arena *arena, const struct ua_variant *in,
                           struct ua_variant *out)
{
    size_t n = selected(range, 0, in->len);
    if (n == 0)
        return UA_BAD_INDEX_RANGE_NO_DATA;
    *out = *in;
    out->len = n;
    out->array = (const uint8_t *)in->array + range->dims[0].first * ua_type_size(in->type);
    return cut_elements(range, arena, out);
}

/* Copies the selected block, row after row: the last dimension lies together. */
static ua_status cut_matrix(const struct index_range *range, struct arena *arena, const struct ua_variant *in,
                            struct ua_variant *out)
{
    if (range->count != in->dims_len)
        return UA_BAD_INDEX_RANGE_NO_DATA;
    size_t size = ua_type_size(in->type), total = 1, counts[INDEX_RANGE_MAX_DIMS] = {0};
    int32_t *dims = arena_alloc(arena, in->dims_len, sizeof *dims);
    for (size_t d = 0; d < range->count; d++) {
        counts[d] = selected(range, d, (size_t)in->dims[d]);
        if (counts[d] == 0)
            return UA_BAD_INDEX_RANGE_NO_DATA;
        total *= counts[d];
        if (dims)
            dims[d] = (int32_t)counts[d];
    }
    uint8_t *cut = arena_alloc(arena, total, size);
    if (!dims || !cut)
        return UA_BAD_OUT_OF_MEMORY;
    size_t row = counts[range->count - 1];
    for (size_t done = 0; done < total; done += row) {
        size_t source = 0, rest = done, step = 1;
        for (size_t d = range->count; d-- > 0; step *= (size_t)in->dims[d]) {
            source += (range->dims[d].first + rest % counts[d]) * step;
            rest /= counts[d];
        }
        memcpy(cut + done * size, (const uint8_t *)in->array + source * size, row * size);
    }
    *out = *in;
    out->len = total;
    out->array = cut;
    out->dims = dims;
    return UA_GOOD;
}

ua_status index_range_cut(const struct index_range *range, struct arena *arena, const struct ua_variant *in,
                          struct ua_variant *out)
{
    ua_status status = UA_GOOD;
    *out = (struct ua_variant){0};
    if (range->count == 0)
        *out = *in;
    else if (!in->is_array)
        status = cut_scalar(range, in, out);
    else if (in->dims_len > 1)
        status = cut_matrix(range, arena, in, out);
    else
        status = cut_array(range, arena, in, out);
    if (status)
        *out = (struct ua_variant){0};
    return status;
}
