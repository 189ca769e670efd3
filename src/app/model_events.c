/* SPDX-License-Identifier: Apache-2.0 */
#include "app/model_events.h"

#include "service/event/event.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <stdio.h>

/* Nobody has to do anything about it. */
enum { SEVERITY = 100 };

void model_events_tell(struct server *s, const struct node *affected, unsigned verbs)
{
    if (!server_has_listeners(s))
        return;
    const struct node *type = space_type_of(affected);
    const struct ua_model_change_structure_data_type change = {
        .affected = affected->id,
        .affected_type = type ? type->id : (struct ua_nodeid){0},
        .verb = (uint8_t)verbs,
    };
    const struct ua_extension_object object = {
        .structure = &ua_model_change_structure_data_type_structure,
        .value = &change,
    };
    const struct event_field changes = {"Changes", ua_variant_array(UA_EXTENSIONOBJECT, &object, 1)};
    char message[256];
    struct slice name = affected->display_name.data ? affected->display_name : affected->browse_name.name;
    snprintf(message, sizeof message, "What belongs to %.*s has changed", SLICE_ARGS(name));
    const struct event e = {
        .type = UA_ID_GENERALMODELCHANGEEVENTTYPE,
        .source_name = slice_of("Server"),
        .severity = SEVERITY,
        .message = slice_of(message),
        .fields = &changes,
        .field_count = 1,
    };
    server_emit(s, NULL, &e);
}
