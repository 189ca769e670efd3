/* SPDX-License-Identifier: Apache-2.0
 * How the attached cameras were told apart when they were looked at last, so that one keeps its id when a
 * twin of the same serial number is plugged in. Any thread. */
#ifndef UACAM_CAMERA_V4L2_KNOWN_H
#define UACAM_CAMERA_V4L2_KNOWN_H

#include "camera/v4l2/identity.h"

enum { V4L2_MAX_KNOWN = 64 };

/* Remembers the node. What is past V4L2_MAX_KNOWN is not. */
void v4l2_known_put(const struct v4l2_facts *facts, enum v4l2_telling how);

/* Is it remembered? */
bool v4l2_known_find(const struct v4l2_facts *facts, enum v4l2_telling *how);

/* Forgets all that were not put again since the last call: they were unplugged. */
void v4l2_known_sweep(void);

#endif
