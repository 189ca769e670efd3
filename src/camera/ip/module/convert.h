/* SPDX-License-Identifier: Apache-2.0
 * From FFmpeg's decoded pictures to frames: without a copy where the pixels are such that a frame knows them,
 * else as RGB24. One thread at a time. */
#ifndef UACAM_CAMERA_IP_MODULE_CONVERT_H
#define UACAM_CAMERA_IP_MODULE_CONVERT_H

#include "base/err.h"
#include "image/frame.h"

#include <libavutil/frame.h>

struct SwsContext;

/* Zero it to begin. */
struct converter {
    struct SwsContext *scaler; /* NULL: not needed yet */
};
void converter_clear(struct converter *c);

/* What convert() will make of it. */
enum pixel_format convert_target(const AVFrame *picture);

/* Gives a frame with no times; it may share the picture's bytes. ERR_UNSUPPORTED, ERR_LIMIT (a side past
 * FRAME_MAX_SIDE), ERR_NO_MEMORY. */
must_check int convert(struct converter *c, const AVFrame *picture, struct frame **out, struct err_text *why);

#endif
