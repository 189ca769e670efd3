/* SPDX-License-Identifier: Apache-2.0 */
#include "image/color.h"
#include "image/writers.h"

#include <spng.h>
#include <stdlib.h>

/* Speed before size. For camera pictures runs of equal bytes are all that is worth looking for, once the
 * Paeth filter has been there: smaller and faster than zlib's own strategy with any other filter. */
enum { COMPRESSION_LEVEL = 1, STRATEGY_RLE = 3 /* zlib's Z_RLE */, FILTER = SPNG_FILTER_CHOICE_PAETH };

static int begin(spng_ctx *png, const struct frame *f)
{
    struct spng_ihdr header = {
        .width = f->width,
        .height = f->height,
        .bit_depth = 8,
        .color_type = f->format == PIXEL_GREY ? SPNG_COLOR_TYPE_GRAYSCALE : SPNG_COLOR_TYPE_TRUECOLOR,
    };
    int rc = spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1);
    if (!rc)
        rc = spng_set_option(png, SPNG_IMG_COMPRESSION_LEVEL, COMPRESSION_LEVEL);
    if (!rc)
        rc = spng_set_option(png, SPNG_IMG_COMPRESSION_STRATEGY, STRATEGY_RLE);
    if (!rc)
        rc = spng_set_option(png, SPNG_FILTER_CHOICE, FILTER);
    if (!rc)
        rc = spng_set_ihdr(png, &header);
    if (!rc)
        rc = spng_encode_image(png, NULL, 0, SPNG_FMT_PNG, SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE);
    return rc;
}

/* Returns SPNG_EOI after the last row. `row` has room for one of RGB. */
static int write_rows(spng_ctx *png, const struct frame *f, uint8_t *row)
{
    bool as_it_is = f->format == PIXEL_GREY || f->format == PIXEL_RGB24;
    size_t len = (size_t)f->width * (f->format == PIXEL_GREY ? 1 : 3);
    int rc = 0;
    for (uint32_t y = 0; y < f->height && !rc; y++) {
        const uint8_t *from = row;
        if (as_it_is)
            from = f->planes[0].data + y * f->planes[0].stride;
        else
            color_rgb_row(f, y, PIXEL_RGB24, row);
        rc = spng_encode_row(png, from, len);
    }
    return rc;
}

int png_write(const struct frame *f, struct blob **out, struct err_text *why)
{
    *out = NULL;
    int rc = SPNG_EMEM;
    spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
    uint8_t *row = malloc((size_t)f->width * 3);
    if (!png || !row)
        goto out;
    rc = begin(png, f);
    if (!rc)
        rc = write_rows(png, f, row);
    if (rc != SPNG_EOI)
        goto out;
    size_t len;
    uint8_t *file = spng_get_png_buffer(png, &len, &rc);
    if (!file)
        goto out;
    *out = blob_new((struct slice){file, len}, free, file);
    if (!*out) {
        free(file);
        rc = SPNG_EMEM;
    }
out:
    free(row);
    spng_ctx_free(png);
    if (*out)
        return 0;
    return err_set(why, rc == SPNG_EMEM ? ERR_NO_MEMORY : ERR_INVALID, "PNG: %s", spng_strerror(rc));
}
