/* SPDX-License-Identifier: Apache-2.0
 * Frames with known content, and what their pixels are: worked out in floating point from the definitions,
 * with nothing of the code under test but frame_new(). */
#ifndef UACAM_TEST_IMAGE_PICTURES_H
#define UACAM_TEST_IMAGE_PICTURES_H

#include "base/blob.h"
#include "image/encode.h"
#include "image/frame.h"

struct picture {
    struct frame *frame;
    uint8_t *storage; /* of the frame */
};

struct rgb {
    double r, g, b;
};

/* Every byte from a generator of random numbers, out-of-range values too. */
struct picture picture_noise(enum pixel_format f, uint32_t width, uint32_t height, bool full_range);

/* Soft slopes in all components, within the limited range: what JPEG is good at. */
struct picture picture_slopes(enum pixel_format f, uint32_t width, uint32_t height, bool full_range);

/* Of a raw format but YUV: left half one colour, right half the other. */
struct picture picture_halves(enum pixel_format f, uint32_t width, uint32_t height, struct rgb left,
                              struct rgb right);

/* The same in YU12, colours as Y, U, V. */
struct picture picture_halves_yuv(uint32_t width, uint32_t height, const uint8_t left[3],
                                  const uint8_t right[3]);

/* What a pixel looks like; each value within 0..255. */
struct rgb picture_pixel(const struct picture *p, uint32_t x, uint32_t y);

/* A JPEG made by libjpeg from random bytes (8 bit a component). Free with blob_unref(). */
struct jpeg_kind {
    int components; /* 1 grey, 3 colour, 4 CMYK */
    uint32_t width, height;
    bool progressive;
    bool many_scans; /* grey only: progressive, more than a hundred */
};
struct blob *picture_jpeg(struct jpeg_kind kind);

/* An MJPEG frame with a copy of the bytes, and sides as a camera would claim them. */
struct frame *picture_mjpeg(struct slice jpeg, uint32_t width, uint32_t height);

/* Encodes what must succeed. */
struct blob *picture_encode(struct frame *f, enum image_format format, uint32_t max_width);

/* Decodes what must be a good JPEG or PNG. */
struct frame *picture_decode(struct slice bytes);

/* A pixel of a decoded RGB24 frame. */
struct rgb decoded_pixel(const struct frame *f, uint32_t x, uint32_t y);

/* The mean of the absolute differences over all components of all pixels. */
double picture_mean_error(const struct picture *p, const struct frame *decoded);

double rgb_worst(struct rgb a, struct rgb b);

#endif
