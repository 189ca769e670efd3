/* SPDX-License-Identifier: Apache-2.0
 * An open V4L2 device: its file, its ioctls, what their failures mean to a user. One thread at a time. */
#ifndef UACAM_CAMERA_V4L2_DEVICE_H
#define UACAM_CAMERA_V4L2_DEVICE_H

#include "camera/backend.h"

#include <linux/videodev2.h>

struct v4l2_device {
    int fd;
    char path[CAMERA_URI];
    uint32_t type; /* of its buffers: enum v4l2_buf_type */
    struct v4l2_capability cap;
};

/* Opens a device that captures video; it is not disturbed if somebody else uses it. ERR_GONE, ERR_DENIED,
 * ERR_BUSY, ERR_UNSUPPORTED (no camera), ERR_IO. */
must_check int v4l2_open(struct v4l2_device *d, const char *path, struct err_text *why);
void v4l2_close(struct v4l2_device *d);

/* 0 or the errno; repeated when a signal interrupts it. */
must_check int v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg);

/* What `errnum` of the ioctl `name` means: returns ERR_GONE, ERR_BUSY (telling who holds it) or ERR_IO. */
int v4l2_failed(const struct v4l2_device *d, int errnum, const char *name, struct err_text *why);

#endif
