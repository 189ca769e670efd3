/* SPDX-License-Identifier: Apache-2.0
 * One camera as nodes: builds them from the table of CameraType, holds what their values need. */
#ifndef UACAM_MODEL_CAMERA_NODE_H
#define UACAM_MODEL_CAMERA_NODE_H

#include "base/list.h"
#include "model/camera_table.h"
#include "model/image_file.h"
#include "model/model_private.h"
#include "model/setting_nodes.h"

struct camera_node;

/* A Variable or Method of one camera: what its value source or handler gets as `user`. */
struct camera_member {
    struct camera_node *owner;
    const struct camera_row *row;
};

struct camera_node {
    struct list_link link; /* in model->cameras */
    struct model *model;
    struct camera *camera;
    uint8_t jpeg_quality;
    struct image_file file;
    struct setting_nodes settings;
    char version[MODEL_VERSION]; /* NodeVersion */
    bool unplugged;
    struct camera_member members[]; /* one a row */
};

/* The nodes of CameraType itself. */
must_check ua_status camera_type_build(struct model *m);

/* The nodes of one camera. On failure some are missing; what is there needs *out (NULL: nothing is there). */
must_check ua_status camera_node_new(struct model *m, struct camera *c, struct camera_node **out);
void camera_node_free(struct camera_node *n);

/* "Cameras/<id>" */
void camera_node_path(const struct camera_node *n, char out[MODEL_PATH]);

/* What the camera tells of itself may have changed: its name, whether it is plugged in. */
void camera_node_facts_changed(struct camera_node *n);

/* `others`: other settings, or other bounds, not only other values. */
void camera_node_settings_changed(struct camera_node *n, bool others);

extern const struct value_source fact_source;
extern const struct value_source image_source;
extern const struct value_source change_source;
extern const struct value_source quality_source;
extern const struct method_handler snapshot_method;

/* The recipe of a row's picture for this camera, as its settings are now. */
struct image_recipe camera_node_recipe(const struct camera_member *member);

/* A call that waited for a new picture has it in `s`, or the failure in `code`: it answers. */
typedef void (*shot_taken)(struct method_call *m, void *user, const struct snapshot *s, int code);

/* Parks the call until there is a new JPEG. `cancel` of the method's handler must be cancel_shot_for_call().
 */
void shoot_for_call(struct camera_member *member, struct method_call *m, shot_taken taken);
void cancel_shot_for_call(void *user, struct method_call *m);

#endif
