/* SPDX-License-Identifier: Apache-2.0
 * One picture of a V4L2 stream, on its way out of the driver's memory. One thread. */
#ifndef UACAM_CAMERA_V4L2_SHOT_H
#define UACAM_CAMERA_V4L2_SHOT_H

#include "camera/v4l2/stream.h"

/* What the driver handed out, until it is given back. */
struct v4l2_shot {
    struct v4l2_ticket ticket;
    struct slice planes[FRAME_MAX_PLANES];
    uint64_t dropped; /* frames that the driver lost before this one */
    bool broken;      /* marked by the driver, or empty */
    int64_t exposed_mono_ns;
};

/* The next buffer. 1: here it is; 0: none is ready; else ERR_GONE or ERR_IO. */
must_check int v4l2_shot_take(struct v4l2_stream *s, struct v4l2_shot *out, struct err_text *why);
must_check int v4l2_shot_return(struct v4l2_stream *s, struct v4l2_shot *shot, struct err_text *why);

/* Copies the picture once, out of the driver's memory. A frame without number and times; NULL for a broken
 * picture, or without memory: the frame is lost. */
must_check struct frame *v4l2_shot_copy(const struct v4l2_stream *s, const struct v4l2_shot *shot);

#endif
