/* SPDX-License-Identifier: Apache-2.0
 * The bridge: every camera of a set as nodes of an address space (docs/address-space.md).
 *
 *     Objects
 *     ├─ CameraDevice             the default camera's short address
 *     │   └─ CameraImage          the same node as Cameras/<default>/CameraImage
 *     └─ Cameras
 *         └─ <id> : CameraType    NodeId "Cameras/<id>", children "Cameras/<id>/<BrowseName>"
 *
 * and, beneath Server/VendorServerInfo, how the server does.
 *
 * Loop thread only. */
#ifndef UACAM_MODEL_MODEL_H
#define UACAM_MODEL_MODEL_H

#include "base/timers.h"
#include "camera/camera_set.h"
#include "model/server_facts.h"
#include "space/space.h"

#define MODEL_NAMESPACE "urn:uacam:camera"

/* Larger pictures are not handed out. */
enum { MODEL_MAX_IMAGE_BYTES = 64 << 20 };

struct model;

/* Builds the types and folders, then a node for each camera of the set, now and as they come. All borrowed
 * for life. On failure *out is NULL. The model is the set's observer: who wants to know as well asks it. */
must_check ua_status model_new(struct space *space, struct camera_set *cameras, struct timer_queue *timers,
                               struct model **out);

/* Which camera CameraDevice stands for, by id; it may come later. Empty or not there: the first real one,
 * else the first. Bad_OutOfMemory. */
must_check ua_status model_set_default(struct model *m, const char *id);

/* Adds Variables to VendorServerInfo; each read of one looks at the server, which must live as long as the
 * nodes are read. Once. Bad_OutOfMemory. */
must_check ua_status model_show_server(struct model *m, void (*look)(void *server, struct server_facts *out),
                                       void *server);

struct model_observer {
    /* What belongs to `affected`, a node with a NodeVersion that is new now, changed: for a
     * GeneralModelChangeEvent (Part 3 §9.32). `verbs`: bits of enum ua_model_change_structure_verb_mask. */
    void (*changed)(void *user, const struct node *affected, unsigned verbs);
    /* As in struct camera_observer. */
    void (*detected)(void *user, size_t count);
    void *user;
};

/* At most one; NULL: none any more. */
void model_observe(struct model *m, const struct model_observer *o);

/* No demand of a client may be left: the server must be gone. The nodes stay in the space. */
void model_free(struct model *m);

/* A session of the server ended: what clients opened in it is closed. */
void model_session_closed(struct model *m, uint32_t session_key);

#endif
