/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/shot.h"

#include "base/clock.h"
#include "image/decode.h"

#include <errno.h>
#include <string.h>

/* The driver's clock is ours when it says so; else the frame is as old as its arrival. No frame is of the
 * future, whatever the driver reckons. */
static int64_t exposed_at(const struct v4l2_buffer *b)
{
    int64_t now = clock_mono_ns(&system_clock);
    int64_t told = b->timestamp.tv_sec * NS_PER_S + b->timestamp.tv_usec * 1000;
    bool same_clock = (b->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return same_clock && told < now ? told : now;
}

/* False when what the driver says goes past the memory. */
static bool find_bytes(const struct v4l2_stream *s, struct v4l2_shot *shot)
{
    const struct v4l2_buffer *b = &shot->ticket.buffer;
    bool many = b->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
    if (b->index >= s->buffer_count)
        return false;
    const struct v4l2_mapping *memory = &s->buffers[b->index];
    for (uint32_t p = 0; p < s->pixels.buffers; p++) {
        uint32_t used = many ? shot->ticket.planes[p].bytesused : b->bytesused;
        uint32_t offset = many ? shot->ticket.planes[p].data_offset : 0;
        if (used > memory->planes[p].len || offset > used)
            return false;
        shot->planes[p] = (struct slice){memory->planes[p].data + offset, used - offset};
    }
    return true;
}

int v4l2_shot_take(struct v4l2_stream *s, struct v4l2_shot *out, struct err_text *why)
{
    *out = (struct v4l2_shot){0};
    v4l2_ticket_init(&out->ticket, s, 0);
    struct v4l2_buffer *b = &out->ticket.buffer;
    int errnum = v4l2_call(s->device, VIDIOC_DQBUF, b);
    if (errnum == EAGAIN)
        return 0;
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_DQBUF", why);
    if (!find_bytes(s, out))
        return err_set(why, ERR_IO, "%s: the driver hands out a buffer that is none", s->device->path);
    out->broken = out->planes[0].len == 0 || b->flags & V4L2_BUF_FLAG_ERROR;
    out->exposed_mono_ns = exposed_at(b);
    uint32_t step = b->sequence - s->sequence;
    if (s->counting && step > 1 && step < UINT32_MAX / 2)
        out->dropped = step - 1;
    s->sequence = b->sequence;
    s->counting = true;
    return 1;
}

int v4l2_shot_return(struct v4l2_stream *s, struct v4l2_shot *shot, struct err_text *why)
{
    int errnum = v4l2_call(s->device, VIDIOC_QBUF, &shot->ticket.buffer);
    return errnum ? v4l2_failed(s->device, errnum, "VIDIOC_QBUF", why) : 0;
}

/* ---- copying ---- */

static struct frame *copy_jpeg(struct slice bytes)
{
    uint32_t width, height;
    uint8_t *storage;
    if (jpeg_measure(bytes, &width, &height))
        return NULL;
    struct frame *f = frame_new(PIXEL_MJPEG, width, height, bytes.len, &storage);
    if (f)
        memcpy(storage, bytes.data, bytes.len);
    return f;
}

/* All planes lie one behind the other, as in our frames. */
static struct frame *copy_whole(const struct v4l2_stream *s, struct slice bytes)
{
    uint8_t *storage;
    struct frame *f = frame_new(s->pixels.format, s->width, s->height, bytes.len, &storage);
    if (!f)
        return NULL;
    memcpy(storage, bytes.data, bytes.len);
    if (s->strides[0] == 0 || frame_lay_planes(f, s->strides[0]))
        return f;
    frame_unref(f);
    return NULL;
}

static uint32_t rows_of_plane(const struct frame *f, unsigned plane)
{
    unsigned c = 0;
    while (pixel_format_info(f->format)->components[c].plane != plane)
        c++;
    return frame_samples(f, c).height;
}

/* Each plane has a buffer of its own, perhaps with longer rows than ours. */
static struct frame *gather_planes(const struct v4l2_stream *s, const struct slice *planes)
{
    uint8_t *storage;
    struct frame *f = frame_new(s->pixels.format, s->width, s->height,
                                pixel_format_size(s->pixels.format, s->width, s->height), &storage);
    for (unsigned p = 0; f && p < s->pixels.buffers; p++) {
        size_t row = f->planes[p].stride, stride = s->strides[p] ? s->strides[p] : row;
        uint32_t rows = rows_of_plane(f, p);
        if (stride < row || planes[p].len < row || (planes[p].len - row) / stride < rows - 1) {
            frame_unref(f);
            return NULL;
        }
        for (uint32_t y = 0; y < rows; y++, storage += row)
            memcpy(storage, planes[p].data + y * stride, row);
    }
    return f;
}

static struct frame *develop(const struct v4l2_stream *s, struct slice bytes)
{
    struct frame *f;
    if (raw_develop(s->pixels.raw, s->width, s->height, bytes, s->strides[0], &f, NULL))
        return NULL;
    return f;
}

struct frame *v4l2_shot_copy(const struct v4l2_stream *s, const struct v4l2_shot *shot)
{
    struct frame *f;
    if (shot->broken)
        return NULL;
    if (s->pixels.format == PIXEL_MJPEG)
        f = copy_jpeg(shot->planes[0]);
    else if (s->pixels.raw)
        f = develop(s, shot->planes[0]);
    else if (s->pixels.buffers > 1)
        f = gather_planes(s, shot->planes);
    else
        f = copy_whole(s, shot->planes[0]);
    if (f)
        f->full_range = s->full_range;
    return f;
}
