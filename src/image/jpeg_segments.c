/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jpeg_segments.h"

#include "image/decode.h"

#include <string.h>

enum { MARKER_SIZE = 2, LENGTH_SIZE = 2 };

static void skip(struct slice *s, size_t n)
{
    s->data += n;
    s->len -= n;
}

static uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}

bool jpeg_is_sof(uint8_t marker)
{
    return marker >= JPEG_SOF0 && marker <= JPEG_SOF15 && marker != JPEG_DHT && marker != JPEG_JPG &&
           marker != JPEG_DAC;
}

/* Markers that stand alone: TEM, RST0..RST7. */
static bool has_no_body(uint8_t marker)
{
    return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

/* Skips to the next marker over fill bytes and over garbage, as decoders do, and takes it. False without. */
static bool take_marker(struct slice *s, uint8_t *marker)
{
    while (s->len >= MARKER_SIZE) {
        const uint8_t *at = memchr(s->data, 0xFF, s->len - 1);
        if (!at)
            return false;
        skip(s, (size_t)(at - s->data) + 1);
        if (s->data[0] == 0xFF || s->data[0] == 0x00)
            continue;
        *marker = s->data[0];
        skip(s, 1);
        return true;
    }
    return false;
}

bool jpeg_walk_next(struct jpeg_walk *w, struct jpeg_segment *out)
{
    *out = (struct jpeg_segment){0};
    if (!w->begun) {
        if (w->left.len < MARKER_SIZE || w->left.data[0] != 0xFF || w->left.data[1] != JPEG_SOI)
            return false;
        skip(&w->left, MARKER_SIZE);
        w->begun = true;
    }
    uint8_t marker;
    do {
        if (!take_marker(&w->left, &marker))
            return false;
    } while (has_no_body(marker));
    if (marker == JPEG_SOI || marker == JPEG_EOI || w->left.len < LENGTH_SIZE)
        return false;
    size_t length = be16(w->left.data);
    if (length < LENGTH_SIZE || length > w->left.len)
        return false;
    out->marker = marker;
    out->body = (struct slice){w->left.data + LENGTH_SIZE, length - LENGTH_SIZE};
    skip(&w->left, length);
    return true;
}

int jpeg_measure(struct slice bytes, uint32_t *width, uint32_t *height)
{
    enum { HEIGHT_AT = 1, WIDTH_AT = 3, SIDES_END = 5 };
    *width = *height = 0;
    struct jpeg_walk walk = {.left = bytes};
    struct jpeg_segment segment;
    while (jpeg_walk_next(&walk, &segment) && segment.marker != JPEG_SOS) {
        if (!jpeg_is_sof(segment.marker))
            continue;
        if (segment.body.len < SIDES_END)
            return ERR_INVALID;
        uint32_t w = be16(segment.body.data + WIDTH_AT), h = be16(segment.body.data + HEIGHT_AT);
        if (w == 0 || h == 0)
            return ERR_INVALID;
        if (w > FRAME_MAX_SIDE || h > FRAME_MAX_SIDE)
            return ERR_LIMIT;
        *width = w;
        *height = h;
        return 0;
    }
    return ERR_INVALID;
}
