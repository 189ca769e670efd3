/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/format.h"

#include <inttypes.h>
#include <string.h>

/* Those that need no developing; the names before PFNC too. */
static const struct plain_format {
    const char *names[3];
    uint32_t pfnc;
    enum pixel_format is;
    bool full_range;
} plain[] = {
    {{"Mono8"}, 0x01080001, PIXEL_GREY, true},
    {{"RGB8", "RGB8Packed"}, 0x02180014, PIXEL_RGB24, true},
    {{"BGR8", "BGR8Packed"}, 0x02180015, PIXEL_BGR24, true},
    {{"YUV422_8_UYVY", "YUV422Packed"}, 0x0210001f, PIXEL_UYVY, true},
    {{"YUV422_8", "YUYVPacked", "YUV422_YUYV_Packed"}, 0x02100032, PIXEL_YUYV, true},
    {{"YCbCr422_8"}, 0x0210003b, PIXEL_YUYV, true},
    {{"YCbCr422_8_CbYCrY"}, 0x02100043, PIXEL_UYVY, true},
    {{"YCbCr601_422_8"}, 0x0210003e, PIXEL_YUYV, false},
    {{"YCbCr601_422_8_CbYCrY"}, 0x02100044, PIXEL_UYVY, false},
};

static unsigned bits_per_pixel(uint32_t pfnc)
{
    return pfnc >> 16 & 0xff;
}

/* ---- finding ---- */

static bool use_plain(const struct plain_format *p, struct genicam_format *out)
{
    *out = (struct genicam_format){.pfnc = p->pfnc, .becomes = p->is, .full_range = p->full_range};
    return true;
}

static bool use_raw(const struct raw_format *raw, struct genicam_format *out)
{
    *out = (struct genicam_format){0};
    if (raw)
        *out = (struct genicam_format){.pfnc = raw->pfnc, .becomes = raw_developed(raw), .raw = raw};
    return raw != NULL;
}

bool genicam_format_of_name(const char *name, struct genicam_format *out)
{
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        for (size_t k = 0; k < ARRAY_LEN(plain[i].names); k++)
            if (plain[i].names[k] && strcmp(plain[i].names[k], name) == 0)
                return use_plain(&plain[i], out);
    return use_raw(raw_format_of_name(name), out);
}

bool genicam_format_of_code(uint32_t pfnc, struct genicam_format *out)
{
    for (size_t i = 0; i < ARRAY_LEN(plain); i++)
        if (plain[i].pfnc == pfnc)
            return use_plain(&plain[i], out);
    return use_raw(raw_format_of_pfnc(pfnc), out);
}

/* ---- choosing ---- */

static bool better(const struct genicam_format *a, const struct genicam_format *b)
{
    bool a_grey = a->becomes == PIXEL_GREY, b_grey = b->becomes == PIXEL_GREY;
    if (a_grey != b_grey)
        return b_grey;
    return bits_per_pixel(a->pfnc) < bits_per_pixel(b->pfnc);
}

int genicam_choose_format(const char *const *names, size_t count, const char *wish, const char *current)
{
    struct genicam_format best, f;
    int wished = -1, kept = -1, found = -1;
    for (size_t i = 0; i < count; i++) {
        if (!genicam_format_of_name(names[i], &f))
            continue;
        if (strcmp(names[i], wish) == 0)
            wished = (int)i;
        if (strcmp(names[i], current) == 0 && f.becomes != PIXEL_GREY)
            kept = (int)i;
        if (found < 0 || better(&f, &best)) {
            best = f;
            found = (int)i;
        }
    }
    return wished >= 0 ? wished : kept >= 0 ? kept : found;
}

/* ---- frames ---- */

static int copy_frame(const struct genicam_format *f, uint32_t width, uint32_t height, struct slice bytes,
                      size_t stride, struct frame **out, struct err_text *why)
{
    uint8_t *storage;
    size_t size = pixel_format_size(f->becomes, width, height);
    if (size == 0 || bytes.len < size)
        return err_set(why, ERR_INVALID, "%zu bytes are no picture of %" PRIu32 "x%" PRIu32, bytes.len, width,
                       height);
    struct frame *frame = frame_new(f->becomes, width, height, bytes.len, &storage);
    if (!frame)
        return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %" PRIu32 "x%" PRIu32, width, height);
    memcpy(storage, bytes.data, bytes.len);
    frame->full_range = f->full_range;
    if (stride && !frame_lay_planes(frame, stride)) {
        frame_unref(frame);
        return err_set(why, ERR_INVALID, "%zu bytes are too few for %" PRIu32 " rows of %zu", bytes.len,
                       height, stride);
    }
    *out = frame;
    return 0;
}

int genicam_make_frame(const struct genicam_format *f, uint32_t width, uint32_t height, struct slice bytes,
                       size_t padding, struct frame **out, struct err_text *why)
{
    *out = NULL;
    size_t row = ((size_t)width * bits_per_pixel(f->pfnc) + 7) / 8;
    size_t stride = padding ? row + padding : 0;
    if (f->raw)
        return raw_develop(f->raw, width, height, bytes, stride, out, why);
    return copy_frame(f, width, height, bytes, stride, out, why);
}
