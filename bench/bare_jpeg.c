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
