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

/* The rate of the mode that is nearest to `fps`. */
double v4l2_nearest_rate(const struct v4l2_device *d, const struct v4l2_mode *mode, double fps);

/* The nearest side that a device with free sizes can have, not larger than `wanted` where that can be. */
uint32_t v4l2_snap(uint32_t wanted, const struct v4l2_sides *sides);

#endif
