/* SPDX-License-Identifier: Apache-2.0
 * One camera as nodes: builds them from the table of CameraType, holds what their values need. */
#ifndef UACAM_MODEL_CAMERA_NODE_H
#define UACAM_MODEL_CAMERA_NODE_H

#include "base/list.h"
#include "model/camera_table.h"
#include "model/model.h"

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
    struct camera_member members[]; /* one a row */
};

/* The nodes of CameraType itself. */
must_check ua_status camera_type_build(struct model *m);

/* The nodes of one camera. On failure some are missing; what is there needs *out (NULL: nothing is there). */
must_check ua_status camera_node_new(struct model *m, struct camera *c, struct camera_node **out);
void camera_node_free(struct camera_node *n);

extern const struct value_source fact_source;
extern const struct value_source image_source;
extern const struct value_source quality_source;
extern const struct method_handler snapshot_method;

/* The recipe of a row's picture for this camera, as its settings are now. */
struct image_recipe camera_node_recipe(const struct camera_member *member);

/* When to give up waiting for a picture: by the asker's deadline, or the camera's own limit. */
int64_t camera_node_deadline(const struct camera_node *n, int64_t asked_ns);

#endif
