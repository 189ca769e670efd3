/* SPDX-License-Identifier: Apache-2.0 */
#include "image/color.h"

#include <assert.h>
#include <string.h>

enum {
    BLOCK = 256, /* pixels converted at a time, so that they stay in the nearest cache; even */
    CHROMA_ZERO = 128,
};

/* BT.601, its factors in 1/8192:
 *     R = luma (Y - black) + red_v (V - 128)
 *     G = luma (Y - black) - green_u (U - 128) - green_v (V - 128)
 *     B = luma (Y - black) + blue_u (U - 128) */
struct matrix {
    int16_t black, luma, red_v, green_u, green_v, blue_u;
};

/* 1, 1.402, 0.344136, 0.714136, 1.772 */
static const struct matrix full_matrix = {0, 8192, 11485, 2819, 5850, 14516};

/* The same, luma times 255/219, chroma times 255/224. */
static const struct matrix limited_matrix = {16, 9539, 13075, 3209, 6660, 16525};

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

/* `value` (-128..255) times a factor of the matrix, in 1/16. It stays within 16 bits on the way, which
 * doubles what a vector register holds. */
static inline int16_t times(int value, int16_t factor)
{
    int16_t shifted = (int16_t)(value * 128);
    return (int16_t)((shifted * factor) >> 16);
}

static inline uint8_t from_sixteenths(int16_t v)
{
    int16_t rounded = (int16_t)((v + 8) >> 4);
    return (uint8_t)(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

/* Of three components, side by side. */
struct block {
    uint8_t values[FRAME_MAX_COMPONENTS][BLOCK];
};

static void yuv_to_rgb(const struct matrix *m, const struct block *yuv, uint32_t count, struct block *rgb)
{
    for (uint32_t i = 0; i < count; i++) {
        int16_t y = times(yuv->values[0][i] - m->black, m->luma);
        int u = yuv->values[1][i] - CHROMA_ZERO, v = yuv->values[2][i] - CHROMA_ZERO;
        rgb->values[0][i] = from_sixteenths((int16_t)(y + times(v, m->red_v)));
        rgb->values[1][i] = from_sixteenths((int16_t)(y - times(u, m->green_u) - times(v, m->green_v)));
        rgb->values[2][i] = from_sixteenths((int16_t)(y + times(u, m->blue_u)));
    }
}

/* Repeats every sample: `count` of them, rounded up to an even number. */
static void repeat(const uint8_t *in, uint32_t count, uint8_t *out)
{
    for (size_t i = 0; i < (count + 1) / 2; i++) {
        out[2 * i] = in[i];
        out[2 * i + 1] = in[i];
    }
}

static void interleave(const uint8_t *a, const uint8_t *b, const uint8_t *c, uint32_t count, uint8_t *out)
{
    for (size_t i = 0; i < count; i++) {
        out[3 * i] = a[i];
        out[3 * i + 1] = b[i];
        out[3 * i + 2] = c[i];
    }
}

/* The components of the pixels from column `from` on; grey stands for all three. */
static void copy_block(const struct frame *f, uint32_t row, uint32_t from, uint32_t count, struct block *out)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    for (unsigned i = 0; i < FRAME_MAX_COMPONENTS; i++) {
        unsigned component = info->component_count > 1 ? i : 0;
        const struct pixel_component *c = &info->components[component];
        struct samples s = frame_samples(f, component);
        uint32_t at = c->half_height ? row / 2 : row;
        if (c->half_width) {
            uint8_t half[BLOCK / 2];
            samples_copy(&s, at, from / 2, (count + 1) / 2, half);
            repeat(half, count, out->values[i]);
        } else {
            samples_copy(&s, at, from, count, out->values[i]);
        }
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
    struct block in, converted;
    const struct block *rgb = info->yuv ? &converted : &in;
    unsigned first = order == PIXEL_RGB24 ? 0 : 2, last = 2 - first;
    for (uint32_t from = 0; from < f->width; from += BLOCK) {
        uint32_t count = f->width - from < BLOCK ? f->width - from : BLOCK;
        copy_block(f, row, from, count, &in);
        if (info->yuv)
            yuv_to_rgb(f->full_range ? &full_matrix : &limited_matrix, &in, count, &converted);
        interleave(rgb->values[first], rgb->values[1], rgb->values[last], count, out + (size_t)from * 3);
    }
}
