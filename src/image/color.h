/* SPDX-License-Identifier: Apache-2.0
 * Colour: from what a camera delivers to full-range luma and chroma, and to RGB. Any thread.
 *
 * YUV is that of BT.601. A frame that is not `full_range` holds luma in 16..235 and chroma in 16..240; JPEG
 * wants 0..255 for both. What lies outside is clipped. Each result is within 1 of the exact value. */
#ifndef UACAM_IMAGE_COLOR_H
#define UACAM_IMAGE_COLOR_H

#include "image/frame.h"

/* A row of one component of a YUV or grey frame, side by side, in full range. */
void color_full_range_row(const struct frame *f, unsigned component, uint32_t row, uint8_t *out);

/* A row of any raw frame as pixels of three bytes in `order`, PIXEL_RGB24 or PIXEL_BGR24. Half-size chroma is
 * repeated, not interpolated. */
void color_rgb_row(const struct frame *f, uint32_t row, enum pixel_format order, uint8_t *out);

#endif
