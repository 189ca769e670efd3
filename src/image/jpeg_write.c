/* SPDX-License-Identifier: Apache-2.0 */
#include "image/color.h"
#include "image/jpeg_memory.h"
#include "image/jpeg_trap.h"
#include "image/writers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    LUMA_MCU = 16, /* a minimum coded unit is so wide when chroma has half the width */
    MAX_STRIP_ROWS = 2 * DCTSIZE,
    /* Room for a file, of which only what is written costs memory. */
    LEAST_ROOM = 65536,
    PIXELS_PER_BYTE = 2,
};

/* The rows of one component that make up a row of MCUs, padded by repeating the edges. */
struct strip {
    unsigned rows;
    size_t padded_width;
    JSAMPLE *data;
    JSAMPROW at[MAX_STRIP_ROWS];
};

/* What a thread keeps for its next picture; from `frame` on it is of one picture. */
struct writer {
    struct jpeg_trap trap;
    struct jpeg_compress_struct jpeg;
    struct jpeg_memory memory;
    struct jpeg_destination_mgr destination;
    const struct frame *frame;
    int quality;
    struct strip strips[FRAME_MAX_COMPONENTS];
    struct blob *file; /* given */
    uint8_t *storage;  /* of the file */
};

static struct writer *writer_of(j_compress_ptr jpeg)
{
    return container_of(jpeg, struct writer, jpeg);
}

/* Hands libjpeg the room behind the first `len` bytes of the file. */
static void offer_room(struct writer *w, size_t len)
{
    w->destination.next_output_byte = w->storage + len;
    w->destination.free_in_buffer = w->file->bytes.len - len;
}

static void on_start(j_compress_ptr jpeg)
{
    struct writer *w = writer_of(jpeg);
    w->file = blob_with_room(LEAST_ROOM + (size_t)w->frame->width * w->frame->height / PIXELS_PER_BYTE,
                             &w->storage);
    if (!w->file)
        jpeg_trap_leave(&w->trap, ERR_NO_MEMORY, "no memory for the picture");
    offer_room(w, 0);
}

/* Noise of high quality may need twice the room, and twice that. What is there is copied. */
static boolean on_full(j_compress_ptr jpeg)
{
    struct writer *w = writer_of(jpeg);
    struct blob *full = w->file;
    size_t len = full->bytes.len;
    w->file = blob_with_room(2 * len, &w->storage);
    if (w->file)
        memcpy(w->storage, full->bytes.data, len);
    blob_unref(full);
    if (!w->file)
        jpeg_trap_leave(&w->trap, ERR_NO_MEMORY, "no memory for the picture");
    offer_room(w, len);
    return TRUE;
}

static void on_end(j_compress_ptr jpeg)
{
    struct writer *w = writer_of(jpeg);
    w->file->bytes.len -= w->destination.free_in_buffer;
}

/* Rows that libjpeg takes as they lie in the frame. */
static void write_scanlines(struct writer *w)
{
    const struct plane *p = &w->frame->planes[0];
    jpeg_start_compress(&w->jpeg, TRUE);
    while (w->jpeg.next_scanline < w->jpeg.image_height) {
        JSAMPROW row = (JSAMPROW)(p->data + w->jpeg.next_scanline * p->stride);
        jpeg_write_scanlines(&w->jpeg, &row, 1);
    }
    jpeg_finish_compress(&w->jpeg);
}

static void lay_strips(struct writer *w)
{
    size_t width = ((size_t)w->frame->width + LUMA_MCU - 1) / LUMA_MCU * LUMA_MCU;
    for (int c = 0; c < FRAME_MAX_COMPONENTS; c++) {
        const jpeg_component_info *info = &w->jpeg.comp_info[c];
        struct strip *s = &w->strips[c];
        s->rows = (unsigned)info->v_samp_factor * DCTSIZE;
        s->padded_width = c == 0 ? width : width / 2;
        s->data = w->jpeg.mem->alloc_large((j_common_ptr)&w->jpeg, JPOOL_IMAGE, s->padded_width * s->rows);
    }
}

static void fill_strip(const struct frame *f, unsigned component, uint32_t first_row, struct strip *s)
{
    struct samples from = frame_samples(f, component);
    for (unsigned r = 0; r < s->rows; r++) {
        uint32_t row = first_row + r;
        if (row >= from.height) { /* never the first */
            s->at[r] = s->at[r - 1];
            continue;
        }
        s->at[r] = s->data + r * s->padded_width;
        color_full_range_row(f, component, row, s->at[r]);
        memset(s->at[r] + from.width, s->at[r][from.width - 1], s->padded_width - from.width);
    }
}

/* Luma and chroma go in as they are: no detour through RGB, no resampling. */
static void write_planes(struct writer *w)
{
    bool half_height = pixel_format_info(w->frame->format)->components[1].half_height;
    jpeg_set_colorspace(&w->jpeg, JCS_YCbCr);
    w->jpeg.comp_info[0].h_samp_factor = 2;
    w->jpeg.comp_info[0].v_samp_factor = half_height ? 2 : 1;
    w->jpeg.raw_data_in = TRUE;
    jpeg_start_compress(&w->jpeg, TRUE);
    lay_strips(w);
    while (w->jpeg.next_scanline < w->jpeg.image_height) {
        uint32_t strip_number = w->jpeg.next_scanline / w->strips[0].rows;
        JSAMPARRAY rows[FRAME_MAX_COMPONENTS];
        for (unsigned c = 0; c < FRAME_MAX_COMPONENTS; c++) {
            fill_strip(w->frame, c, strip_number * w->strips[c].rows, &w->strips[c]);
            rows[c] = w->strips[c].at;
        }
        jpeg_write_raw_data(&w->jpeg, rows, w->strips[0].rows);
    }
    jpeg_finish_compress(&w->jpeg);
}

static J_COLOR_SPACE color_space_of(enum pixel_format f)
{
    static const J_COLOR_SPACE spaces[PIXEL_FORMAT_COUNT] = {
        [PIXEL_YUYV] = JCS_YCbCr,    [PIXEL_UYVY] = JCS_YCbCr,     [PIXEL_NV12] = JCS_YCbCr,
        [PIXEL_YU12] = JCS_YCbCr,    [PIXEL_GREY] = JCS_GRAYSCALE, [PIXEL_RGB24] = JCS_EXT_RGB,
        [PIXEL_BGR24] = JCS_EXT_BGR,
    };
    return spaces[f];
}

static void write_picture(void *job)
{
    struct writer *w = job;
    const struct pixel_format_info *info = pixel_format_info(w->frame->format);
    w->jpeg.image_width = w->frame->width;
    w->jpeg.image_height = w->frame->height;
    w->jpeg.input_components = info->component_count;
    w->jpeg.in_color_space = color_space_of(w->frame->format);
    jpeg_set_defaults(&w->jpeg);
    jpeg_set_quality(&w->jpeg, w->quality, TRUE);
    if (info->yuv)
        write_planes(w);
    else
        write_scanlines(w);
}

/* ---- a writer for each thread ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t writer_key;
static bool have_key;

static void writer_free(void *writer)
{
    struct writer *w = writer;
    jpeg_destroy_compress(&w->jpeg);
    free(w);
}

static void make_key(void)
{
    have_key = pthread_key_create(&writer_key, writer_free) == 0;
}

static void create(void *job)
{
    struct writer *w = job;
    jpeg_create_compress(&w->jpeg);
    jpeg_memory_init(&w->memory, (j_common_ptr)&w->jpeg);
    w->jpeg.dest = &w->destination;
}

/* NULL without memory. */
static struct writer *writer_new(void)
{
    struct writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    jpeg_trap_init(&w->trap);
    w->jpeg.err = &w->trap.errors;
    w->destination.init_destination = on_start;
    w->destination.empty_output_buffer = on_full;
    w->destination.term_destination = on_end;
    if (jpeg_trap_run(&w->trap, create, w, NULL)) {
        writer_free(w);
        return NULL;
    }
    return w;
}

/* The calling thread's, taken from it; NULL without memory. */
static struct writer *take_writer(void)
{
    pthread_once(&once, make_key);
    struct writer *w = have_key ? pthread_getspecific(writer_key) : NULL;
    if (!w)
        return writer_new();
    pthread_setspecific(writer_key, NULL);
    return w;
}

static void keep_writer(struct writer *w)
{
    w->frame = NULL;
    w->file = NULL;
    if (!have_key || pthread_setspecific(writer_key, w))
        writer_free(w);
}

int jpeg_write(const struct frame *f, int quality, struct blob **out, struct err_text *why)
{
    *out = NULL;
    struct writer *w = take_writer();
    if (!w)
        return err_set(why, ERR_NO_MEMORY, "no memory to make a JPEG");
    w->frame = f;
    w->quality = quality;
    int rc = jpeg_trap_run(&w->trap, write_picture, w, why);
    if (rc) {
        blob_unref(w->file);
        writer_free(w); /* it stands amidst a picture */
        return rc;
    }
    *out = w->file;
    keep_writer(w);
    return 0;
}
