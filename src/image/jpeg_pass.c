/* SPDX-License-Identifier: Apache-2.0 */
#include "image/jpeg_pass.h"

#include "image/jpeg_segments.h"
#include "image/jpeg_trap.h"

#include <stdlib.h>
#include <string.h>

enum { MARKER_SIZE = 2 };

struct outline {
    bool has_scan;
    bool needs_tables; /* Huffman coded, without a table before the first scan */
    struct slice scan; /* from the first scan's data to the end */
};

static struct outline outline_of(struct slice bytes)
{
    struct outline o = {0};
    struct jpeg_walk walk = {.left = bytes};
    struct jpeg_segment segment;
    bool huffman = false, tables = false;
    while (!o.has_scan && jpeg_walk_next(&walk, &segment)) {
        if (jpeg_is_sof(segment.marker))
            huffman = segment.marker < JPEG_SOF9;
        if (segment.marker == JPEG_DHT)
            tables = true;
        o.has_scan = segment.marker == JPEG_SOS;
    }
    o.needs_tables = huffman && !tables;
    o.scan = walk.left;
    return o;
}

/* An end marker stands somewhere behind the first scan, most likely at the very end: coded data has none. */
static bool has_end(struct slice scan)
{
    while (scan.len >= MARKER_SIZE) {
        const uint8_t *at = memrchr(scan.data, JPEG_EOI, scan.len);
        if (!at || at == scan.data)
            return false;
        if (at[-1] == 0xFF)
            return true;
        scan.len = (size_t)(at - scan.data);
    }
    return false;
}

bool jpeg_is_whole(struct slice bytes)
{
    struct outline o = outline_of(bytes);
    return o.has_scan && has_end(o.scan);
}

struct tables_job {
    struct jpeg_trap trap;
    struct jpeg_compress_struct jpeg;
    unsigned char *bytes; /* given by libjpeg: SOI, the tables, EOI */
    unsigned long len;
};

static void write_tables(void *arg)
{
    struct tables_job *job = arg;
    jpeg_create_compress(&job->jpeg);
    jpeg_mem_dest(&job->jpeg, &job->bytes, &job->len);
    job->jpeg.in_color_space = JCS_YCbCr;
    job->jpeg.input_components = 3;
    jpeg_set_defaults(&job->jpeg);
    jpeg_suppress_tables(&job->jpeg, TRUE);
    for (int i = 0; i < 2; i++) {
        job->jpeg.dc_huff_tbl_ptrs[i]->sent_table = FALSE;
        job->jpeg.ac_huff_tbl_ptrs[i]->sent_table = FALSE;
    }
    jpeg_write_tables(&job->jpeg);
}

/* SOI and the tables, then the picture without its SOI. */
static int copy_with_tables(struct slice bytes, struct blob **out, struct err_text *why)
{
    struct tables_job job = {0};
    jpeg_trap_init(&job.trap);
    job.jpeg.err = &job.trap.errors;
    int rc = jpeg_trap_run(&job.trap, write_tables, &job, why);
    jpeg_destroy_compress(&job.jpeg);
    if (rc)
        goto out;
    size_t head = job.len - MARKER_SIZE, rest = bytes.len - MARKER_SIZE;
    uint8_t *file;
    *out = blob_with_room(head + rest, &file);
    if (*out) {
        memcpy(file, job.bytes, head);
        memcpy(file + head, bytes.data + MARKER_SIZE, rest);
    } else {
        rc = err_set(why, ERR_NO_MEMORY, "no memory for a JPEG");
    }
out:
    free(job.bytes);
    return rc;
}

static void release_frame(void *user)
{
    frame_unref(user);
}

int jpeg_pass(struct frame *f, struct blob **out, struct err_text *why)
{
    *out = NULL;
    struct outline o = outline_of(f->bytes);
    if (!o.has_scan)
        return err_set(why, ERR_INVALID, "the camera sent something that is no JPEG");
    if (!has_end(o.scan))
        return err_set(why, ERR_INVALID, "the camera sent a JPEG without an end");
    if (o.needs_tables)
        return copy_with_tables(f->bytes, out, why);
    *out = blob_new(f->bytes, release_frame, f);
    if (!*out)
        return err_set(why, ERR_NO_MEMORY, "no memory to pass a JPEG through");
    frame_ref(f);
    return 0;
}
