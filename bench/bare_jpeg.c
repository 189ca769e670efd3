/* SPDX-License-Identifier: Apache-2.0 */
#include "bare_jpeg.h"

#include "base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

int bare_jpeg_decode(struct slice bytes, unsigned shrink)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, bytes.data, bytes.len);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_GRAYSCALE;
    jpeg.scale_num = 1;
    jpeg.scale_denom = shrink;
    jpeg_start_decompress(&jpeg);
    uint8_t *grey = malloc((size_t)jpeg.output_width * jpeg.output_height), *row = grey;
    while (grey && jpeg.output_scanline < jpeg.output_height)
        row += jpeg_read_scanlines(&jpeg, &row, 1) * jpeg.output_width;
    jpeg_destroy_decompress(&jpeg);
    free(grey);
    return grey ? 0 : ERR_NO_MEMORY;
}

static void write_rgb(struct jpeg_compress_struct *jpeg, const struct bare_picture *p)
{
    jpeg_start_compress(jpeg, TRUE);
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = p->planes[0] + (size_t)jpeg->next_scanline * p->width * 3;
        jpeg_write_scanlines(jpeg, &row, 1);
    }
}

/* Rows past the last are the last again. */
static void write_planes(struct jpeg_compress_struct *jpeg, const struct bare_picture *p)
{
    enum { MOST_ROWS = 2 * DCTSIZE };
    JSAMPROW rows[3][MOST_ROWS];
    JSAMPARRAY components[3] = {rows[0], rows[1], rows[2]};
    jpeg_set_colorspace(jpeg, JCS_YCbCr);
    jpeg->comp_info[0].h_samp_factor = 2;
    jpeg->comp_info[0].v_samp_factor = p->half_height ? 2 : 1;
    jpeg->raw_data_in = TRUE;
    jpeg_start_compress(jpeg, TRUE);
    uint32_t rows_at_once = p->half_height ? 2 * DCTSIZE : DCTSIZE;
    for (uint32_t at = 0; at < p->height; at += rows_at_once) {
        for (unsigned c = 0; c < 3; c++) {
            uint32_t half = c > 0 && p->half_height ? 2 : 1, last = p->height / half - 1;
            for (uint32_t i = 0; i < rows_at_once / half; i++) {
                uint32_t row = at / half + i < last ? at / half + i : last;
                rows[c][i] = p->planes[c] + (size_t)row * (c > 0 ? p->width / 2 : p->width);
            }
        }
        jpeg_write_raw_data(jpeg, components, rows_at_once);
    }
}

void bare_jpeg_encode(const struct bare_picture *p, int quality)
{
    static unsigned char *file; /* kept for the next */
    static unsigned long room;
    unsigned long len = room;
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &file, &len);
    jpeg.image_width = p->width;
    jpeg.image_height = p->height;
    jpeg.input_components = 3;
    jpeg.in_color_space = p->rgb ? JCS_EXT_RGB : JCS_YCbCr;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    (p->rgb ? write_rgb : write_planes)(&jpeg, p);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    room = len > room ? len : room;
}
