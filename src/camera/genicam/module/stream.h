/* SPDX-License-Identifier: Apache-2.0
 * A device that streams: its buffers, as they come. For the thread that started it. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_STREAM_H
#define UACAM_CAMERA_GENICAM_MODULE_STREAM_H

#include "camera/genicam/module/picture.h"
#include "image/frame.h"

struct genicam_stream {
    struct genicam_device *device;
    ArvStream *arv; /* NULL: not started */
    enum genicam_beat beat;
    uint32_t width, height;
    enum pixel_format format;
    double fps; /* 0: unknown, or not by itself */
    uint64_t last_id;
};

/* A buffer that came. */
struct genicam_shot {
    ArvBuffer *buffer;
    bool complete;
    int64_t exposed_mono_ns;
    uint64_t dropped; /* frames lost before it */
};

/* Takes control, sets everything, starts. ERR_BUSY, ERR_GONE, ERR_UNSUPPORTED, ERR_IO, ERR_LIMIT. After a
 * failure it must be stopped too. */
must_check int genicam_stream_start(struct genicam_stream *s, struct genicam_device *d,
                                    const struct capture_wish *wish, const struct genicam_options *o,
                                    struct err_text *why);
void genicam_stream_stop(struct genicam_stream *s);

/* Takes a buffer if there is one; the device's `news_fd` tells when. It is given back by return. */
bool genicam_stream_take(struct genicam_stream *s, struct genicam_shot *out);
void genicam_stream_return(struct genicam_stream *s, struct genicam_shot *shot);

/* A frame of a complete shot, NULL when it is none after all. */
struct frame *genicam_stream_copy(const struct genicam_shot *shot);

/* Makes it expose now. */
must_check int genicam_stream_trigger(struct genicam_stream *s, struct err_text *why);

#endif
