/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_node.h"

#include "model/camera_state.h"
#include "model/model_private.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_ID "CameraType"

enum { PATH_BYTES = CAMERA_TEXT + 128, MOST_ARGUMENTS = 4 };

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

/* What a picture's row becomes for a camera (NULL: for the type). */
static struct image_recipe recipe_of(const struct camera_row *row, const struct camera_node *camera)
{
    if (row->configured && camera)
        return camera_config(camera->camera)->image;
    return (struct image_recipe){.format = row->format, .max_width = row->max_width};
}

struct image_recipe camera_node_recipe(const struct camera_member *member)
{
    struct image_recipe recipe = recipe_of(member->row, member->owner);
    recipe.quality = member->owner->jpeg_quality;
    return recipe;
}

static ua_status add_image_properties(const struct build *b, const char *path, const struct camera_row *row)
{
    struct model *m = b->m;
    struct ua_variant mime = ua_variant_string(slice_of(image_mime_type(recipe_of(row, b->camera).format)));
    struct ua_variant most = ua_variant_uint32(MODEL_MAX_IMAGE_BYTES);
    ua_status status = add_property(m, path, "MimeType", UA_STRING, VALUE_RANK_SCALAR, &mime);
    if (!status)
        status = add_property(m, path, "MaxByteStringLength", UA_UINT32, VALUE_RANK_SCALAR, &most);
    return status;
}

static ua_status add_structure(struct model *m, const char *path, const char *name,
                               const struct ua_structure *type, const void *value)
{
    struct ua_extension_object object = {.structure = type, .value = value};
    struct ua_variant variant = ua_variant_structure(&object);
    return add_property(m, path, name, type->data_type_id, VALUE_RANK_SCALAR, &variant);
}

static ua_status add_range(struct model *m, const char *path, const struct camera_row *row)
{
    const struct ua_range range = {.low = row->low, .high = row->high};
    return add_structure(m, path, "EURange", &ua_range_structure, &range);
}

static ua_status add_unit(struct model *m, const char *path, const struct camera_unit *unit)
{
    const struct ua_eu_information information = {
        .namespace_uri = slice_of("http://www.opcfoundation.org/UA/units/un/cefact"),
        .unit_id = unit->code,
        .display_name.text = slice_of(unit->symbol),
        .description.text = slice_of(unit->name),
    };
    return add_structure(m, path, "EngineeringUnits", &ua_eu_information_structure, &information);
}

/* InputArguments or OutputArguments (Part 3 §8.6). */
static ua_status add_arguments(struct model *m, const char *path, const char *name,
                               const struct camera_argument *list)
{
    struct ua_argument arguments[MOST_ARGUMENTS] = {0};
    struct ua_extension_object objects[MOST_ARGUMENTS] = {0};
    size_t count = 0;
    for (; list && list[count].name; count++) {
        assert(count < MOST_ARGUMENTS);
        arguments[count].name = slice_of(list[count].name);
        arguments[count].data_type = ua_nodeid_numeric(0, list[count].data_type);
        arguments[count].value_rank = VALUE_RANK_SCALAR;
        objects[count].structure = &ua_argument_structure;
        objects[count].value = &arguments[count];
    }
    if (count == 0)
        return UA_GOOD;
    struct ua_variant value = ua_variant_array(UA_EXTENSIONOBJECT, objects, count);
    return add_property(m, path, name, UA_ID_ARGUMENT, VALUE_RANK_ARRAY, &value);
}

/* The Properties of a row's node. */
static ua_status add_properties(const struct build *b, const char *path, const struct camera_row *row)
{
    struct model *m = b->m;
    ua_status status = UA_GOOD;
    if (row->source == &image_source)
        status = add_image_properties(b, path, row);
    if (!status && row->high > row->low)
        status = add_range(m, path, row);
    if (!status && row->unit)
        status = add_unit(m, path, row->unit);
    if (!status)
        status = add_arguments(m, path, "InputArguments", row->inputs);
    if (!status)
        status = add_arguments(m, path, "OutputArguments", row->outputs);
    return status;
}

static struct ua_nodeid data_type_of(const struct build *b, const struct camera_row *row)
{
    static const uint32_t image_types[] = {
        [IMAGE_JPEG] = UA_ID_IMAGEJPG,
        [IMAGE_PNG] = UA_ID_IMAGEPNG,
        [IMAGE_BMP] = UA_ID_IMAGEBMP,
    };
    if (row->configured)
        return ua_nodeid_numeric(0, image_types[recipe_of(row, b->camera).format]);
    return row->data_type ? ua_nodeid_numeric(0, row->data_type) : model_id(b->m, CAMERA_STATE_ID);
}

static void describe_variable(const struct build *b, const struct camera_row *row,
                              struct camera_member *member, struct variable *out)
{
    *out = (struct variable){
        .data_type = data_type_of(b, row),
        .value_rank = VALUE_RANK_SCALAR,
        .access_level = row->access,
        .source = member ? row->source : NULL,
        .source_user = member,
    };
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
        .browse_name = {row->ns0 ? 0 : m->ns, slice_of(camera_row_name(row))},
        .display_name = slice_of(row->display_name),
        .parent = model_id(m, parent),
        .reference_type = row->type_definition == UA_ID_PROPERTYTYPE ? UA_ID_HASPROPERTY : UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, row->type_definition),
        .guard = row->guard,
    };
    if (row->node_class == NODE_VARIABLE)
        describe_variable(b, row, member, &spec.variable);
    if (row->node_class == NODE_METHOD && member)
        spec.method = (struct method){.handler = row->handler, .handler_user = member};
    struct node *n;
    ua_status status = space_add(m->space, &spec, &n);
    if (!status && !b->camera)
        status = space_add_reference(m->space, n, UA_ID_HASMODELLINGRULE,
                                     space_ns0(m->space, UA_ID_MODELLINGRULE_MANDATORY));
    return status ? status : add_properties(b, path, row);
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
    n->jpeg_quality = camera_config(c)->image.quality;
    image_file_init(&n->file);
    for (size_t i = 0; i < camera_row_count; i++)
        n->members[i] = (struct camera_member){n, &camera_rows[i]};
    *out = n;
    return add_camera(n, path);
}

void camera_node_free(struct camera_node *n)
{
    image_file_clear(&n->file);
    free(n);
}
