/* SPDX-License-Identifier: Apache-2.0
 * Decodes a JPEG that may be hostile to a raw frame. Any thread. */
#ifndef UACAM_IMAGE_JPEG_READ_H
#define UACAM_IMAGE_JPEG_READ_H

#include "base/err.h"
#include "image/frame.h"

struct jpeg_wish {
    uint64_t max_pixels;     /* of the JPEG, whatever it is scaled to */
    uint32_t enough_width;   /* a smaller picture will do if it is at least so wide; 0: as it is */
    enum pixel_format color; /* PIXEL_RGB24, PIXEL_BGR24, or PIXEL_GREY: only the luma */
    bool keep_grey;          /* a grey JPEG gives PIXEL_GREY in any case */
};

/* Larger JPEGs are refused wherever a camera's own are decoded. */
enum { JPEG_MAX_PIXELS = 64000000 };

/* Gives a new frame with number 0 and no times. ERR_LIMIT before anything is allocated; ERR_UNSUPPORTED for
 * CMYK; ERR_INVALID for a JPEG that is broken or not whole; ERR_NO_MEMORY. */
must_check int jpeg_read(struct slice bytes, const struct jpeg_wish *wish, struct frame **out,
                         struct err_text *why);

#endif
