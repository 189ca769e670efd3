/* SPDX-License-Identifier: Apache-2.0
 * Asks a device file what it is, on a thread of its own: a driver that hangs holds nobody else up. Any
 * thread. */
#ifndef UACAM_CAMERA_V4L2_KNOCK_H
#define UACAM_CAMERA_V4L2_KNOCK_H

#include "camera/v4l2/device.h"

/* Opens, asks, closes. As v4l2_open(); ERR_TIMEOUT when no answer came for 3 s, and at once while an earlier
 * question is still unanswered. */
must_check int v4l2_knock(const char *path, struct v4l2_capability *cap, struct err_text *why);

/* Does any device still owe an answer? */
bool v4l2_knock_pending(void);

#endif
