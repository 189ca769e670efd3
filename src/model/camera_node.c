/* SPDX-License-Identifier: Apache-2.0 */
#include "model/camera_node.h"

#include "base/log.h"
#include "model/camera_state.h"
#include "model/property.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_ID "CameraType"

enum { MOST_ARGUMENTS = 4 };

/* What a row of the table becomes: the type's declaration (member NULL) or a camera's node. */
struct build {
    struct model *m;
    const char *root; /* "CameraType" or "Cameras/<id>" */
    struct camera_node *camera;
};

/* "Cameras/<id>/Status" of "Cameras/<id>/Status/State". */
static void parent_of(const char *path, char *out)
{
    snprintf(out, MODEL_PATH, "%s", path);
    *strrchr(out, '/') = '\0';
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
    struct ua_variant most = ua_variant_uint32(MODEL_MAX_IMAGE_BYTES);
    ua_status status =
        property_put_text(m, path, "MimeType", image_mime_type(recipe_of(row, b->camera).format));
    if (!status)
        status = property_put(m, path, "MaxByteStringLength", UA_UINT32, VALUE_RANK_SCALAR, &most);
    return status;
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
    return property_put(m, path, name, UA_ID_ARGUMENT, VALUE_RANK_ARRAY, &value);
}

/* The Properties of a row's node. */
static ua_status add_properties(const struct build *b, const char *path, const struct camera_row *row)
{
    struct model *m = b->m;
    ua_status status = UA_GOOD;
    if (row->source == &image_source)
        status = add_image_properties(b, path, row);
    if (!status && row->high > row->low)
        status = property_put_range(m, path, row->low, row->high);
    if (!status && row->unit)
        status = property_put_unit(m, path, row->unit);
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
        .access_level = member ? row->access : row->access & ACCESS_READ,
        .source = member ? row->source : NULL,
        .source_user = member,
    };
}

static ua_status add_row(const struct build *b, size_t i)
{
    const struct camera_row *row = &camera_rows[i];
    struct model *m = b->m;
    struct camera_member *member = b->camera ? &b->camera->members[i] : NULL;
    char path[MODEL_PATH], parent[MODEL_PATH];
    if (!model_join(path, b->root, row->path))
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
    if (!status)
        status = add_rows(&(struct build){.m = m, .root = TYPE_ID});
    return status ? status : setting_type_build(m);
}

static const char *name_of(const struct camera *c)
{
    const struct camera_identity *id = camera_identity(c);
    const char *configured = camera_config(c)->name;
    return configured[0] ? configured : id->name[0] ? id->name : id->id;
}

void camera_node_path(const struct camera_node *n, char out[MODEL_PATH])
{
    snprintf(out, MODEL_PATH, "Cameras/%s", camera_identity(n->camera)->id);
}

static ua_status add_camera(struct camera_node *n)
{
    const struct camera_identity *id = camera_identity(n->camera);
    struct model *m = n->model;
    char path[MODEL_PATH];
    camera_node_path(n, path);
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_OBJECT,
        .browse_name = {m->ns, slice_of(id->id)},
        .display_name = slice_of(name_of(n->camera)),
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
    struct camera_node *n = calloc(1, sizeof *n + camera_row_count * sizeof n->members[0]);
    if (!n)
        return UA_BAD_OUT_OF_MEMORY;
    n->model = m;
    n->camera = c;
    n->jpeg_quality = camera_config(c)->image.quality;
    image_file_init(&n->file);
    setting_nodes_init(&n->settings, m, c);
    model_next_version(m, n->version);
    n->unplugged = camera_facts(c)->state == CAMERA_UNPLUGGED;
    for (size_t i = 0; i < camera_row_count; i++)
        n->members[i] = (struct camera_member){n, &camera_rows[i]};
    *out = n;
    ua_status status = add_camera(n);
    if (!status)
        setting_nodes_rebuild(&n->settings);
    return status;
}

void camera_node_facts_changed(struct camera_node *n)
{
    char path[MODEL_PATH];
    camera_node_path(n, path);
    struct node *node = model_find(n->model, path);
    struct slice name = slice_of(name_of(n->camera));
    if (node && !slice_equal(node->display_name, name) && space_set_display_name(n->model->space, node, name))
        log_warning("model", "%s keeps its name: no memory", path);
    bool unplugged = camera_facts(n->camera)->state == CAMERA_UNPLUGGED;
    if (unplugged != n->unplugged)
        setting_nodes_refresh(&n->settings);
    n->unplugged = unplugged;
}

void camera_node_settings_changed(struct camera_node *n, bool others)
{
    unsigned verbs = 0;
    if (others)
        verbs = setting_nodes_rebuild(&n->settings);
    else
        setting_nodes_refresh(&n->settings);
    if (!verbs)
        return;
    char path[MODEL_PATH];
    camera_node_path(n, path);
    model_next_version(n->model, n->version);
    model_changed(n->model, path, verbs);
}

void camera_node_free(struct camera_node *n)
{
    setting_nodes_clear(&n->settings);
    image_file_clear(&n->file);
    free(n);
}
