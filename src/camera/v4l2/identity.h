/* SPDX-License-Identifier: Apache-2.0
 * Who a V4L2 camera is, so that it is the same one after re-plugging, whatever its /dev/videoN.
 *
 * The id is made of the first of these that tells it from all others that are attached: USB ids and serial
 * number, unless it is one that makers print on every device; the place on the bus; the place and the name
 * that the driver gave the node. All come from the system's folders: a camera that cannot be opened has the
 * same id. A second interface or node of one device is told apart by its number. */
#ifndef UACAM_CAMERA_V4L2_IDENTITY_H
#define UACAM_CAMERA_V4L2_IDENTITY_H

#include "camera/backend.h"

struct v4l2_capability;

/* Raw texts, empty when unknown. */
struct v4l2_facts {
    char card[CAMERA_TEXT];
    char driver[CAMERA_TEXT];
    char bus[CAMERA_TEXT];       /* "usb-0000:00:14.0-1.2", "platform:vivid.0" */
    char node_name[CAMERA_TEXT]; /* by the driver, often the card's */
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

/* The ways to tell cameras apart, the best first. */
enum v4l2_telling {
    V4L2_BY_SERIAL,
    V4L2_BY_PLACE,
    V4L2_BY_NAME, /* and place */
    V4L2_TELLINGS,
};

/* False when it cannot be told this way. */
bool v4l2_id(const struct v4l2_facts *facts, enum v4l2_telling how, char out[CAMERA_TEXT]);

/* Fills all but the URI. */
void v4l2_identity(struct camera_identity *out, const struct v4l2_facts *facts, enum v4l2_telling how);

/* Is this the camera of that identity key, told in any way? */
bool v4l2_is(const struct v4l2_facts *facts, const char *key);

#endif
