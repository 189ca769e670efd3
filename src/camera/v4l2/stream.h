/* SPDX-License-Identifier: Apache-2.0
 * A V4L2 device that streams through memory-mapped buffers. One thread. */
#ifndef UACAM_CAMERA_V4L2_STREAM_H
#define UACAM_CAMERA_V4L2_STREAM_H

#include "camera/v4l2/device.h"
#include "camera/v4l2/mode.h"

enum { V4L2_BUFFERS = 4 };

/* The memory of one buffer: most devices have one plane, some one for each of the picture's. */
struct v4l2_mapping {
    struct {
        uint8_t *data;
        size_t len;
    } planes[FRAME_MAX_PLANES];
};

struct v4l2_stream {
    const struct v4l2_device *device; /* borrowed for life */
    struct v4l2_pixels pixels;
    uint32_t width, height;
    size_t strides[FRAME_MAX_PLANES]; /* of the planes of memory */
    bool full_range;
    double fps; /* 0: the driver does not tell */
    struct v4l2_mapping buffers[V4L2_BUFFERS];
    uint32_t buffer_count;
    bool counting;     /* `sequence` is set */
    uint32_t sequence; /* of the last buffer */
};

/* Sets size, format and rate as near to `mode` as the device can, and starts. ERR_BUSY, ERR_GONE,
 * ERR_UNSUPPORTED, ERR_IO. */
must_check int v4l2_stream_start(struct v4l2_stream *s, const struct v4l2_device *d,
                                 const struct v4l2_mode *mode, double fps, struct err_text *why);

/* Gives all buffers back; also after a failed start. */
void v4l2_stream_stop(struct v4l2_stream *s);

/* What an ioctl about a buffer is called with. */
struct v4l2_ticket {
    struct v4l2_buffer buffer;
    struct v4l2_plane planes[FRAME_MAX_PLANES];
};
void v4l2_ticket_init(struct v4l2_ticket *t, const struct v4l2_stream *s, uint32_t index);

#endif
