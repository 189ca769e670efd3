/* SPDX-License-Identifier: Apache-2.0
 * Asks a V4L2 device for its modes. */
#ifndef UACAM_CAMERA_V4L2_SURVEY_H
#define UACAM_CAMERA_V4L2_SURVEY_H

#include "camera/v4l2/device.h"
#include "camera/v4l2/mode.h"

/* Lists what we can read, format by format. Of a device with free sizes: the wished one, the usual ones, the
 * largest. Drivers that cannot list have one mode, the present one; the list is empty when we cannot read it.
 */
void v4l2_survey(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out);

#endif
