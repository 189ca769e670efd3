/* SPDX-License-Identifier: Apache-2.0
 * The enumeration CameraState as a DataType (Part 3 §8.14, Part 5 §12.2.6). */
#ifndef UACAM_MODEL_CAMERA_STATE_H
#define UACAM_MODEL_CAMERA_STATE_H

#include "model/model.h"

#define CAMERA_STATE_ID "CameraState"

/* The DataType with its EnumStrings and its definition. */
must_check ua_status camera_state_build(struct model *m);

#endif
