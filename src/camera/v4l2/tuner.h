/* SPDX-License-Identifier: Apache-2.0
 * The settings of V4L2 cameras; see struct tuner_ops. It has the device open beside who streams. */
#ifndef UACAM_CAMERA_V4L2_TUNER_H
#define UACAM_CAMERA_V4L2_TUNER_H

#include "camera/backend.h"

extern const struct tuner_ops v4l2_tuner;

#endif
