/* SPDX-License-Identifier: Apache-2.0
 * The loop of mix_rgb() and mix_bgr(), which compilers turn into vector instructions: with weights that they
 * know, for the processor of whoever includes it. */
#ifndef UACAM_IMAGE_MIX_LOOP_H
#define UACAM_IMAGE_MIX_LOOP_H

#include "image/mix.h"

enum { MIX_RED = 77, MIX_GREEN = 150, MIX_BLUE = 29 }; /* 256ths */

static inline __attribute__((always_inline)) void mix_loop(const uint8_t *restrict in, unsigned first,
                                                           unsigned second, unsigned third, size_t count,
                                                           uint8_t *restrict out)
{
    /* Indices, for clang sees no vectors in a pointer to the pixel. */
    for (size_t i = 0; i < count; i++)
        out[i] = (uint8_t)((first * in[3 * i] + second * in[3 * i + 1] + third * in[3 * i + 2] + 128) >> 8);
}

#endif
