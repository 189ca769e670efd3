/* SPDX-License-Identifier: Apache-2.0
 * Makes a raw frame smaller: every new sample is the mean of the area that it covers. Any thread. */
#ifndef UACAM_IMAGE_SHRINK_H
#define UACAM_IMAGE_SHRINK_H

#include "base/err.h"
#include "image/frame.h"

/* Gives a new frame of at most the old sides: YU12 from YUV formats, else of the same format. It keeps
 * number, times and range. ERR_NO_MEMORY. */
must_check int shrink_frame(const struct frame *f, uint32_t width, uint32_t height, struct frame **out,
                            struct err_text *why);

#endif
