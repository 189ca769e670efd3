/* SPDX-License-Identifier: Apache-2.0
 * The values of Identification, Status and the facts of the newest snapshot: fields of plain structs. */
#include "model/camera_node.h"
#include "model/model_private.h"

static struct ua_variant fact(const struct camera_row *row, const void *facts, struct arena *arena)
{
    const void *field = (const char *)facts + row->offset;
    switch (row->kind) {
    case FACT_TEXT:
        return ua_variant_string(slice_of(field));
    case FACT_URN:
        return ua_variant_string(arena_printf(arena, "%s:%s", MODEL_NAMESPACE, (const char *)field));
    case FACT_BOOLEAN:
        return ua_variant_boolean(*(const bool *)field);
    case FACT_STATE:
        return ua_variant_int32((int32_t) * (const enum camera_state *)field);
    case FACT_CONNECTED:
        return ua_variant_boolean(*(const enum camera_state *)field != CAMERA_UNPLUGGED);
    case FACT_UINT16:
        return ua_variant_uint16(*(const uint16_t *)field);
    case FACT_UINT32:
        return ua_variant_uint32(*(const uint32_t *)field);
    case FACT_UINT64:
        return ua_variant_uint64(*(const uint64_t *)field);
    case FACT_DOUBLE:
        return ua_variant_double(*(const double *)field);
    case FACT_UTC_NS: {
        int64_t utc_ns = *(const int64_t *)field;
        return ua_variant_datetime(utc_ns ? ua_datetime_of_utc_ns(utc_ns) : 0);
    }
    }
    return (struct ua_variant){0};
}

static const void *facts_of(const struct camera_member *member)
{
    const struct camera_node *n = member->owner;
    switch (member->row->origin) {
    case FROM_IDENTITY:
        return camera_identity(n->camera);
    case FROM_FILE:
        return &n->file;
    case FROM_NODE:
        return n;
    default:
        return camera_facts(n->camera);
    }
}

static void read_fact(void *user, const struct node *node, struct value_answer *a)
{
    (void)node;
    const struct camera_member *member = user;
    struct ua_data_value value = {
        .value = fact(member->row, facts_of(member), a->arena),
        .has_value = true,
        .source_timestamp = ua_datetime_of_utc_ns(clock_utc_ns(member->owner->model->clock)),
    };
    if (member->row->origin == FROM_SNAPSHOT) {
        const struct camera_facts *facts = camera_facts(member->owner->camera);
        if (facts->frame_number == 0)
            value = (struct ua_data_value){.status = UA_BAD_WAITING_FOR_INITIAL_DATA};
        else
            value.source_timestamp = ua_datetime_of_utc_ns(facts->frame_utc_ns);
    }
    a->give(a, &value);
}

const struct value_source fact_source = {.read = read_fact};

static void read_quality(void *user, const struct node *node, struct value_answer *a)
{
    (void)node;
    const struct camera_member *member = user;
    struct ua_data_value value = {
        .value = {.type = UA_BYTE, .byte = member->owner->jpeg_quality},
        .has_value = true,
        .source_timestamp = ua_datetime_of_utc_ns(clock_utc_ns(member->owner->model->clock)),
    };
    a->give(a, &value);
}

/* Pictures that are asked for from now on have it; watches take it over with their next change. */
static void write_quality(void *user, const struct node *node, const struct ua_data_value *value,
                          struct value_write *w)
{
    (void)node;
    struct camera_member *member = user;
    bool fits = value->value.byte >= member->row->low && value->value.byte <= member->row->high;
    if (fits)
        member->owner->jpeg_quality = value->value.byte;
    w->done(w, fits ? UA_GOOD : UA_BAD_OUT_OF_RANGE);
}

const struct value_source quality_source = {.read = read_quality, .write = write_quality};
