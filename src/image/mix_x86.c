/* SPDX-License-Identifier: Apache-2.0
 * Pixels of three bytes need shuffles of bytes, which x86-64 does not promise. Compilers find those of SSSE3,
 * three times as fast as without; the sums of products of AVX2, written by hand, take half of that. */
#include "image/mix_loop.h"

#include <immintrin.h>

#define WITH_SSSE3 __attribute__((target("ssse3")))
#define WITH_AVX2  __attribute__((target("avx2")))

enum {
    STEP = 16,     /* pixels at a time */
    QUARTER = 12,  /* bytes of 4 of them */
    MARGIN = 2,    /* pixels: a quarter is read as 16 bytes */
    ROUNDING = 128 /* half of a level */
};

WITH_SSSE3 static void mix_rgb_ssse3(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

WITH_SSSE3 static void mix_bgr_ssse3(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_loop(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}

/* Of each of the 4 pixels at `in` two halves of its weighted sum, one behind the other. */
WITH_AVX2 static inline __m256i halves_of_sums(const uint8_t *in, __m256i weights)
{
    const __m256i spread = _mm256_setr_epi8(0, -1, 1, -1, 2, -1, -1, -1, 3, -1, 4, -1, 5, -1, -1, -1, 6, -1,
                                            7, -1, 8, -1, -1, -1, 9, -1, 10, -1, 11, -1, -1, -1);
    const __m256i ones = _mm256_set1_epi64x(1LL << 48); /* for the rounding to be a product too */
    __m256i twice = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)in));
    return _mm256_madd_epi16(_mm256_or_si256(_mm256_shuffle_epi8(twice, spread), ones), weights);
}

/* The luma of 8 pixels, in 32 bits each: 0 1 4 5, 2 3 6 7. */
WITH_AVX2 static inline __m256i luma_of_8(const uint8_t *in, __m256i weights)
{
    __m256i sums = _mm256_hadd_epi32(halves_of_sums(in, weights), halves_of_sums(in + QUARTER, weights));
    return _mm256_srli_epi32(sums, 8);
}

WITH_AVX2 static inline void mix_avx2(const uint8_t *in, unsigned first, unsigned second, unsigned third,
                                      size_t count, uint8_t *out)
{
    const int16_t a = (int16_t)first, b = (int16_t)second, c = (int16_t)third;
    const __m256i weights =
        _mm256_setr_epi16(a, b, c, ROUNDING, a, b, c, ROUNDING, a, b, c, ROUNDING, a, b, c, ROUNDING);
    for (; count >= STEP + MARGIN; count -= STEP, in += 3 * STEP, out += STEP) {
        __m256i words = _mm256_packs_epi32(luma_of_8(in, weights), luma_of_8(in + 2 * QUARTER, weights));
        __m128i even = _mm256_castsi256_si128(words), odd = _mm256_extracti128_si256(words, 1);
        __m128i bytes = _mm_packus_epi16(_mm_unpacklo_epi32(even, odd), _mm_unpackhi_epi32(even, odd));
        _mm_storeu_si128((__m128i *)out, bytes);
    }
    mix_loop(in, first, second, third, count, out);
}

WITH_AVX2 static void mix_rgb_avx2(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_avx2(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

WITH_AVX2 static void mix_bgr_avx2(const uint8_t *in, size_t count, uint8_t *out)
{
    mix_avx2(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}

void mix_rgb(const uint8_t *in, size_t count, uint8_t *out)
{
    if (__builtin_cpu_supports("avx2"))
        mix_rgb_avx2(in, count, out);
    else if (__builtin_cpu_supports("ssse3"))
        mix_rgb_ssse3(in, count, out);
    else
        mix_loop(in, MIX_RED, MIX_GREEN, MIX_BLUE, count, out);
}

void mix_bgr(const uint8_t *in, size_t count, uint8_t *out)
{
    if (__builtin_cpu_supports("avx2"))
        mix_bgr_avx2(in, count, out);
    else if (__builtin_cpu_supports("ssse3"))
        mix_bgr_ssse3(in, count, out);
    else
        mix_loop(in, MIX_BLUE, MIX_GREEN, MIX_RED, count, out);
}
