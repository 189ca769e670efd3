/* SPDX-License-Identifier: Apache-2.0 */
#include "model/model.h"

#include "base/log.h"
#include "model/camera_node.h"
#include "model/camera_state.h"
#include "model/model_private.h"

#include <stdio.h>
#include <stdlib.h>

struct ua_nodeid model_id(const struct model *m, const char *text)
{
    return ua_nodeid_string(m->ns, slice_of(text));
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
    return space_add(m->space, &spec, NULL);
}

/* Camera Device/Camera Image is the picture of the first camera. */
static ua_status make_default(struct model *m, const struct camera_node *first)
{
    char text[CAMERA_TEXT + 32];
    snprintf(text, sizeof text, "Cameras/%s/CameraImage", camera_identity(first->camera)->id);
    struct ua_nodeid image_id = model_id(m, text), device_id = model_id(m, "CameraDevice");
    struct node *image = space_find(m->space, &image_id);
    struct node *device = space_find(m->space, &device_id);
    return space_add_reference(m->space, device, UA_ID_HASCOMPONENT, image);
}

static void camera_added(void *user, struct camera *c)
{
    struct model *m = user;
    struct camera_node *n;
    ua_status status = camera_node_new(m, c, &n);
    if (n)
        list_append(&m->cameras, &n->link);
    if (!status && m->cameras.count == 1)
        status = make_default(m, n);
    if (status)
        log_error("model", "camera %s is not shown in full: %s", camera_identity(c)->id,
                  ua_status_name(status));
}

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

ua_status model_new(struct space *space, struct camera_set *cameras, const struct clock *clock,
                    struct model **out)
{
    *out = NULL;
    struct model *m = calloc(1, sizeof *m);
    if (!m)
        return UA_BAD_OUT_OF_MEMORY;
    m->space = space;
    m->set = cameras;
    m->clock = clock;
    ua_status status = build(m);
    if (status) {
        model_free(m);
        return status;
    }
    camera_set_observe(cameras, &(struct camera_observer){.added = camera_added, .user = m});
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
