/* SPDX-License-Identifier: Apache-2.0 */
#include "image/frame.h"

#include "base/pages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_OF_FRAME = 256 }; /* before its own bytes, which stay aligned for vectors */
static_assert(sizeof(struct frame) <= ROOM_OF_FRAME, "a frame fits before its bytes");

static const struct pixel_format_info formats[PIXEL_FORMAT_COUNT] = {
    [PIXEL_MJPEG] = {.name = "MJPEG", .fourcc = "MJPG", .compressed = true},
    [PIXEL_YUYV] = {.name = "YUYV",
                    .fourcc = "YUYV",
                    .plane_count = 1,
                    .yuv = true,
                    .component_count = 3,
                    .components = {{0, 0, 2, false, false}, {0, 1, 4, true, false}, {0, 3, 4, true, false}}},
    [PIXEL_UYVY] = {.name = "UYVY",
                    .fourcc = "UYVY",
                    .plane_count = 1,
                    .yuv = true,
                    .component_count = 3,
                    .components = {{0, 1, 2, false, false}, {0, 0, 4, true, false}, {0, 2, 4, true, false}}},
    [PIXEL_NV12] = {.name = "NV12",
                    .fourcc = "NV12",
                    .plane_count = 2,
                    .yuv = true,
                    .component_count = 3,
                    .components = {{0, 0, 1, false, false}, {1, 0, 2, true, true}, {1, 1, 2, true, true}}},
    [PIXEL_YU12] = {.name = "YU12",
                    .fourcc = "YU12",
                    .plane_count = 3,
                    .yuv = true,
                    .component_count = 3,
                    .components = {{0, 0, 1, false, false}, {1, 0, 1, true, true}, {2, 0, 1, true, true}}},
    [PIXEL_GREY] = {.name = "Mono8",
                    .fourcc = "GREY",
                    .plane_count = 1,
                    .component_count = 1,
                    .components = {{0, 0, 1, false, false}}},
    [PIXEL_RGB24] = {.name = "RGB8",
                     .fourcc = "RGB3",
                     .plane_count = 1,
                     .component_count = 3,
                     .components = {{0, 0, 3, false, false},
                                    {0, 1, 3, false, false},
                                    {0, 2, 3, false, false}}},
    [PIXEL_BGR24] = {.name = "BGR8",
                     .fourcc = "BGR3",
                     .plane_count = 1,
                     .component_count = 3,
                     .components = {{0, 2, 3, false, false},
                                    {0, 1, 3, false, false},
                                    {0, 0, 3, false, false}}},
};

/* What one plane of an image needs. */
struct plane_need {
    size_t row_bytes;
    size_t rows;
    size_t stride; /* follows from that of the first plane */
};

const struct pixel_format_info *pixel_format_info(enum pixel_format f)
{
    assert((unsigned)f < PIXEL_FORMAT_COUNT);
    return &formats[f];
}

static size_t halve(size_t n, bool really)
{
    return really ? (n + 1) / 2 : n;
}

static bool sides_fit(uint32_t width, uint32_t height)
{
    return width > 0 && width <= FRAME_MAX_SIDE && height > 0 && height <= FRAME_MAX_SIDE;
}

/* The needs of `plane` when the first one has `stride` bytes a row. */
static struct plane_need need_of(const struct pixel_format_info *info, unsigned plane, uint32_t width,
                                 uint32_t height, size_t stride)
{
    struct plane_need need = {0};
    for (unsigned i = 0; i < info->component_count; i++) {
        const struct pixel_component *c = &info->components[i];
        if (c->plane != plane)
            continue;
        size_t row_bytes = halve(width, c->half_width) * c->step;
        if (row_bytes > need.row_bytes)
            need.row_bytes = row_bytes;
        need.rows = halve(height, c->half_height);
        need.stride = plane == 0 ? stride : halve(stride, c->half_width) * c->step;
    }
    return need;
}

size_t pixel_format_size(enum pixel_format f, uint32_t width, uint32_t height)
{
    const struct pixel_format_info *info = pixel_format_info(f);
    if (info->compressed || !sides_fit(width, height))
        return 0;
    size_t size = 0;
    for (unsigned p = 0; p < info->plane_count; p++) {
        struct plane_need need = need_of(info, p, width, height, 0);
        size += need.row_bytes * need.rows;
    }
    return size;
}

static void begin(struct frame *f, enum pixel_format format, uint32_t width, uint32_t height,
                  struct slice bytes)
{
    *f = (struct frame){.format = format, .width = width, .height = height, .bytes = bytes};
    atomic_init(&f->refs, 1);
}

struct frame *frame_new_over(enum pixel_format f, uint32_t width, uint32_t height, struct slice bytes,
                             frame_release release, void *user)
{
    struct frame *frame = malloc(sizeof *frame);
    if (!frame)
        return NULL;
    begin(frame, f, width, height, bytes);
    frame->release = release;
    frame->user = user;
    return frame;
}

struct frame *frame_new(enum pixel_format f, uint32_t width, uint32_t height, size_t size, uint8_t **storage)
{
    const struct pixel_format_info *info = pixel_format_info(f);
    *storage = NULL;
    if (size == 0 || size > SIZE_MAX - ROOM_OF_FRAME || (!info->compressed && !sides_fit(width, height)))
        return NULL;
    struct frame *frame = pages_take(ROOM_OF_FRAME + size);
    if (!frame)
        return NULL;
    uint8_t *data = (uint8_t *)frame + ROOM_OF_FRAME;
    begin(frame, f, width, height, (struct slice){data, size});
    frame->paged = true;
    if (!info->compressed && !frame_lay_planes(frame, need_of(info, 0, width, height, 0).row_bytes)) {
        frame_unref(frame);
        return NULL;
    }
    *storage = data;
    return frame;
}

bool frame_lay_planes(struct frame *f, size_t stride)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    if (info->compressed || !sides_fit(f->width, f->height) || stride > f->bytes.len)
        return false;
    struct plane planes[FRAME_MAX_PLANES] = {0};
    const uint8_t *at = f->bytes.data;
    size_t left = f->bytes.len;
    for (unsigned p = 0; p < info->plane_count; p++) {
        struct plane_need need = need_of(info, p, f->width, f->height, stride);
        if (need.stride < need.row_bytes || left < need.row_bytes)
            return false;
        if (need.rows > 1 && need.stride > (left - need.row_bytes) / (need.rows - 1))
            return false;
        planes[p] = (struct plane){at, need.stride};
        size_t taken = need.stride * need.rows;
        if (taken > left)
            taken = left;
        at += taken;
        left -= taken;
    }
    memcpy(f->planes, planes, sizeof planes);
    return true;
}

struct frame *frame_ref(struct frame *f)
{
    atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
    return f;
}

void frame_unref(struct frame *f)
{
    if (!f)
        return;
    unsigned before = atomic_fetch_sub_explicit(&f->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before > 1)
        return;
    if (f->release)
        f->release(f->user);
    if (f->uncount)
        f->uncount(f->counter);
    if (f->paged)
        pages_give(f);
    else
        free(f);
}

struct samples frame_samples(const struct frame *f, unsigned component)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    assert(component < info->component_count);
    const struct pixel_component *c = &info->components[component];
    const struct plane *p = &f->planes[c->plane];
    return (struct samples){.data = p->data + c->offset,
                            .stride = p->stride,
                            .step = c->step,
                            .width = (uint32_t)halve(f->width, c->half_width),
                            .height = (uint32_t)halve(f->height, c->half_height)};
}

/* A loop of its own for each `step` that occurs: with the step known the compiler makes vector code. */
static inline void gather(const uint8_t *in, size_t step, uint32_t count, uint8_t *out)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = in[i * step];
}

void samples_copy(const struct samples *s, uint32_t row, uint32_t from, uint32_t count, uint8_t *out)
{
    assert(row < s->height && from <= s->width && count <= s->width - from);
    const uint8_t *in = s->data + row * s->stride + from * s->step;
    switch (s->step) {
    case 1:
        memcpy(out, in, count);
        break;
    case 2:
        gather(in, 2, count, out);
        break;
    case 3:
        gather(in, 3, count, out);
        break;
    case 4:
        gather(in, 4, count, out);
        break;
    default:
        gather(in, s->step, count, out);
        break;
    }
}
