/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_state.h"

#include "model/model_private.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"
#include "wire/writer.h"

static const char *const names[] = {
    [CAMERA_UNPLUGGED] = "Unplugged", [CAMERA_IDLE] = "Idle", [CAMERA_STARTING] = "Starting",
    [CAMERA_STREAMING] = "Streaming", [CAMERA_BUSY] = "Busy", [CAMERA_DENIED] = "Denied",
    [CAMERA_FAILED] = "Failed",
};

/* DataTypeDefinition, encoded (Part 3 §8.50). */
static ua_status encode_definition(struct rope *out)
{
    struct ua_enum_field fields[ARRAY_LEN(names)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        fields[i].value = (int64_t)i;
        fields[i].name = slice_of(names[i]);
        fields[i].display_name.text = slice_of(names[i]);
    }
    const struct ua_enum_definition definition = {.fields = fields, .fields_len = ARRAY_LEN(names)};
    const struct ua_extension_object object = {
        .structure = &ua_enum_definition_structure,
        .value = &definition,
    };
    struct writer w;
    writer_init(&w, out);
    write_extension_object(&w, &object);
    return w.status;
}

static ua_status add_type(struct model *m, struct slice definition)
{
    struct node_spec type = {
        .id = model_id(m, CAMERA_STATE_ID),
        .node_class = NODE_DATA_TYPE,
        .browse_name = {m->ns, slice_of(CAMERA_STATE_ID)},
        .parent = ua_nodeid_numeric(0, UA_ID_ENUMERATION),
        .reference_type = UA_ID_HASSUBTYPE,
        .definition = definition,
    };
    return space_add(m->space, &type, NULL);
}

static ua_status add_strings(struct model *m)
{
    struct ua_localized_text texts[ARRAY_LEN(names)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        texts[i].text = slice_of(names[i]);
    struct node_spec strings = {
        .id = model_id(m, CAMERA_STATE_ID "/EnumStrings"),
        .node_class = NODE_VARIABLE,
        .browse_name = {0, slice_of("EnumStrings")},
        .parent = model_id(m, CAMERA_STATE_ID),
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

ua_status camera_state_build(struct model *m)
{
    struct rope definition;
    rope_init(&definition, 4096);
    ua_status status = encode_definition(&definition);
    if (!status)
        status = add_type(m, buf_slice(&definition.own));
    rope_clear(&definition);
    return status ? status : add_strings(m);
}
