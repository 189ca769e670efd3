/* SPDX-License-Identifier: Apache-2.0
 * Which of a V4L2 camera's modes to use. Pure; any thread.
 *
 * The rule, in this order:
 *  1. Size: the nearest to what was wished for, one side or both. Unasked, or among equals: the largest
 * within 1920x1080 that some format delivers at 15 frames a second or more (or at the wished rate, when that
 * is lower); else the smallest beyond that reaches it; else, of those that are too slow, the fastest size.
 *  2. Format, at that size: one with colour before grey; then one that reaches the wished rate (30 when none
 * was wished); when none does, the fastest; among equals YUYV, NV12, YU12, UYVY, RGB8, BGR8, MJPEG, Mono8. So
 * MJPEG is taken when raw pictures are too slow at this size.
 *  3. Rate: the wished one (30), at most what the mode can do. */
#ifndef UACAM_CAMERA_V4L2_MODE_H
#define UACAM_CAMERA_V4L2_MODE_H

#include "camera/capture.h"

enum { V4L2_MAX_MODES = 512 };

struct v4l2_mode {
    uint32_t fourcc;
    struct camera_mode is; /* max_fps 0: unknown, taken as fast enough */
};

struct v4l2_modes {
    struct v4l2_mode rows[V4L2_MAX_MODES];
    size_t count;
};

/* Our format of a V4L2 fourcc; -1 for one that we cannot read. */
int v4l2_pixel_format(uint32_t fourcc);

/* NULL when there are none. A point into `modes`. */
const struct v4l2_mode *v4l2_choose(const struct v4l2_modes *modes, const struct capture_wish *wish);

double v4l2_rate(const struct v4l2_mode *mode, const struct capture_wish *wish);

#endif
