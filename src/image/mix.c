/* SPDX-License-Identifier: Apache-2.0 */
#include "image/mix_loop.h"

void mix_rgb(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

void mix_bgr(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}
