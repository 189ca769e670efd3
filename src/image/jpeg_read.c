/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jpeg_read.h"

#include "image/jpeg_trap.h"

/* A progressive JPEG of a few bytes a scan could keep a decoder busy for hours. */
enum { MAX_SCANS = 100 };

struct reader {
    struct jpeg_trap trap;
    struct jpeg_decompress_struct jpeg;
    struct jpeg_progress_mgr progress;
    struct slice bytes;
    const struct jpeg_wish *wish;
    struct frame *frame; /* given, once it is whole */
};

static void count_scans(j_common_ptr common)
{
    struct reader *r = container_of((j_decompress_ptr)common, struct reader, jpeg);
    if (r->jpeg.input_scan_number > MAX_SCANS)
        jpeg_trap_leave(&r->trap, ERR_INVALID, "too many scans");
}

static void check_header(struct reader *r)
{
    const struct jpeg_decompress_struct *jpeg = &r->jpeg;
    if (jpeg->image_width > FRAME_MAX_SIDE || jpeg->image_height > FRAME_MAX_SIDE ||
        (uint64_t)jpeg->image_width * jpeg->image_height > r->wish->max_pixels)
        jpeg_trap_leave(&r->trap, ERR_LIMIT, "more pixels than allowed");
    if (jpeg->num_components != 1 && jpeg->num_components != 3)
        jpeg_trap_leave(&r->trap, ERR_UNSUPPORTED, "neither grey nor colour of three components");
}

/* The smallest of the scales that libjpeg has fast code for and that is wide enough. */
static void choose_scale(struct reader *r)
{
    enum { WHOLE = 8 };
    r->jpeg.scale_denom = WHOLE;
    r->jpeg.scale_num = WHOLE;
    if (r->wish->enough_width == 0)
        return;
    for (unsigned num = 1; num < WHOLE; num *= 2) {
        r->jpeg.scale_num = num;
        jpeg_calc_output_dimensions(&r->jpeg);
        if (r->jpeg.output_width >= r->wish->enough_width)
            return;
    }
    r->jpeg.scale_num = WHOLE;
}

static J_COLOR_SPACE color_space_of(enum pixel_format f)
{
    switch (f) {
    case PIXEL_GREY:
        return JCS_GRAYSCALE;
    case PIXEL_BGR24:
        return JCS_EXT_BGR;
    default:
        return JCS_EXT_RGB;
    }
}

static void read_picture(void *job)
{
    struct reader *r = job;
    struct jpeg_decompress_struct *jpeg = &r->jpeg;
    jpeg_create_decompress(jpeg);
    r->progress.progress_monitor = count_scans;
    jpeg->progress = &r->progress;
    jpeg_mem_src(jpeg, r->bytes.data, r->bytes.len);
    jpeg_read_header(jpeg, TRUE);
    check_header(r);

    enum pixel_format format = r->wish->color;
    if (jpeg->num_components == 1 && r->wish->keep_grey)
        format = PIXEL_GREY;
    jpeg->out_color_space = color_space_of(format);
    choose_scale(r);
    jpeg_start_decompress(jpeg);

    uint8_t *row;
    size_t size = pixel_format_size(format, jpeg->output_width, jpeg->output_height);
    r->frame = frame_new(format, jpeg->output_width, jpeg->output_height, size, &row);
    if (!r->frame)
        jpeg_trap_leave(&r->trap, ERR_NO_MEMORY, "no memory");
    while (jpeg->output_scanline < jpeg->output_height)
        row += jpeg_read_scanlines(jpeg, &row, 1) * r->frame->planes[0].stride;
    jpeg_finish_decompress(jpeg);
}

int jpeg_read(struct slice bytes, const struct jpeg_wish *wish, struct frame **out, struct err_text *why)
{
    struct reader r = {.bytes = bytes, .wish = wish};
    *out = NULL;
    jpeg_trap_init(&r.trap);
    r.jpeg.err = &r.trap.errors;
    int rc = jpeg_trap_run(&r.trap, read_picture, &r, why);
    jpeg_destroy_decompress(&r.jpeg);
    if (rc)
        frame_unref(r.frame);
    else
        *out = r.frame;
    return rc;
}
