/* SPDX-License-Identifier: Apache-2.0 */
#include "service/subscription/data_change_filter.h"

#include "service/attribute/attribute.h"
#include "service/server_private.h"
#include "wire/reader.h"

#include <math.h>

const struct data_change_filter data_change_filter_default = {.trigger = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE};

static bool has_data_type_below(const struct space *s, const struct node *n, uint32_t ns0_type)
{
    if (n->node_class != NODE_VARIABLE && n->node_class != NODE_VARIABLE_TYPE)
        return false;
    const struct node *type = space_find(s, &n->variable.data_type), *super = space_ns0(s, ns0_type);
    return type && super && space_is_subtype(s, type, super);
}

bool variable_is_picture(const struct space *s, const struct node *n)
{
    return has_data_type_below(s, n, UA_ID_IMAGE);
}

struct range_read {
    struct attribute_read read;
    struct ua_range range;
    bool found;
};

static void take_range(struct value_answer *a, const struct ua_data_value *value)
{
    struct range_read *r =
        container_of(container_of(a, struct attribute_read, answer), struct range_read, read);
    attribute_read_done(&r->read);
    if (!value->has_value || value->value.type != UA_EXTENSIONOBJECT || value->value.is_array)
        return;
    const struct ua_extension_object *object = value->value.array;
    if (object->structure != &ua_range_structure)
        return;
    r->range = *(const struct ua_range *)object->value;
    r->found = true;
}

/* Part 8 §7.2: a share of the EURange, in the value's units. Bad_DeadbandFilterInvalid without a usable
 * EURange. */
static ua_status share_of_range(struct server *s, const struct node *n, double percent, double *out)
{
    struct ua_qualified_name name = {.name = slice_of("EURange")};
    const struct node *property = space_child(s->space, n, name);
    if (!property)
        return UA_BAD_DEADBAND_FILTER_INVALID;
    struct arena arena;
    arena_init(&arena, s->limits.arena_bytes);
    struct range_read r = {.read.answer = {
                               .give = take_range,
                               .max_age_ms = INT32_MAX,
                               .deadline_ns = server_mono_ns(s),
                               .arena = &arena,
                           }};
    attribute_read_start(s, &property->id, ATTRIBUTE_VALUE, &r.read);
    attribute_read_cancel(&r.read);
    arena_clear(&arena);
    double width = r.range.high - r.range.low;
    if (!r.found || !isfinite(width) || width < 0)
        return UA_BAD_DEADBAND_FILTER_INVALID;
    *out = percent / 100 * width;
    return UA_GOOD;
}

static ua_status take_deadband(struct server *s, const struct node *n, const struct ua_data_change_filter *in,
                               struct data_change_filter *out)
{
    double value = in->deadband_value;
    bool picture = variable_is_picture(s->space, n);
    bool percent = in->deadband_type == UA_DEADBAND_TYPE_PERCENT;
    if (in->deadband_type > UA_DEADBAND_TYPE_PERCENT)
        return UA_BAD_DEADBAND_FILTER_INVALID;
    if (!has_data_type_below(s->space, n, UA_ID_NUMBER) && !(picture && percent))
        return UA_BAD_FILTER_NOT_ALLOWED;
    if (!isfinite(value) || value < 0 || (percent && value > 100))
        return UA_BAD_DEADBAND_FILTER_INVALID;
    if (percent && !picture)
        return share_of_range(s, n, value, &out->deadband);
    if (!picture) {
        out->deadband = value;
        return UA_GOOD;
    }
    if (!n->variable.source || !n->variable.source->watch)
        return UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED;
    out->picture_percent = value;
    return UA_GOOD;
}

ua_status data_change_filter_of(struct server *s, const struct node *n, uint32_t attribute,
                                const struct ua_extension_object *wanted, struct data_change_filter *out)
{
    *out = data_change_filter_default;
    if (ua_nodeid_is_null(&wanted->type) && !wanted->structure)
        return UA_GOOD;
    if (attribute != ATTRIBUTE_VALUE || wanted->structure == &ua_event_filter_structure)
        return UA_BAD_FILTER_NOT_ALLOWED;
    if (wanted->structure != &ua_data_change_filter_structure)
        return UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED;
    const struct ua_data_change_filter *in = wanted->value;
    if (in->trigger < UA_DATA_CHANGE_TRIGGER_STATUS ||
        in->trigger > UA_DATA_CHANGE_TRIGGER_STATUS_VALUE_TIMESTAMP)
        return UA_BAD_MONITORED_ITEM_FILTER_INVALID;
    struct data_change_filter filter = {.trigger = in->trigger};
    if (in->deadband_type != UA_DEADBAND_TYPE_NONE) {
        ua_status status = take_deadband(s, n, in, &filter);
        if (status)
            return status;
        /* Part 4 §7.10: with a deadband, timestamps do not matter. */
        if (filter.trigger == UA_DATA_CHANGE_TRIGGER_STATUS_VALUE_TIMESTAMP)
            filter.trigger = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE;
    }
    *out = filter;
    return UA_GOOD;
}

static bool is_number(const struct ua_variant *v)
{
    return v->type >= UA_SBYTE && v->type <= UA_DOUBLE;
}

/* Element `i` of a numeric variant; the scalar is its element 0. */
static double number_at(const struct ua_variant *v, size_t i)
{
    const void *at = v->is_array ? v->array : &v->boolean;
    switch (v->type) {
    case UA_SBYTE:
        return ((const int8_t *)at)[i];
    case UA_BYTE:
        return ((const uint8_t *)at)[i];
    case UA_INT16:
        return ((const int16_t *)at)[i];
    case UA_UINT16:
        return ((const uint16_t *)at)[i];
    case UA_INT32:
        return ((const int32_t *)at)[i];
    case UA_UINT32:
        return ((const uint32_t *)at)[i];
    case UA_INT64:
        return (double)((const int64_t *)at)[i];
    case UA_UINT64:
        return (double)((const uint64_t *)at)[i];
    case UA_FLOAT:
        return (double)((const float *)at)[i];
    default:
        return ((const double *)at)[i];
    }
}

/* A NaN differs from every number, not from another NaN (Part 4 §7.10). */
static bool number_changed(double before, double now, double deadband)
{
    if (before == now || (isnan(before) && isnan(now)))
        return false;
    return !(fabs(now - before) <= deadband);
}

static bool same_shape(const struct ua_variant *a, const struct ua_variant *b)
{
    if (a->type != b->type || a->is_array != b->is_array || a->len != b->len || a->dims_len != b->dims_len)
        return false;
    for (size_t i = 0; i < a->dims_len; i++)
        if (a->dims[i] != b->dims[i])
            return false;
    return true;
}

static struct ua_variant decode(const struct sample *s, struct arena *arena)
{
    struct reader r;
    reader_init(&r, buf_slice(&s->value.own), arena);
    struct ua_variant v = read_variant(&r);
    return r.status ? (struct ua_variant){0} : v;
}

/* The bytes differ: do the numbers, beyond the deadband? */
static bool numbers_changed(const struct sample *last, const struct sample *now, double deadband,
                            struct arena *arena)
{
    if (last->value.splice_count || now->value.splice_count)
        return true;
    struct ua_variant before = decode(last, arena), after = decode(now, arena);
    if (!is_number(&after) || !same_shape(&before, &after))
        return true;
    size_t count = after.is_array ? after.len : 1;
    for (size_t i = 0; i < count; i++)
        if (number_changed(number_at(&before, i), number_at(&after, i), deadband))
            return true;
    return false;
}

/* Of the encoding byte in front: numbers whose bytes may differ though they are the same. */
static bool may_be_float(const struct sample *s)
{
    uint8_t type = s->value.own.len ? s->value.own.data[0] & 0x3f : UA_NULL;
    return type == UA_FLOAT || type == UA_DOUBLE;
}

bool data_change_filter_passes(const struct data_change_filter *f, const struct sample *last,
                               const struct sample *now, struct arena *arena)
{
    if (last->status != now->status)
        return true;
    if (f->trigger == UA_DATA_CHANGE_TRIGGER_STATUS)
        return false;
    if (f->trigger == UA_DATA_CHANGE_TRIGGER_STATUS_VALUE_TIMESTAMP &&
        last->source_timestamp != now->source_timestamp)
        return true;
    if (rope_equal(&last->value, &now->value))
        return false;
    return (f->deadband == 0 && !may_be_float(now)) || numbers_changed(last, now, f->deadband, arena);
}
