/* SPDX-License-Identifier: Apache-2.0
 * Who a V4L2 camera is, so that it is the same one after re-plugging, whatever its /dev/videoN.
 *
 * The id is made of the USB ids and serial number; of the bus path where there is no serial, or one that
 * makers print on every device, or where two devices bear the same. A second interface or node of one device
 * is told apart by its number. */
#ifndef UACAM_CAMERA_V4L2_IDENTITY_H
#define UACAM_CAMERA_V4L2_IDENTITY_H

#include "camera/backend.h"

struct v4l2_capability;

/* Raw texts, empty when unknown. */
struct v4l2_facts {
    char card[CAMERA_TEXT];
    char driver[CAMERA_TEXT];
    char bus[CAMERA_TEXT];
    char vendor_id[CAMERA_TEXT]; /* USB only, as the product id: "046d" */
    char product_id[CAMERA_TEXT];
    char manufacturer[CAMERA_TEXT];
    char product[CAMERA_TEXT];
    char serial[CAMERA_TEXT];
    unsigned interface; /* of the USB device */
    unsigned index;     /* of the node among those of its interface */
};

/* `node` is the camera's folder, "/sys/class/video4linux/video0". `cap` may be NULL: the device could not be
 * asked. What cannot be read stays empty. */
void v4l2_read_facts(struct v4l2_facts *out, const char *node, const struct v4l2_capability *cap);

/* Do both claim to be the same USB device, by a serial number that should tell devices apart? */
bool v4l2_twins(const struct v4l2_facts *a, const struct v4l2_facts *b);

/* Fills all but the URI. `by_place`: the serial number does not tell it from a twin. */
void v4l2_identity(struct camera_identity *out, const struct v4l2_facts *facts, bool by_place);

/* Is this the camera of that identity key, by either kind of id? */
bool v4l2_is(const struct v4l2_facts *facts, const char *key);

#endif
