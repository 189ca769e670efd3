/* SPDX-License-Identifier: Apache-2.0
 * The values of Identification, Status and the facts of the newest snapshot: fields of plain structs. */
#include "model/camera_node.h"
#include "model/model_private.h"

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
        .value =
            fact_value(member->row->kind, (const char *)facts_of(member) + member->row->offset, a->arena),
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
