/* SPDX-License-Identifier: Apache-2.0 */
#include "model/property.h"

#include "model/unit.h"
#include "wire/structure.h"

#include <stdlib.h>

static ua_status store(struct model *m, struct node *property, const struct ua_variant *value)
{
    const struct ua_data_value stored = {
        .value = *value,
        .has_value = true,
        .source_timestamp = ua_datetime_of_utc_ns(clock_utc_ns(m->clock)),
    };
    return space_store(m->space, property, &stored);
}

ua_status property_put(struct model *m, const char *parent, const char *name, uint32_t data_type,
                       int32_t value_rank, const struct ua_variant *value)
{
    char path[MODEL_PATH];
    if (!model_join(path, parent, name))
        return UA_BAD_OUT_OF_MEMORY;
    struct node *there = model_find(m, path);
    if (there)
        return store(m, there, value);
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_VARIABLE,
        .browse_name = {0, slice_of(name)},
        .parent = model_id(m, parent),
        .reference_type = UA_ID_HASPROPERTY,
        .type_definition = ua_nodeid_numeric(0, UA_ID_PROPERTYTYPE),
        .variable =
            {
                .data_type = ua_nodeid_numeric(0, data_type),
                .value_rank = value_rank,
                .access_level = ACCESS_READ,
            },
        .value = *value,
    };
    return space_add(m->space, &spec, NULL);
}

ua_status property_put_text(struct model *m, const char *parent, const char *name, const char *text)
{
    const struct ua_variant value = ua_variant_string(slice_of(text));
    return property_put(m, parent, name, UA_STRING, VALUE_RANK_SCALAR, &value);
}

static ua_status put_structure(struct model *m, const char *parent, const char *name,
                               const struct ua_structure *type, const void *value)
{
    const struct ua_extension_object object = {.structure = type, .value = value};
    const struct ua_variant variant = ua_variant_structure(&object);
    return property_put(m, parent, name, type->data_type_id, VALUE_RANK_SCALAR, &variant);
}

ua_status property_put_range(struct model *m, const char *parent, double low, double high)
{
    const struct ua_range range = {.low = low, .high = high};
    return put_structure(m, parent, "EURange", &ua_range_structure, &range);
}

ua_status property_put_unit(struct model *m, const char *parent, const char *unit)
{
    const struct ua_eu_information information = unit_information(unit);
    return put_structure(m, parent, "EngineeringUnits", &ua_eu_information_structure, &information);
}

ua_status property_put_choices(struct model *m, const char *parent, const char *const *choices, size_t count)
{
    struct ua_localized_text *texts = calloc(count + 1, sizeof *texts);
    if (!texts)
        return UA_BAD_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++)
        texts[i].text = slice_of(choices[i]);
    const struct ua_variant value = ua_variant_array(UA_LOCALIZEDTEXT, texts, count);
    ua_status status = property_put(m, parent, "EnumStrings", UA_LOCALIZEDTEXT, VALUE_RANK_ARRAY, &value);
    free(texts);
    return status;
}
