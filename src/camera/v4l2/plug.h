/* SPDX-License-Identifier: Apache-2.0
 * News of V4L2 devices that come and go, by libudev; see struct plug_ops. One thread.
 *
 * One camera makes several events: they are told as one, when it has been quiet for a moment. A device that
 * refused us or hung when it was looked at is worth another look, at growing intervals. */
#ifndef UACAM_CAMERA_V4L2_PLUG_H
#define UACAM_CAMERA_V4L2_PLUG_H

#include "camera/backend.h"

extern const struct plug_ops v4l2_plug;

#endif
