/* SPDX-License-Identifier: Apache-2.0
 * From the bytes of a picture file, which may be hostile, to a frame. Any thread. */
#ifndef UACAM_IMAGE_DECODE_H
#define UACAM_IMAGE_DECODE_H

#include "base/err.h"
#include "image/frame.h"

/* Which enum image_format it is, by its first bytes; -1 for neither JPEG, PNG nor BMP. */
int image_sniff(struct slice bytes);

/* Width and height of a JPEG from its header, without decoding. ERR_INVALID; ERR_LIMIT for a side past
 * FRAME_MAX_SIDE. */
must_check int jpeg_measure(struct slice bytes, uint32_t *width, uint32_t *height);

/* Decodes JPEG or PNG to RGB24; transparency is dropped. At most `max_pixels`, ERR_LIMIT beyond, before
 * anything is allocated for them; ERR_INVALID for a file that is broken or not whole, ERR_UNSUPPORTED for
 * other kinds and for CMYK, ERR_NO_MEMORY. Gives a frame with no times and number 0. */
must_check int image_decode(struct slice bytes, uint64_t max_pixels, struct frame **out,
                            struct err_text *why);

#endif
