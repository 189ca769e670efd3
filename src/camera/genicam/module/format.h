/* SPDX-License-Identifier: Apache-2.0
 * Which pixel formats of GenICam cameras we can read, which one is best, and frames out of their buffers.
 * Pure; any thread. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_FORMAT_H
#define UACAM_CAMERA_GENICAM_MODULE_FORMAT_H

#include "base/err.h"
#include "image/frame.h"
#include "image/raw.h"

struct genicam_format {
    uint32_t pfnc;                /* GenICam's 32 bit code */
    enum pixel_format becomes;    /* what its frames are */
    const struct raw_format *raw; /* how they are developed; NULL: copied */
    bool full_range;              /* of YUV */
};

/* False for one that we cannot read. */
bool genicam_format_of_name(const char *name, struct genicam_format *out);
bool genicam_format_of_code(uint32_t pfnc, struct genicam_format *out);

/* Which of `count` names to use; -1: none can be read. The wished one; else the current one if it has colour;
 * else colour before grey and, of those, the fewest bits a pixel, for the network's sake. `wish` and
 * `current` may be empty. */
int genicam_choose_format(const char *const *names, size_t count, const char *wish, const char *current);

/* Makes a frame of a buffer whose rows have `padding` bytes behind them. As raw_develop(). */
must_check int genicam_make_frame(const struct genicam_format *f, uint32_t width, uint32_t height,
                                  struct slice bytes, size_t padding, struct frame **out,
                                  struct err_text *why);

#endif
