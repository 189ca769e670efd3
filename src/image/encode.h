/* SPDX-License-Identifier: Apache-2.0
 * From a frame to the bytes of a picture file: JPEG, PNG, BMP, thumbnail.
 *
 * Pure functions for worker threads; any thread, several at once. A frame that already is a JPEG is passed
 * through untouched when a JPEG is wanted that need not be smaller: the blob then shares the frame's bytes.
 * JPEG is made from YUV planes without a detour through RGB; a thumbnail by scaled work (scaled decode for
 * MJPEG, averaged planes for raw). What a JPEG's header says counts, not what the camera claims. */
#ifndef UACAM_IMAGE_ENCODE_H
#define UACAM_IMAGE_ENCODE_H

#include "base/blob.h"
#include "base/err.h"
#include "image/frame.h"

enum image_format { IMAGE_JPEG, IMAGE_PNG, IMAGE_BMP, IMAGE_FORMAT_COUNT };

/* How a picture is to be made. Equal recipes of one frame give the same bytes. */
struct image_recipe {
    enum image_format format;
    uint8_t quality; /* JPEG that we make ourselves, 1..100; 0: 85. The others ignore it */
    /* Scale down to at most so many pixels, keeping the ratio; 0: as it is. */
    uint32_t max_width, max_height;
};

bool image_recipe_equal(const struct image_recipe *a, const struct image_recipe *b);

/* "image/jpeg" */
const char *image_mime_type(enum image_format f);

/* Is this frame's own JPEG what image_encode() gives? */
bool image_passes_through(const struct frame *frame, const struct image_recipe *how);

/* Gives a new blob. ERR_INVALID: the JPEG in the frame is broken or not whole; ERR_LIMIT: it has more than
 * 64 million pixels, or a side past FRAME_MAX_SIDE; ERR_UNSUPPORTED: it is CMYK; ERR_NO_MEMORY. */
must_check int image_encode(struct frame *frame, const struct image_recipe *how, struct blob **out,
                            struct err_text *why);

#endif
