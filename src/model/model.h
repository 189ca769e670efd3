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

/* Larger pictures are not handed out. */
enum { MODEL_MAX_IMAGE_BYTES = 64 << 20 };

struct model;

/* Builds the types and folders, then a node for each camera of the set, now and as they come. All borrowed
 * for life. On failure *out is NULL. */
must_check ua_status model_new(struct space *space, struct camera_set *cameras, const struct clock *clock,
                               struct model **out);

/* No demand of a client may be left: the server must be gone. The nodes stay in the space. */
void model_free(struct model *m);

/* A session of the server ended: what clients opened in it is closed. */
void model_session_closed(struct model *m, uint32_t session_key);

#endif
