/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_state.h"

#include "model/model_private.h"

static const char *const names[] = {
    [CAMERA_UNPLUGGED] = "Unplugged", [CAMERA_IDLE] = "Idle", [CAMERA_STARTING] = "Starting",
    [CAMERA_STREAMING] = "Streaming", [CAMERA_BUSY] = "Busy", [CAMERA_DENIED] = "Denied",
    [CAMERA_FAILED] = "Failed",
};

ua_status camera_state_build(struct model *m)
{
    struct node_spec type = {
        .id = model_id(m, CAMERA_STATE_ID),
        .node_class = NODE_DATA_TYPE,
        .browse_name = {m->ns, slice_of(CAMERA_STATE_ID)},
        .parent = ua_nodeid_numeric(0, UA_ID_ENUMERATION),
        .reference_type = UA_ID_HASSUBTYPE,
    };
    ua_status status = space_add(m->space, &type, NULL);
    if (status)
        return status;
    struct ua_localized_text texts[ARRAY_LEN(names)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        texts[i].text = slice_of(names[i]);
    struct node_spec strings = {
        .id = model_id(m, CAMERA_STATE_ID "/EnumStrings"),
        .node_class = NODE_VARIABLE,
        .browse_name = {0, slice_of("EnumStrings")},
        .parent = type.id,
        .reference_type = UA_ID_HASPROPERTY,
        .type_definition = ua_nodeid_numeric(0, UA_ID_PROPERTYTYPE),
        .variable =
            {
                .data_type = ua_nodeid_numeric(0, UA_LOCALIZEDTEXT),
                .value_rank = VALUE_RANK_ARRAY,
                .access_level = ACCESS_READ,
            },
        .value = ua_variant_array(UA_LOCALIZEDTEXT, texts, ARRAY_LEN(names)),
    };
    return space_add(m->space, &strings, NULL);
}
