/* SPDX-License-Identifier: Apache-2.0
 * What the model floor's own files share. */
#ifndef UACAM_MODEL_MODEL_PRIVATE_H
#define UACAM_MODEL_MODEL_PRIVATE_H

#include "base/list.h"
#include "model/model.h"

/* "Cameras/<id>/Settings/<folder>/<name>/EngineeringUnits" fits. */
enum { MODEL_PATH = 2 * CAMERA_TEXT + SETTING_TEXT + SETTING_NAME, MODEL_VERSION = 24 };

struct camera_node;

struct model {
    struct space *space;
    struct camera_set *set;
    struct timer_queue *timers;
    const struct clock *clock;
    uint16_t ns;
    struct list cameras; /* struct camera_node */
    int64_t last_version;
    struct model_observer observer;
    void (*look_at_server)(void *server, struct server_facts *out);
    void *server;

    char default_id[CAMERA_TEXT];         /* as the configuration wants it; empty: the first real one */
    const struct camera_node *is_default; /* behind CameraDevice now; NULL: none yet */
};

/* A NodeId of our namespace; borrows the text. */
struct ua_nodeid model_id(const struct model *m, const char *text);

/* NULL: no such node. */
struct node *model_find(const struct model *m, const char *text);

/* "a/b" in out[MODEL_PATH]. */
must_check bool model_join(char *out, const char *a, const char *b);

/* A NodeVersion (Part 3 §5.5.1) that no node had before, in no earlier run either, in out[MODEL_VERSION]. */
void model_next_version(struct model *m, char *out);

/* Tells the observer that the node, whose NodeVersion is new, changed (enum
 * ua_model_change_structure_verb_mask). */
void model_changed(struct model *m, const char *path, unsigned verbs);

/* Stores a new NodeVersion first. */
void model_folder_changed(struct model *m, const char *path, unsigned verbs);

/* Lets CameraDevice/CameraImage be the picture of the camera that is the default now. */
must_check ua_status default_camera_choose(struct model *m);

#endif
