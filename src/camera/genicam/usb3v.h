/* SPDX-License-Identifier: Apache-2.0
 * USB3 Vision cameras as sysfs knows them, by the class of their control interface. Nothing is opened. Any
 * thread. */
#ifndef UACAM_CAMERA_GENICAM_USB3V_H
#define UACAM_CAMERA_GENICAM_USB3V_H

#include "camera/backend.h"

struct usb3v_place {
    struct camera_identity identity;
    char vendor_id[8], product_id[8]; /* "2676" */
    char node[64];                    /* "/dev/bus/usb/002/004" */
    /* As the device spells them, to find it by. */
    char manufacturer[CAMERA_TEXT], product[CAMERA_TEXT], serial[CAMERA_TEXT];
};

/* The machine's own devices. */
extern const char usb3v_devices[];

/* Tells each camera below `devices`. False ends the search. */
typedef bool (*usb3v_found)(void *user, const struct usb3v_place *place);
void usb3v_look(const char *devices, usb3v_found found, void *user);

/* ERR_GONE: it is not plugged in; ERR_DENIED: we may not open it, with what to do. */
must_check int usb3v_locate(const char *devices, const struct camera_identity *id, struct usb3v_place *out,
                            struct err_text *why);

/* As struct backend's. */
int usb3v_detect(camera_found found, void *user, struct err_text *why);

#endif
