/* SPDX-License-Identifier: Apache-2.0
 * Which program has a device file open: what a user needs to know of a busy camera. Any thread.
 *
 * Best effort: the processes of other users cannot be seen without the right to. Looks through all that can.
 */
#ifndef UACAM_CAMERA_V4L2_HOLDER_H
#define UACAM_CAMERA_V4L2_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

struct v4l2_holder {
    pid_t pid;
    char name[64];
};

/* The first process but ours that has the character device `device` open. */
bool v4l2_find_holder(dev_t device, struct v4l2_holder *out);

#endif
