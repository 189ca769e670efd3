/* SPDX-License-Identifier: Apache-2.0
 * The settings that cameras usually have, as optional declarations of CameraType. */
#include "model/model_private.h"
#include "model/setting_nodes.h"

#define SETTINGS "CameraType/Settings"

static const char *const numbers[] = {
    "Width",      "Height",   "AcquisitionFrameRate", "ExposureTime", "Gain",
    "Brightness", "Contrast", "Saturation",           "Hue",          "Gamma",
    "Sharpness",  "Focus",    "DeviceTemperature",
};

/* Menus or switches, as the device has them. */
static const char *const choices[] = {
    "PixelFormat", "ExposureAuto", "GainAuto", "BalanceWhiteAuto", "FocusAuto",
};

/* A camera's own node has a subtype of each: AnalogItemType, UInt32. */
static ua_status declare(struct model *m, const char *name, uint32_t type_definition, uint32_t data_type)
{
    char path[MODEL_PATH];
    if (!model_join(path, SETTINGS, name))
        return UA_BAD_OUT_OF_MEMORY;
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_VARIABLE,
        .browse_name = {m->ns, slice_of(name)},
        .parent = model_id(m, SETTINGS),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, type_definition),
        .variable = {.data_type = ua_nodeid_numeric(0, data_type),
                     .value_rank = VALUE_RANK_SCALAR,
                     .access_level = ACCESS_READ},
    };
    struct node *n;
    ua_status status = space_add(m->space, &spec, &n);
    if (!status)
        status = space_add_reference(m->space, n, UA_ID_HASMODELLINGRULE,
                                     space_ns0(m->space, UA_ID_MODELLINGRULE_OPTIONAL));
    return status;
}

ua_status setting_type_build(struct model *m)
{
    ua_status status = UA_GOOD;
    for (size_t i = 0; i < ARRAY_LEN(numbers) && !status; i++)
        status = declare(m, numbers[i], UA_ID_BASEANALOGTYPE, UA_ID_NUMBER);
    for (size_t i = 0; i < ARRAY_LEN(choices) && !status; i++)
        status = declare(m, choices[i], UA_ID_BASEDATAVARIABLETYPE, UA_ID_BASEDATATYPE);
    return status;
}
