/* SPDX-License-Identifier: Apache-2.0
 * The cameras of this machine and of its networks, for people and for scripts. Blocks. */
#ifndef UACAM_APP_CAMERA_LIST_H
#define UACAM_APP_CAMERA_LIST_H

#include "camera/backend.h"
#include "camera/onvif/onvif.h"

enum { CAMERA_LIST_MOST = 256 };

/* In the order found; given, of malloc(). Zero it to begin. */
struct camera_list {
    struct camera_identity *cameras[CAMERA_LIST_MOST];
    size_t count;
    struct onvif_device *devices[CAMERA_LIST_MOST];
    size_t device_count;
};

/* Looks for every kind that can be found; `ask_network`: for ONVIF devices as well, which takes a second. A
 * kind that fails is told on stderr: then it is false. */
must_check bool camera_list_collect(struct camera_list *l, bool ask_network);
void camera_list_clear(struct camera_list *l);

/* On stdout. Each camera is looked at for its state and formats. */
void camera_list_print(const struct camera_list *l);
void camera_list_print_json(const struct camera_list *l);

#endif
