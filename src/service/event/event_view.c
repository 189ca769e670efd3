/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/event_view.h"

#include "service/server_private.h"
#include "wire/messages_gen.h"

#include <string.h>
#include <time.h>

/* The random half, then the number of the event. */
static struct ua_variant new_id(struct server *s, struct arena *arena)
{
    uint8_t *id = arena_alloc(arena, EVENT_ID_SIZE, 1);
    if (!id)
        return (struct ua_variant){0};
    memcpy(id, s->event_id, EVENT_ID_RANDOM);
    uint64_t number = ++s->last_event;
    for (size_t i = EVENT_ID_SIZE; i-- > EVENT_ID_RANDOM; number >>= 8)
        id[i] = (uint8_t)number;
    return ua_variant_bytestring((struct slice){id, EVENT_ID_SIZE});
}

/* Part 3 §8.28: how far the time here is ahead of UTC. */
static struct ua_variant time_zone(const struct server *s, struct arena *arena)
{
    struct ua_time_zone_data_type *zone = arena_alloc(arena, 1, sizeof *zone);
    struct ua_extension_object *object = arena_alloc(arena, 1, sizeof *object);
    time_t now = (time_t)(clock_utc_ns(s->timers->clock) / NS_PER_S);
    struct tm here;
    if (!zone || !object || !localtime_r(&now, &here))
        return (struct ua_variant){0};
    zone->offset = (int16_t)(here.tm_gmtoff / 60);
    zone->daylight_saving_in_offset = here.tm_isdst > 0;
    *object = (struct ua_extension_object){.structure = &ua_time_zone_data_type_structure, .value = zone};
    return ua_variant_structure(object);
}

bool event_view_make(struct server *s, const struct event *e, struct arena *arena, struct event_view *out)
{
    *out = (struct event_view){0};
    bool by_server = ua_nodeid_is_null(&e->source);
    struct ua_variant now = ua_variant_datetime(server_datetime(s));
    const struct event_field base[] = {
        {"EventId", new_id(s, arena)},
        {"EventType", ua_variant_nodeid(ua_nodeid_numeric(0, e->type))},
        {"SourceNode", ua_variant_nodeid(by_server ? ua_nodeid_numeric(0, UA_ID_SERVER) : e->source)},
        {"SourceName", ua_variant_string(e->source_name)},
        {"Time", now},
        {"ReceiveTime", now},
        {"LocalTime", time_zone(s, arena)},
        {"Message", ua_variant_localized_text(e->message)},
        {"Severity", ua_variant_uint16(e->severity)},
    };
    struct event_field *fields = arena_alloc(arena, ARRAY_LEN(base) + e->field_count, sizeof *fields);
    const struct node *type = space_ns0(s->space, e->type);
    if (!fields || !type || base[0].value.type == UA_NULL)
        return false;
    memcpy(fields, base, sizeof base);
    if (e->field_count)
        memcpy(fields + ARRAY_LEN(base), e->fields, e->field_count * sizeof *fields);
    *out = (struct event_view){s->space, type, fields, ARRAY_LEN(base) + e->field_count};
    return true;
}

const struct ua_variant *event_view_field(const struct event_view *e, struct slice path)
{
    for (size_t i = 0; i < e->field_count; i++)
        if (slice_is(path, e->fields[i].path))
            return &e->fields[i].value;
    return NULL;
}

bool event_view_is(const struct event_view *e, const struct ua_nodeid *type)
{
    return space_is_subtype(e->space, e->type, space_find(e->space, type));
}
