/* SPDX-License-Identifier: Apache-2.0
 * The pixel formats of V4L2 that we can read, and what their pictures become. Pure; any thread. */
#ifndef UACAM_CAMERA_V4L2_PIXELS_H
#define UACAM_CAMERA_V4L2_PIXELS_H

#include "image/raw.h"

struct v4l2_pixels {
    const char *name;             /* as clients see it: "YUYV", "BayerRG8"; static */
    enum pixel_format format;     /* of our frames */
    const struct raw_format *raw; /* how they are developed; NULL: they are that already */
    uint8_t buffers;              /* that one picture fills, one a plane */
    uint8_t rank;                 /* smaller is better, among those that serve equally well */
};

/* False for a fourcc that we cannot read. */
must_check bool v4l2_pixels_of(uint32_t fourcc, struct v4l2_pixels *out);

#endif
