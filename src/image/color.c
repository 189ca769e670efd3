/* SPDX-License-Identifier: Apache-2.0 */
#include "image/color.h"

#include <assert.h>
#include <string.h>

enum {
    BLOCK = 256, /* pixels converted at a time, so that they stay in the nearest cache; even */
    CHROMA_ZERO = 128,
};

/* BT.601 in 1/65536:
 *     R = luma (Y - black) + red_v (V - 128)
 *     G = luma (Y - black) - green_u (U - 128) - green_v (V - 128)
 *     B = luma (Y - black) + blue_u (U - 128) */
struct matrix {
    int black, luma, red_v, green_u, green_v, blue_u;
};

enum { FRACTION_BITS = 16, HALF = 1 << (FRACTION_BITS - 1) };

/* 1, 1.402, 0.344136, 0.714136, 1.772 */
static const struct matrix full_matrix = {0, 65536, 91881, 22553, 46802, 116130};

/* The same, luma times 255/219, chroma times 255/224. */
static const struct matrix limited_matrix = {16, 76309, 104597, 25675, 53279, 132201};

/* 255/219 and 255/224 as sums that fit into 16 bits, eight at a time in a vector register. */
static void expand_luma(uint8_t *row, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t y = row[i] < 16 ? 16 : row[i];
        y = y > 235 ? 235 : y;
        uint16_t above_black = (uint16_t)(y - 16);
        uint16_t stretch = (uint16_t)(above_black * 168u + 512u);
        row[i] = (uint8_t)(above_black + (stretch >> 10));
    }
}

static void expand_chroma(uint8_t *row, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        int16_t stretch = (int16_t)((row[i] - CHROMA_ZERO) * 71 + 256);
        int16_t c = (int16_t)(row[i] + (stretch >> 9));
        c = c < 0 ? 0 : c;
        row[i] = (uint8_t)(c > 255 ? 255 : c);
    }
}

void color_full_range_row(const struct frame *f, unsigned component, uint32_t row, uint8_t *out)
{
    struct samples s = frame_samples(f, component);
    samples_copy(&s, row, 0, s.width, out);
    if (!pixel_format_info(f->format)->yuv || f->full_range)
        return;
    if (component == 0)
        expand_luma(out, s.width);
    else
        expand_chroma(out, s.width);
}

static inline uint8_t clip(int v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* A block of the three components of a frame, side by side. */
struct block {
    uint8_t values[FRAME_MAX_COMPONENTS][BLOCK];
};

/* Turns Y, U, V, with one U and V for two pixels, into R, G, B. */
static void yuv_to_rgb(const struct matrix *m, struct block *b, uint32_t count)
{
    struct block rgb;
    for (uint32_t i = 0; i < count; i++) {
        int y = (b->values[0][i] - m->black) * m->luma + HALF;
        int u = b->values[1][i / 2] - CHROMA_ZERO, v = b->values[2][i / 2] - CHROMA_ZERO;
        rgb.values[0][i] = clip((y + m->red_v * v) >> FRACTION_BITS);
        rgb.values[1][i] = clip((y - m->green_u * u - m->green_v * v) >> FRACTION_BITS);
        rgb.values[2][i] = clip((y + m->blue_u * u) >> FRACTION_BITS);
    }
    memcpy(b, &rgb, sizeof rgb);
}

static void interleave(const uint8_t *a, const uint8_t *b, const uint8_t *c, uint32_t count, uint8_t *out)
{
    for (uint32_t i = 0; i < count; i++) {
        out[3 * i] = a[i];
        out[3 * i + 1] = b[i];
        out[3 * i + 2] = c[i];
    }
}

void color_rgb_row(const struct frame *f, uint32_t row, enum pixel_format order, uint8_t *out)
{
    assert(order == PIXEL_RGB24 || order == PIXEL_BGR24);
    const struct pixel_format_info *info = pixel_format_info(f->format);
    if (f->format == order) {
        memcpy(out, f->planes[0].data + row * f->planes[0].stride, (size_t)f->width * 3);
        return;
    }
    for (uint32_t from = 0; from < f->width; from += BLOCK) {
        struct block b;
        uint32_t count = f->width - from < BLOCK ? f->width - from : BLOCK;
        for (unsigned c = 0; c < info->component_count; c++) {
            const struct pixel_component *at = &info->components[c];
            struct samples s = frame_samples(f, c);
            uint32_t first = at->half_width ? from / 2 : from;
            uint32_t wanted = at->half_width ? (count + 1) / 2 : count;
            samples_copy(&s, at->half_height ? row / 2 : row, first, wanted, b.values[c]);
        }
        if (info->yuv)
            yuv_to_rgb(f->full_range ? &full_matrix : &limited_matrix, &b, count);
        bool grey = info->component_count == 1;
        const uint8_t *red = b.values[0], *green = b.values[grey ? 0 : 1], *blue = b.values[grey ? 0 : 2];
        bool rgb = order == PIXEL_RGB24;
        interleave(rgb ? red : blue, green, rgb ? blue : red, count, out + (size_t)from * 3);
    }
}
