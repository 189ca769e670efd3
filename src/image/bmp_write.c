/* SPDX-License-Identifier: Apache-2.0 */
#include "image/color.h"
#include "image/writers.h"

#include <string.h>

enum {
    FILE_HEADER = 14, /* BITMAPFILEHEADER */
    INFO_HEADER = 40, /* BITMAPINFOHEADER */
    HEADERS = FILE_HEADER + INFO_HEADER,
    BITS_PER_PIXEL = 24,
    PIXELS_PER_METRE = 3780, /* 96 dpi */
};

static uint8_t *put_u16(uint8_t *at, uint32_t v)
{
    at[0] = (uint8_t)v;
    at[1] = (uint8_t)(v >> 8);
    return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t v)
{
    return put_u16(put_u16(at, v), v >> 16);
}

static void put_headers(uint8_t *at, uint32_t width, uint32_t height, uint32_t pixel_bytes)
{
    at = put_u16(at, 'B' | 'M' << 8);
    at = put_u32(at, HEADERS + pixel_bytes);
    at = put_u32(at, 0); /* reserved */
    at = put_u32(at, HEADERS);

    at = put_u32(at, INFO_HEADER);
    at = put_u32(at, width);
    at = put_u32(at, height); /* positive: bottom row first */
    at = put_u16(at, 1);      /* planes */
    at = put_u16(at, BITS_PER_PIXEL);
    at = put_u32(at, 0); /* BI_RGB, not compressed */
    at = put_u32(at, pixel_bytes);
    at = put_u32(at, PIXELS_PER_METRE);
    at = put_u32(at, PIXELS_PER_METRE);
    at = put_u32(at, 0); /* no palette */
    put_u32(at, 0);
}

int bmp_write(const struct frame *f, struct blob **out, struct err_text *why)
{
    size_t row_bytes = (size_t)f->width * 3;
    size_t stride = (row_bytes + 3) / 4 * 4;
    size_t size = HEADERS + stride * f->height;
    uint8_t *file;
    *out = blob_with_room(size, &file);
    if (!*out)
        return err_set(why, ERR_NO_MEMORY, "no memory for a BMP of %zu bytes", size);
    put_headers(file, f->width, f->height, (uint32_t)(stride * f->height));
    for (uint32_t y = 0; y < f->height; y++) {
        uint8_t *row = file + HEADERS + stride * (f->height - 1 - y);
        color_rgb_row(f, y, PIXEL_BGR24, row);
        memset(row + row_bytes, 0, stride - row_bytes);
    }
    return 0;
}
