/* SPDX-License-Identifier: Apache-2.0
 * Raw sensor pictures: deep grey, packed samples, Bayer colours. One copy makes a frame out of them.
 *
 * Samples of more than 8 bits keep their top 8. Bayer pictures become RGB24 by gradient-corrected linear
 * interpolation (image/demosaic.h), grey ones PIXEL_GREY. Formats are rows of one table, named as GenICam's
 * Pixel Format Naming Convention (PFNC) does. Any thread. */
#ifndef UACAM_IMAGE_RAW_H
#define UACAM_IMAGE_RAW_H

#include "base/err.h"
#include "image/demosaic.h"
#include "image/frame.h"

/* How samples lie in memory; groups of them take whole bytes. */
enum raw_packing {
    RAW_8,
    RAW_10, /* in the low bits of 16, little endian, as the next three */
    RAW_12,
    RAW_14,
    RAW_16,
    RAW_10P,      /* bit after bit, lowest first: 4 in 5 bytes */
    RAW_12P,      /* 2 in 3 bytes */
    RAW_GV_PACKED /* of GigE Vision, 10 or 12 bits: high byte, both low parts, high byte */
};

struct raw_format {
    const char *name;   /* "BayerRG8" */
    const char *fourcc; /* V4L2's; NULL: none */
    uint32_t pfnc;      /* GenICam's 32 bit code */
    enum bayer bayer;
    enum raw_packing packing;
};

/* The table; Mono8 is none of it, as it needs no work. */
const struct raw_format *raw_formats(size_t *count);

/* NULL for what is not in the table. `fourcc` has 4 characters and an end. */
const struct raw_format *raw_format_of_name(const char *name);
const struct raw_format *raw_format_of_fourcc(const char *fourcc);
const struct raw_format *raw_format_of_pfnc(uint32_t code);

/* PIXEL_RGB24 or PIXEL_GREY. */
enum pixel_format raw_developed(const struct raw_format *f);

/* Gives a new frame with no times and number 0. `stride` is the bytes from row to row; 0: each row begins
 * where the last one ended, be it amid a byte. ERR_INVALID: sides of 0 or past FRAME_MAX_SIDE, or `bytes` is
 * too short for them; ERR_NO_MEMORY. */
must_check int raw_develop(const struct raw_format *f, uint32_t width, uint32_t height, struct slice bytes,
                           size_t stride, struct frame **out, struct err_text *why);

#endif
