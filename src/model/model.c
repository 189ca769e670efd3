/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include "base/log.h"
#include "model/camera_node.h"
#include "model/camera_state.h"
#include "model/model_private.h"
#include "model/property.h"
#include "wire/messages_gen.h"

#include <stdio.h>
#include <stdlib.h>

struct ua_nodeid model_id(const struct model *m, const char *text)
{
    return ua_nodeid_string(m->ns, slice_of(text));
}

struct node *model_find(const struct model *m, const char *text)
{
    struct ua_nodeid id = model_id(m, text);
    return space_find(m->space, &id);
}

bool model_join(char *out, const char *a, const char *b)
{
    int n = snprintf(out, MODEL_PATH, "%s/%s", a, b);
    return n > 0 && n < MODEL_PATH;
}

void model_next_version(struct model *m, char *out)
{
    int64_t now = clock_utc_ns(m->clock);
    m->last_version = now > m->last_version ? now : m->last_version + 1;
    snprintf(out, MODEL_VERSION, "%lld", (long long)m->last_version);
}

static ua_status put_version(struct model *m, const char *path)
{
    char version[MODEL_VERSION];
    model_next_version(m, version);
    return property_put_text(m, path, "NodeVersion", version);
}

static ua_status add_folder(struct model *m, const char *name, const char *display, uint32_t type)
{
    struct node_spec spec = {
        .id = model_id(m, name),
        .node_class = NODE_OBJECT,
        .browse_name = {m->ns, slice_of(name)},
        .display_name = slice_of(display),
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_ORGANIZES,
        .type_definition = ua_nodeid_numeric(0, type),
    };
    ua_status status = space_add(m->space, &spec, NULL);
    return status ? status : put_version(m, name);
}

void model_changed(struct model *m, const char *path, unsigned verbs)
{
    const struct node *n = model_find(m, path);
    if (n && m->observer.changed)
        m->observer.changed(m->observer.user, n, verbs);
}

void model_folder_changed(struct model *m, const char *path, unsigned verbs)
{
    if (put_version(m, path))
        log_warning("model", "%s keeps its NodeVersion: no memory", path);
    model_changed(m, path, verbs);
}

/* ---- what cameras tell ---- */

static struct camera_node *node_of(const struct model *m, const struct camera *c)
{
    for (struct list_link *l = m->cameras.first; l; l = l->next)
        if (container_of(l, struct camera_node, link)->camera == c)
            return container_of(l, struct camera_node, link);
    return NULL;
}

static void camera_added(void *user, struct camera *c)
{
    struct model *m = user;
    struct camera_node *n;
    char path[MODEL_PATH];
    ua_status status = camera_node_new(m, c, &n);
    if (n) {
        list_append(&m->cameras, &n->link);
        camera_node_path(n, path);
        model_changed(m, path, UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_NODE_ADDED);
        model_folder_changed(m, "Cameras", UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED);
    }
    if (!status)
        status = default_camera_choose(m);
    if (status)
        log_error("model", "camera %s is not shown in full: %s", camera_identity(c)->id,
                  ua_status_name(status));
}

static void facts_changed(void *user, struct camera *c)
{
    struct camera_node *n = node_of(user, c);
    if (n)
        camera_node_facts_changed(n);
}

static void settings_changed(void *user, struct camera *c, bool others)
{
    struct camera_node *n = node_of(user, c);
    if (n)
        camera_node_settings_changed(n, others);
}

static void detected(void *user, size_t count)
{
    const struct model_observer *o = &((struct model *)user)->observer;
    if (o->detected)
        o->detected(o->user, count);
}

void model_observe(struct model *m, const struct model_observer *o)
{
    m->observer = o ? *o : (struct model_observer){0};
}

/* ---- beginning and end ---- */

static ua_status build(struct model *m)
{
    if (space_add_namespace(m->space, slice_of(MODEL_NAMESPACE), &m->ns))
        return UA_BAD_OUT_OF_MEMORY;
    ua_status status = camera_state_build(m);
    if (!status)
        status = camera_type_build(m);
    if (!status)
        status = add_folder(m, "CameraDevice", "Camera Device", UA_ID_BASEOBJECTTYPE);
    if (!status)
        status = add_folder(m, "Cameras", "Cameras", UA_ID_FOLDERTYPE);
    return status;
}

ua_status model_new(struct space *space, struct camera_set *cameras, struct timer_queue *timers,
                    struct model **out)
{
    *out = NULL;
    struct model *m = calloc(1, sizeof *m);
    if (!m)
        return UA_BAD_OUT_OF_MEMORY;
    m->space = space;
    m->set = cameras;
    m->timers = timers;
    m->clock = timers->clock;
    ua_status status = build(m);
    if (status) {
        model_free(m);
        return status;
    }
    const struct camera_observer observer = {
        .added = camera_added,
        .facts_changed = facts_changed,
        .settings_changed = settings_changed,
        .detected = detected,
        .user = m,
    };
    camera_set_observe(cameras, &observer);
    *out = m;
    return UA_GOOD;
}

void model_free(struct model *m)
{
    if (!m)
        return;
    camera_set_observe(m->set, NULL);
    struct list_link *link;
    while ((link = list_pop(&m->cameras)))
        camera_node_free(container_of(link, struct camera_node, link));
    free(m);
}

void model_session_closed(struct model *m, uint32_t session_key)
{
    for (struct list_link *l = m->cameras.first; l; l = l->next)
        image_file_session_closed(&container_of(l, struct camera_node, link)->file, session_key);
}
