/* SPDX-License-Identifier: Apache-2.0
 * Colours out of a Bayer mosaic, a row at a time: the gradient-corrected linear interpolation of Malvar, He
 * and Cutler (2004), a 5 x 5 filter. Pure; any thread. */
#ifndef UACAM_IMAGE_DEMOSAIC_H
#define UACAM_IMAGE_DEMOSAIC_H

#include "base/bytes.h"

/* The first two colours of the first row. */
enum bayer { BAYER_NONE, BAYER_RG, BAYER_GR, BAYER_GB, BAYER_BG };

enum { DEMOSAIC_REACH = 2 }; /* samples that the filter needs on each side of a pixel */

/* Sets the DEMOSAIC_REACH samples before `row` and behind its `width` ones: mirrored, so that each has the
 * colour that its place would have. */
void demosaic_extend(uint8_t *row, uint32_t width);

/* Which row stands for row `y` of `height` when y lies up to DEMOSAIC_REACH outside: mirrored likewise. */
uint32_t demosaic_mirror(int64_t y, uint32_t height);

/* Row `y` as `width` pixels R G B. `rows` are rows y - 2 to y + 2, each extended. */
void demosaic_row(enum bayer bayer, const uint8_t *const rows[2 * DEMOSAIC_REACH + 1], uint32_t y,
                  uint32_t width, uint8_t *rgb);

#endif
