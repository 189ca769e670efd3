/* SPDX-License-Identifier: Apache-2.0
 * Which of a V4L2 camera's modes to use. Pure; any thread.
 *
 * The rule, in this order:
 *  1. Format: the wished one, if it is offered; else any.
 *  2. Size: the nearest to what was wished for, one side or both. Unasked, or among equals: the largest
 * within 1920x1080 that some format delivers at 15 frames a second or more (or at the wished rate, when that
 * is lower); else the smallest beyond that reaches it; else, of those that are too slow, the fastest size.
 *  3. Format, at that size: one with colour before grey; then one that reaches the wished rate (30 when none
 * was wished); when none does, the fastest; among equals YUYV, NV12, YU12, UYVY, RGB8, BGR8, MJPEG, Mono8,
 * raw ones. So MJPEG is taken when raw pictures are too slow at this size.
 *  4. Rate: the wished one (30), at most what the mode can do. */
#ifndef UACAM_CAMERA_V4L2_MODE_H
#define UACAM_CAMERA_V4L2_MODE_H

#include "camera/capture.h"
#include "camera/v4l2/pixels.h"

enum { V4L2_MAX_MODES = 512 };

struct v4l2_mode {
    uint32_t fourcc;
    struct v4l2_pixels pixels;
    uint32_t width, height;
    double min_fps, max_fps; /* 0: unknown, taken as fast enough */
};

/* Sides that a device with free sizes can have. */
struct v4l2_sides {
    uint32_t min, max, step;
};

struct v4l2_modes {
    struct v4l2_mode rows[V4L2_MAX_MODES];
    size_t count;
    bool free; /* any size within these, too */
    struct v4l2_sides width, height;
};

/* NULL when there are none. A point into `modes`. */
const struct v4l2_mode *v4l2_choose(const struct v4l2_modes *modes, const struct capture_wish *wish);

double v4l2_rate(const struct v4l2_mode *mode, const struct capture_wish *wish);

#endif
