/* SPDX-License-Identifier: Apache-2.0
 * Finds V4L2 cameras among the device files. */
#ifndef UACAM_CAMERA_V4L2_LOOK_H
#define UACAM_CAMERA_V4L2_LOOK_H

#include "camera/v4l2/device.h"

/* Who is at the device file `path`? Does not touch the device, does not block. ERR_GONE: there is no such
 * file; ERR_UNSUPPORTED: it is no video device. */
must_check int v4l2_look(const char *path, struct camera_identity *out, struct err_text *why);

/* Asks every video device of the machine, in the order of their numbers. What is no camera is left out; what
 * may be one, but does not open, is not. */
void v4l2_look_around(camera_found found, void *user);

/* May the next look around find more, though nothing is plugged in: did a device refuse us, or hang? */
bool v4l2_look_unsettled(void);

/* Opens the camera wherever it is now. As v4l2_open(). */
must_check int v4l2_open_camera(struct v4l2_device *d, const struct camera_identity *id,
                                struct err_text *why);

#endif
