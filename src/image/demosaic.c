/* SPDX-License-Identifier: Apache-2.0 */
#include "image/demosaic.h"

enum {
    BLOCK = 256, /* pixels at a time, so that they stay in the nearest cache; even */
    MIDDLE = DEMOSAIC_REACH,
};

uint32_t demosaic_mirror(int64_t y, uint32_t height)
{
    int64_t last = (int64_t)height - 1;
    if (last == 0)
        return 0;
    while (y < 0 || y > last)
        y = y < 0 ? -y : 2 * last - y;
    return (uint32_t)y;
}

void demosaic_extend(uint8_t *row, uint32_t width)
{
    for (int i = 1; i <= DEMOSAIC_REACH; i++) {
        row[-i] = row[demosaic_mirror(-i, width)];
        row[width - 1 + i] = row[demosaic_mirror((int64_t)width - 1 + i, width)];
    }
}

static inline uint8_t from_sixteenths(int16_t v)
{
    int16_t rounded = (int16_t)((v + 8) >> 4);
    return (uint8_t)(rounded < 0 ? 0 : rounded > 255 ? 255 : rounded);
}

/* What a pixel could be of, whichever colour its own sample has. A row holds two colours: green and another,
 * the row's; the rows above and below hold green and the third. */
struct guesses {
    uint8_t green_at_color[BLOCK];
    uint8_t third_at_color[BLOCK];
    uint8_t color_at_green[BLOCK];
    uint8_t third_at_green[BLOCK];
};

/* Every guess for every pixel is twice the work, but work without branches: vector instructions do it. */
static void guess(const uint8_t *const rows[], uint32_t from, uint32_t count, struct guesses *restrict g)
{
    const uint8_t *up2 = rows[0] + from, *up = rows[1] + from, *at = rows[2] + from, *down = rows[3] + from,
                  *down2 = rows[4] + from;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *u = up + i, *p = at + i, *d = down + i;
        int16_t own = p[0];
        int16_t beside = (int16_t)(p[-1] + p[1]), above = (int16_t)(u[0] + d[0]);
        int16_t far_beside = (int16_t)(p[-2] + p[2]), far_above = (int16_t)(up2[i] + down2[i]);
        int16_t corners = (int16_t)(u[-1] + u[1] + d[-1] + d[1]);
        int16_t far_all = (int16_t)(far_beside + far_above);
        int16_t green = (int16_t)(8 * own + 4 * (beside + above) - 2 * far_all);
        int16_t third = (int16_t)(12 * own + 4 * corners - 3 * far_all);
        int16_t along = (int16_t)(10 * own + 8 * beside - 2 * (corners + far_beside) + far_above);
        int16_t across = (int16_t)(10 * own + 8 * above - 2 * (corners + far_above) + far_beside);
        g->green_at_color[i] = from_sixteenths(green);
        g->third_at_color[i] = from_sixteenths(third);
        g->color_at_green[i] = from_sixteenths(along);
        g->third_at_green[i] = from_sixteenths(across);
    }
}

/* `green_first` tells what the block's first sample is of; `color` at which byte of a pixel the row's colour
 * goes: 0 for red, 2 for blue. */
static void pick(const struct guesses *restrict g, const uint8_t *restrict own, uint32_t count,
                 bool green_first, unsigned color, uint8_t *restrict rgb)
{
    unsigned third = 2 - color;
    for (uint32_t i = green_first ? 1 : 0; i < count; i += 2) {
        rgb[3 * i + color] = own[i];
        rgb[3 * i + 1] = g->green_at_color[i];
        rgb[3 * i + third] = g->third_at_color[i];
    }
    for (uint32_t i = green_first ? 0 : 1; i < count; i += 2) {
        rgb[3 * i + color] = g->color_at_green[i];
        rgb[3 * i + 1] = own[i];
        rgb[3 * i + third] = g->third_at_green[i];
    }
}

void demosaic_row(enum bayer bayer, const uint8_t *const rows[2 * DEMOSAIC_REACH + 1], uint32_t y,
                  uint32_t width, uint8_t *rgb)
{
    bool odd = y % 2;
    bool green_first = (bayer == BAYER_GR || bayer == BAYER_GB) != odd;
    bool red = (bayer == BAYER_RG || bayer == BAYER_GR) != odd;
    for (uint32_t from = 0; from < width; from += BLOCK) {
        struct guesses g;
        uint32_t count = width - from < BLOCK ? width - from : BLOCK;
        guess(rows, from, count, &g);
        pick(&g, rows[MIDDLE] + from, count, green_first, red ? 0 : 2, rgb + (size_t)from * 3);
    }
}
