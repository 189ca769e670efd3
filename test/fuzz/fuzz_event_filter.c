/* SPDX-License-Identifier: Apache-2.0
 * An EventFilter from a client: read, checked against the event types, applied to events. */
#include "service/event/event_filter.h"
#include "wire/messages_gen.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct space *space;

static struct ua_variant text(const char *t)
{
    return ua_variant_string(slice_of(t));
}

static void apply(const struct event_filter *f, uint32_t type, const struct event_field *fields, size_t count)
{
    struct event_view e = {space, space_ns0(space, type), fields, count};
    struct arena arena;
    struct rope rope;
    struct writer w;
    arena_init(&arena, 8 << 20);
    rope_init(&rope, 8 << 20);
    writer_init(&w, &rope);
    if (event_filter_passes(f, &e, &arena))
        event_filter_select(f, &e, &arena, &w);
    rope_clear(&rope);
    arena_clear(&arena);
}

/* An event of each shape of fields: numbers, texts, arrays, structures. */
static void apply_all(const struct event_filter *f)
{
    struct ua_model_change_structure_data_type change = {ua_nodeid_numeric(2, 7), {0}, 1};
    struct ua_extension_object object = {.structure = &ua_model_change_structure_data_type_structure,
                                         .value = &change};
    const struct event_field fields[] = {
        {"EventId", ua_variant_bytestring((struct slice){bytes, sizeof bytes})},
        {"EventType", ua_variant_nodeid(ua_nodeid_numeric(0, UA_ID_GENERALMODELCHANGEEVENTTYPE))},
        {"SourceNode", ua_variant_nodeid(ua_nodeid_string(2, slice_of("Cameras/sim")))},
        {"SourceName", text("Server")},
        {"Time", ua_variant_datetime(133000000000000000)},
        {"Message", ua_variant_localized_text(slice_of("camera was unplugged"))},
        {"Severity", ua_variant_uint16(500)},
        {"Changes", ua_variant_array(UA_EXTENSIONOBJECT, &object, 1)},
        {"ClientUserId", text("somebody")},
        {"Status", ua_variant_boolean(true)},
        {"StatusCodeId", ua_variant_status(UA_BAD_TIMEOUT)},
        {"NewValue", ua_variant_double(12.5)},
    };
    apply(f, UA_ID_GENERALMODELCHANGEEVENTTYPE, fields, 8);
    apply(f, UA_ID_AUDITWRITEUPDATEEVENTTYPE, fields, ARRAY_LEN(fields));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!space)
        space = space_new(slice_of("urn:fuzz"));
    if (!space)
        abort();
    struct arena told;
    struct event_filter *f;
    struct ua_event_filter_result result;
    arena_init(&told, 8 << 20);
    if (!event_filter_new(space, (struct slice){data, size}, &told, &f, &result))
        apply_all(f);
    event_filter_free(f);
    arena_clear(&told);
    return 0;
}
