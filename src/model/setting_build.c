/* SPDX-License-Identifier: Apache-2.0
 * Settings in the address space: their nodes, Properties, folders. */
#include "model/property.h"
#include "model/setting_nodes.h"

#include <stdio.h>
#include <string.h>

static struct model *model_of(const struct setting_node *n)
{
    return n->owner->model;
}

/* "Cameras/<id>/Settings" */
static void root_of(const struct setting_nodes *s, char out[MODEL_PATH])
{
    snprintf(out, MODEL_PATH, "Cameras/%s/Settings", camera_identity(s->camera)->id);
}

static ua_status path_of(const struct setting_node *n, char out[MODEL_PATH])
{
    char root[MODEL_PATH];
    root_of(n->owner, root);
    return model_join(out, root, n->path) ? UA_GOOD : UA_BAD_OUT_OF_MEMORY;
}

/* ---- folders ---- */

static ua_status add_folder(struct model *m, const char *parent, const char *path, struct slice name)
{
    const struct node *there = model_find(m, path);
    if (there)
        return there->node_class == NODE_OBJECT ? UA_GOOD : UA_BAD_BROWSE_NAME_DUPLICATED;
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = NODE_OBJECT,
        .browse_name = {m->ns, name},
        .parent = model_id(m, parent),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, UA_ID_FOLDERTYPE),
    };
    return space_add(m->space, &spec, NULL);
}

/* Every folder on the way; `parent` begins as the root and ends as the last of them. */
static ua_status add_folders(struct model *m, const char *folder, char parent[MODEL_PATH])
{
    while (*folder) {
        size_t len = strcspn(folder, "/");
        char name[SETTING_TEXT], path[MODEL_PATH];
        snprintf(name, sizeof name, "%.*s", (int)len, folder);
        if (!len || !model_join(path, parent, name))
            return UA_BAD_BROWSE_NAME_INVALID;
        ua_status status = add_folder(m, parent, path, slice_of(name));
        if (status)
            return status;
        memcpy(parent, path, MODEL_PATH);
        folder += len + (folder[len] == '/');
    }
    return UA_GOOD;
}

static bool is_empty_folder(const struct node *folder)
{
    if (folder->node_class != NODE_OBJECT)
        return false;
    for (size_t i = 0; i < folder->reference_count; i++) {
        const struct reference *r = &folder->references[i];
        if (!r->inverse && !ua_nodeid_is(&r->type->id, UA_ID_HASTYPEDEFINITION))
            return false;
    }
    return true;
}

/* Those on the way to the node that hold nothing any more. */
static void remove_folders(const struct setting_node *n)
{
    struct model *m = model_of(n);
    char path[MODEL_PATH], root[MODEL_PATH];
    root_of(n->owner, root);
    if (path_of(n, path))
        return;
    for (;;) {
        *strrchr(path, '/') = '\0';
        struct node *folder = model_find(m, path);
        if (strcmp(path, root) == 0 || (folder && !is_empty_folder(folder)))
            return;
        if (folder)
            space_remove(m->space, folder);
    }
}

/* ---- nodes ---- */

static ua_status put_properties(const struct setting_node *n, const char *path, const struct setting *s)
{
    struct model *m = model_of(n);
    ua_status status = UA_GOOD;
    if (n->shape.ranged)
        status = property_put_range(m, path, s->min, s->max);
    if (!status && n->shape.unit[0])
        status = property_put_unit(m, path, n->shape.unit);
    if (!status && s->kind == SETTING_MENU)
        status = property_put_choices(m, path, s->choices, s->choice_count);
    return status;
}

static ua_status add_node(struct setting_node *n, const char *path, const char *parent,
                          const struct setting *s)
{
    struct model *m = model_of(n);
    struct node_spec spec = {
        .id = model_id(m, path),
        .node_class = n->shape.node_class,
        .browse_name = {m->ns, slice_of(s->name)},
        .display_name = slice_of(s->display_name[0] ? s->display_name : s->name),
        .parent = model_id(m, parent),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, n->shape.type_definition),
    };
    if (n->shape.node_class == NODE_METHOD)
        spec.method = (struct method){.handler = &setting_command, .handler_user = n};
    else
        spec.variable = (struct variable){
            .data_type = ua_nodeid_numeric(0, n->shape.data_type),
            .value_rank = VALUE_RANK_SCALAR,
            .access_level = setting_access(s),
            .source = &setting_source,
            .source_user = n,
        };
    return space_add(m->space, &spec, &n->node);
}

ua_status setting_build(struct setting_node *n, const struct setting *s)
{
    char parent[MODEL_PATH], path[MODEL_PATH];
    root_of(n->owner, parent);
    ua_status status = path_of(n, path);
    if (!status)
        status = add_folders(model_of(n), s->folder, parent);
    if (!status)
        status = add_node(n, path, parent, s);
    if (!status)
        status = put_properties(n, path, s);
    if (status)
        setting_demolish(n);
    return status;
}

ua_status setting_adjust(struct setting_node *n, const struct setting *s)
{
    struct model *m = model_of(n);
    char path[MODEL_PATH];
    struct slice name = slice_of(s->display_name[0] ? s->display_name : s->name);
    ua_status status = path_of(n, path);
    if (!status && n->node->node_class == NODE_VARIABLE)
        status = put_properties(n, path, s);
    if (!status && !slice_equal(n->node->display_name, name))
        status = space_set_display_name(m->space, n->node, name);
    return status;
}

static struct node *first_property(const struct node *n)
{
    for (size_t i = 0; i < n->reference_count; i++)
        if (!n->references[i].inverse && ua_nodeid_is(&n->references[i].type->id, UA_ID_HASPROPERTY))
            return n->references[i].target;
    return NULL;
}

void setting_demolish(struct setting_node *n)
{
    struct space *space = model_of(n)->space;
    if (n->node) {
        struct node *property;
        while ((property = first_property(n->node)))
            space_remove(space, property);
        space_remove(space, n->node);
        n->node = NULL;
    }
    remove_folders(n);
}
