/* SPDX-License-Identifier: Apache-2.0
 * The bridge: every camera of a set as nodes of an address space (docs/address-space.md).
 *
 *     Objects
 *     ├─ CameraDevice             the default camera's short address
 *     │   └─ CameraImage          the same node as Cameras/<default>/CameraImage
 *     └─ Cameras
 *         └─ <id> : CameraType    NodeId "Cameras/<id>", children "Cameras/<id>/<BrowseName>"
 *
 * Loop thread only. */
#ifndef UACAM_MODEL_MODEL_H
#define UACAM_MODEL_MODEL_H

#include "camera/camera_set.h"
#include "space/space.h"

#define MODEL_NAMESPACE "urn:uacam:camera"

struct model_config {
    uint8_t jpeg_quality;     /* 1..100, at start */
    enum image_format format; /* of CameraImage */
    uint32_t max_width;       /* of CameraImage, in pixels; 0: as the camera has it */
    size_t max_image_bytes;   /* larger pictures are not handed out */
};

extern const struct model_config model_default_config;

struct model;

/* Builds the types and folders, then a node for each camera of the set, now and as they come. All borrowed
 * for life. On failure *out is NULL. */
must_check ua_status model_new(struct space *space, struct camera_set *cameras, const struct clock *clock,
                               const struct model_config *config, struct model **out);

/* No demand of a client may be left: the server must be gone. The nodes stay in the space. */
void model_free(struct model *m);

/* A session of the server ended: what clients opened in it is closed. */
void model_session_closed(struct model *m, uint32_t session_key);

#endif
