/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_node.h"

#include "model/camera_state.h"
#include "model/model_private.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_ID "CameraType"

enum { PATH_BYTES = CAMERA_TEXT + 128 };

/* What a row of the table becomes: the type's declaration (member NULL) or a camera's node. */
struct build {
    struct model *m;
    const char *root; /* "CameraType" or "Cameras/<id>" */
    struct camera_node *camera;
};

static bool joined(char *out, const char *a, const char *b)
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", a, b);
    return n > 0 && n < PATH_BYTES;
}

/* "Cameras/<id>/Status" of "Cameras/<id>/Status/State". */
static void parent_of(const char *path, char *out)
{
    snprintf(out, PATH_BYTES, "%s", path);
    *strrchr(out, '/') = '\0';
}

static const struct value_source *source_of(const struct camera_row *row)
{
    switch (row->source) {
    case ROW_IDENTITY:
    case ROW_FACT:
    case ROW_SNAPSHOT:
        return &fact_source;
    case ROW_IMAGE:
        return &image_source;
    case ROW_QUALITY:
        return &quality_source;
    default:
        return NULL;
    }
}

/* A Property of namespace 0 with a stored value. */
static ua_status add_property(struct model *m, const char *parent, const char *name, uint32_t data_type,
                              int32_t value_rank, const struct ua_variant *value)
{
    char path[PATH_BYTES];
    if (!joined(path, parent, name))
        return UA_BAD_OUT_OF_MEMORY;
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

static ua_status add_image_properties(struct model *m, const char *path, const struct camera_row *row)
{
    struct ua_variant mime = ua_variant_string(slice_of(image_mime_type(row->format)));
    struct ua_variant most = ua_variant_uint32((uint32_t)m->config.max_image_bytes);
    ua_status status = add_property(m, path, "MimeType", UA_STRING, VALUE_RANK_SCALAR, &mime);
    if (!status)
        status = add_property(m, path, "MaxByteStringLength", UA_UINT32, VALUE_RANK_SCALAR, &most);
    return status;
}

static ua_status add_quality_range(struct model *m, const char *path)
{
    const struct ua_range range = {.low = 1, .high = 100};
    struct ua_extension_object object = {.structure = &ua_range_structure, .value = &range};
    struct ua_variant value = ua_variant_structure(&object);
    return add_property(m, path, "EURange", UA_ID_RANGE, VALUE_RANK_SCALAR, &value);
}

/* OutputArguments of Snapshot (Part 3 §8.6). */
static ua_status add_snapshot_arguments(struct model *m, const char *path)
{
    static const struct {
        const char *name;
        uint32_t data_type;
    } outputs[] = {{"Image", UA_ID_IMAGEJPG}, {"FrameTime", UA_ID_UTCTIME}, {"FrameNumber", UA_UINT64}};
    struct ua_argument arguments[ARRAY_LEN(outputs)] = {0};
    struct ua_extension_object objects[ARRAY_LEN(outputs)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
        arguments[i].name = slice_of(outputs[i].name);
        arguments[i].data_type = ua_nodeid_numeric(0, outputs[i].data_type);
        arguments[i].value_rank = VALUE_RANK_SCALAR;
        objects[i].structure = &ua_argument_structure;
        objects[i].value = &arguments[i];
    }
    struct ua_variant value = ua_variant_array(UA_EXTENSIONOBJECT, objects, ARRAY_LEN(objects));
    return add_property(m, path, "OutputArguments", UA_ID_ARGUMENT, VALUE_RANK_ARRAY, &value);
}

static ua_status add_row(const struct build *b, size_t i)
{
    const struct camera_row *row = &camera_rows[i];
    struct model *m = b->m;
    struct camera_member *member = b->camera ? &b->camera->members[i] : NULL;
    char path[PATH_BYTES], parent[PATH_BYTES];
    if (!joined(path, b->root, row->path))
        return UA_BAD_OUT_OF_MEMORY;
    parent_of(path, parent);
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = row->node_class,
        .browse_name = {m->ns, slice_of(camera_row_name(row))},
        .display_name = slice_of(row->display_name),
        .parent = model_id(m, parent),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, row->type_definition),
    };
    if (row->node_class == NODE_VARIABLE)
        spec.variable = (struct variable){
            .data_type = row->data_type ? ua_nodeid_numeric(0, row->data_type) : model_id(m, CAMERA_STATE_ID),
            .value_rank = VALUE_RANK_SCALAR,
            .access_level = row->access,
            .source = member ? source_of(row) : NULL,
            .source_user = member,
        };
    if (row->node_class == NODE_METHOD && member)
        spec.method = (struct method){.handler = &snapshot_method, .handler_user = member};
    struct node *n;
    ua_status status = space_add(m->space, &spec, &n);
    if (!status && !b->camera)
        status = space_add_reference(m->space, n, UA_ID_HASMODELLINGRULE,
                                     space_ns0(m->space, UA_ID_MODELLINGRULE_MANDATORY));
    if (!status && row->source == ROW_IMAGE)
        status = add_image_properties(m, path, row);
    if (!status && row->source == ROW_QUALITY)
        status = add_quality_range(m, path);
    if (!status && row->node_class == NODE_METHOD)
        status = add_snapshot_arguments(m, path);
    return status;
}

static ua_status add_rows(const struct build *b)
{
    ua_status status = UA_GOOD;
    for (size_t i = 0; i < camera_row_count && !status; i++)
        status = add_row(b, i);
    return status;
}

ua_status camera_type_build(struct model *m)
{
    struct node_spec spec = {
        .id = model_id(m, TYPE_ID),
        .node_class = NODE_OBJECT_TYPE,
        .browse_name = {m->ns, slice_of(TYPE_ID)},
        .parent = ua_nodeid_numeric(0, UA_ID_BASEOBJECTTYPE),
        .reference_type = UA_ID_HASSUBTYPE,
    };
    ua_status status = space_add(m->space, &spec, NULL);
    return status ? status : add_rows(&(struct build){.m = m, .root = TYPE_ID});
}

static ua_status add_camera(struct camera_node *n, const char *path)
{
    const struct camera_identity *id = camera_identity(n->camera);
    struct model *m = n->model;
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_OBJECT,
        .browse_name = {m->ns, slice_of(id->id)},
        .display_name = slice_of(id->name[0] ? id->name : id->id),
        .parent = model_id(m, "Cameras"),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = model_id(m, TYPE_ID),
    };
    ua_status status = space_add(m->space, &spec, NULL);
    return status ? status : add_rows(&(struct build){.m = m, .root = path, .camera = n});
}

ua_status camera_node_new(struct model *m, struct camera *c, struct camera_node **out)
{
    *out = NULL;
    char path[PATH_BYTES];
    struct camera_node *n = calloc(1, sizeof *n + camera_row_count * sizeof n->members[0]);
    if (!n || !joined(path, "Cameras", camera_identity(c)->id)) {
        free(n);
        return UA_BAD_OUT_OF_MEMORY;
    }
    n->model = m;
    n->camera = c;
    n->jpeg_quality = m->config.jpeg_quality;
    for (size_t i = 0; i < camera_row_count; i++)
        n->members[i] = (struct camera_member){n, &camera_rows[i]};
    *out = n;
    return add_camera(n, path);
}

void camera_node_free(struct camera_node *n)
{
    free(n);
}

struct image_recipe camera_node_recipe(const struct camera_member *member)
{
    return (struct image_recipe){
        .format = member->row->format,
        .quality = member->owner->jpeg_quality,
        .max_width = member->row->max_width,
    };
}

int64_t camera_node_deadline(const struct camera_node *n, int64_t asked_ns)
{
    int64_t own = clock_mono_ns(n->model->clock) + camera_config(n->camera)->capture_timeout_ns;
    return asked_ns < own ? asked_ns : own;
}
