/* SPDX-License-Identifier: Apache-2.0
 * Luma of pixels of three bytes, by BT.601's weights. Any thread. */
#ifndef UACAM_IMAGE_MIX_H
#define UACAM_IMAGE_MIX_H

#include <stddef.h>
#include <stdint.h>

/* One sample for each of `count` pixels, side by side. */
void mix_rgb(const uint8_t *in, size_t count, uint8_t *out);
void mix_bgr(const uint8_t *in, size_t count, uint8_t *out);

#endif
