/* SPDX-License-Identifier: Apache-2.0
 * libjpeg and nothing else: what the luma of a JPEG, and making one, are measured against. One thread. */
#ifndef UACAM_BENCH_BARE_JPEG_H
#define UACAM_BENCH_BARE_JPEG_H

#include "base/bytes.h"

/* A picture as libjpeg likes it best. */
struct bare_picture {
    uint32_t width, height;
    bool rgb;         /* all in the first plane, three bytes a pixel; else Y, U, V in planes of their own */
    bool half_height; /* of U and V; their width is half in any case */
    uint8_t *planes[3];
};

/* Decodes the JPEG to grey at 1/`shrink` of each side and throws that away. Ends the program when it is
 * broken. ERR_NO_MEMORY. */
must_check int bare_jpeg_decode(struct slice bytes, unsigned shrink);

/* Makes a JPEG and throws it away. */
void bare_jpeg_encode(const struct bare_picture *p, int quality);

#endif
