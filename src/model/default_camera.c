/* SPDX-License-Identifier: Apache-2.0
 * Which camera CameraDevice stands for. */
#include "model/camera_node.h"
#include "model/model_private.h"
#include "wire/messages_gen.h"

#include <stdio.h>
#include <string.h>

static const struct camera_node *node_at(const struct list_link *l)
{
    return container_of(l, struct camera_node, link);
}

/* The configured one, else the first real one, else the first; NULL: there is none. */
static const struct camera_node *choose(const struct model *m)
{
    const struct camera_node *real = NULL;
    for (const struct list_link *l = m->cameras.first; l; l = l->next) {
        const struct camera_identity *id = camera_identity(node_at(l)->camera);
        if (strcmp(id->id, m->default_id) == 0)
            return node_at(l);
        if (!real && !id->simulated)
            real = node_at(l);
    }
    return real || !m->cameras.first ? real : node_at(m->cameras.first);
}

static struct node *picture_of(const struct model *m, const struct camera_node *n)
{
    char camera[MODEL_PATH], picture[MODEL_PATH];
    camera_node_path(n, camera);
    return model_join(picture, camera, "CameraImage") ? model_find(m, picture) : NULL;
}

ua_status default_camera_choose(struct model *m)
{
    const struct camera_node *chosen = choose(m);
    if (chosen == m->is_default)
        return UA_GOOD;
    struct node *device = model_find(m, "CameraDevice");
    struct node *picture = picture_of(m, chosen);
    if (!picture)
        return UA_BAD_NODE_ID_UNKNOWN;
    ua_status status = space_add_reference(m->space, device, UA_ID_HASCOMPONENT, picture);
    if (status)
        return status;
    unsigned verbs = UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED;
    if (m->is_default) {
        space_remove_reference(m->space, device, UA_ID_HASCOMPONENT, picture_of(m, m->is_default));
        verbs |= UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED;
    }
    m->is_default = chosen;
    model_folder_changed(m, "CameraDevice", verbs);
    return UA_GOOD;
}

ua_status model_set_default(struct model *m, const char *id)
{
    snprintf(m->default_id, sizeof m->default_id, "%s", id);
    return m->cameras.first ? default_camera_choose(m) : UA_GOOD;
}
