/* SPDX-License-Identifier: Apache-2.0
 * From what a user calls a camera to the NodeId of its picture on a server.
 *
 * A NodeId stands for itself, on any server. An id such as "sim-1", the name that people gave, or none for
 * the first camera, is looked up on a server of ours; other servers are told apart by their namespaces. */
#ifndef UACAM_APP_IMAGE_FINDER_H
#define UACAM_APP_IMAGE_FINDER_H

#include "client/client.h"

/* Set the first part, zero the rest. */
struct image_finder {
    struct client *client;                                   /* ready */
    const char *camera;                                      /* NodeId, id, name, or NULL */
    const char *variable;                                    /* "CameraImage"; does not matter for a NodeId */
    void (*found)(void *user, const struct ua_nodeid *node); /* borrowed until return */
    void (*failed)(void *user, const struct err_text *why);
    void *user;

    uint16_t ns;  /* of urn:uacam:camera */
    char id[128]; /* of the camera with that name */
};

/* `found` or `failed` comes once, perhaps before this returns, unless the client closes before. */
void image_finder_start(struct image_finder *f);

/* Is it written as a NodeId? */
bool image_finder_is_nodeid(const char *camera);

#endif
