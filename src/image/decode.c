/* SPDX-License-Identifier: Apache-2.0 */
#include "image/decode.h"

#include "image/encode.h"
#include "image/jpeg_read.h"

#include <spng.h>
#include <string.h>

/* Bytes that a PNG's other chunks (texts, colour profile) may unpack to, each and together. */
enum { MAX_CHUNK = 4 << 20, MAX_CHUNKS = 8 << 20 };

int image_sniff(struct slice bytes)
{
    static const struct {
        enum image_format format;
        struct slice begin;
    } kinds[] = {
        {IMAGE_JPEG, {(const uint8_t *)"\xFF\xD8\xFF", 3}},
        {IMAGE_PNG, {(const uint8_t *)"\x89PNG\r\n\x1A\n", 8}},
        {IMAGE_BMP, {(const uint8_t *)"BM", 2}},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t len = kinds[i].begin.len;
        if (bytes.len >= len && memcmp(bytes.data, kinds[i].begin.data, len) == 0)
            return (int)kinds[i].format;
    }
    return -1;
}

static int png_failure(int rc, struct err_text *why)
{
    return err_set(why, rc == SPNG_EMEM ? ERR_NO_MEMORY : ERR_INVALID, "PNG: %s", spng_strerror(rc));
}

static int png_decode(spng_ctx *png, uint64_t max_pixels, struct frame **out, struct err_text *why)
{
    struct spng_ihdr header;
    int rc = spng_get_ihdr(png, &header);
    if (rc)
        return png_failure(rc, why);
    if (header.width > FRAME_MAX_SIDE || header.height > FRAME_MAX_SIDE ||
        (uint64_t)header.width * header.height > max_pixels)
        return err_set(why, ERR_LIMIT, "PNG: more pixels than allowed");

    uint8_t *pixels;
    size_t size = pixel_format_size(PIXEL_RGB24, header.width, header.height);
    struct frame *f = frame_new(PIXEL_RGB24, header.width, header.height, size, &pixels);
    if (!f)
        return png_failure(SPNG_EMEM, why);
    rc = spng_decode_image(png, pixels, size, SPNG_FMT_RGB8, 0);
    if (!rc)
        rc = spng_decode_chunks(png); /* to the end: a file cut short is broken */
    if (rc) {
        frame_unref(f);
        return png_failure(rc, why);
    }
    *out = f;
    return 0;
}

static int png_read(struct slice bytes, uint64_t max_pixels, struct frame **out, struct err_text *why)
{
    spng_ctx *png = spng_ctx_new(0);
    if (!png)
        return png_failure(SPNG_EMEM, why);
    int rc = spng_set_chunk_limits(png, MAX_CHUNK, MAX_CHUNKS);
    if (!rc)
        rc = spng_set_png_buffer(png, bytes.data, bytes.len);
    rc = rc ? png_failure(rc, why) : png_decode(png, max_pixels, out, why);
    spng_ctx_free(png);
    return rc;
}

int image_decode(struct slice bytes, uint64_t max_pixels, struct frame **out, struct err_text *why)
{
    struct jpeg_wish wish = {.max_pixels = max_pixels, .color = PIXEL_RGB24};
    *out = NULL;
    switch (image_sniff(bytes)) {
    case IMAGE_JPEG:
        return jpeg_read(bytes, &wish, out, why);
    case IMAGE_PNG:
        return png_read(bytes, max_pixels, out, why);
    default:
        return err_set(why, ERR_UNSUPPORTED, "neither a JPEG nor a PNG");
    }
}
