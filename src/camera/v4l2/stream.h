/* SPDX-License-Identifier: Apache-2.0
 * A V4L2 device that streams through memory-mapped buffers. One thread. */
#ifndef UACAM_CAMERA_V4L2_STREAM_H
#define UACAM_CAMERA_V4L2_STREAM_H

#include "camera/v4l2/device.h"
#include "camera/v4l2/mode.h"

enum { V4L2_BUFFERS = 4 };

struct v4l2_stream {
    const struct v4l2_device *device; /* borrowed for life */
    enum pixel_format format;
    uint32_t width, height;
    size_t stride; /* of the first plane */
    bool full_range;
    double fps; /* 0: the driver does not tell */
    struct {
        uint8_t *data;
        size_t len;
    } buffers[V4L2_BUFFERS];
    uint32_t buffer_count;
    bool counting;     /* `sequence` is set */
    uint32_t sequence; /* of the last buffer */
};

/* What the driver handed out, until it is given back. */
struct v4l2_shot {
    struct v4l2_buffer buffer;
    struct slice bytes;
    uint64_t dropped; /* frames that the driver lost before this one */
    bool broken;      /* marked by the driver, or empty */
    int64_t exposed_mono_ns;
};

/* Sets size, format and rate as near to `mode` as the device can, and starts. ERR_BUSY, ERR_GONE,
 * ERR_UNSUPPORTED, ERR_IO. */
must_check int v4l2_stream_start(struct v4l2_stream *s, const struct v4l2_device *d,
                                 const struct v4l2_mode *mode, double fps, struct err_text *why);

/* Gives all buffers back; also after a failed start. */
void v4l2_stream_stop(struct v4l2_stream *s);

/* The next buffer. 1: here it is; 0: none is ready; else ERR_GONE or ERR_IO. */
must_check int v4l2_stream_take(struct v4l2_stream *s, struct v4l2_shot *out, struct err_text *why);
must_check int v4l2_stream_return(struct v4l2_stream *s, struct v4l2_shot *shot, struct err_text *why);

/* Copies the picture once, out of the driver's memory. A frame without number and times; NULL for a broken
 * picture, or without memory: the frame is lost. */
must_check struct frame *v4l2_stream_copy(const struct v4l2_stream *s, const struct v4l2_shot *shot);

#endif
