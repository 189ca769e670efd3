/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/stream.h"

#include "image/decode.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

static int set_format(struct v4l2_stream *s, const struct v4l2_mode *mode, struct err_text *why)
{
    struct v4l2_format format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_pix_format *pix = &format.fmt.pix;
    pix->width = mode->is.width;
    pix->height = mode->is.height;
    pix->pixelformat = mode->fourcc;
    pix->field = V4L2_FIELD_NONE;
    int errnum = v4l2_call(s->device, VIDIOC_S_FMT, &format);
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_S_FMT", why);
    int got = v4l2_pixel_format(pix->pixelformat);
    if (got < 0)
        return err_set(why, ERR_UNSUPPORTED, "%s delivers pictures in a format that uacam cannot read",
                       s->device->path);
    uint32_t range = pix->quantization;
    bool rgb = got == PIXEL_RGB24 || got == PIXEL_BGR24;
    if (range == V4L2_QUANTIZATION_DEFAULT)
        range = V4L2_MAP_QUANTIZATION_DEFAULT(rgb, pix->colorspace, pix->ycbcr_enc);
    s->format = (enum pixel_format)got;
    s->width = pix->width;
    s->height = pix->height;
    s->stride = pix->bytesperline;
    s->full_range = range == V4L2_QUANTIZATION_FULL_RANGE;
    return 0;
}

/* The rate is a wish: devices that cannot set one stream as they do. */
static void set_rate(struct v4l2_stream *s, double fps)
{
    struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_fract *interval = &parameters.parm.capture.timeperframe;
    if (v4l2_call(s->device, VIDIOC_G_PARM, &parameters))
        return;
    if (parameters.parm.capture.capability & V4L2_CAP_TIMEPERFRAME) {
        interval->numerator = 1000;
        interval->denominator = (uint32_t)(fps * 1000 + 0.5);
        if (v4l2_call(s->device, VIDIOC_S_PARM, &parameters) &&
            v4l2_call(s->device, VIDIOC_G_PARM, &parameters))
            return;
    }
    s->fps = interval->numerator ? (double)interval->denominator / interval->numerator : 0;
}

static int map_buffer(struct v4l2_stream *s, uint32_t index, struct err_text *why)
{
    struct v4l2_buffer b = {.index = index, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int errnum = v4l2_call(s->device, VIDIOC_QUERYBUF, &b);
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_QUERYBUF", why);
    void *at = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED, s->device->fd, b.m.offset);
    if (at == MAP_FAILED)
        return v4l2_failed(s->device, errno, "mmap", why);
    s->buffers[index].data = at;
    s->buffers[index].len = b.length;
    errnum = v4l2_call(s->device, VIDIOC_QBUF, &b);
    return errnum ? v4l2_failed(s->device, errnum, "VIDIOC_QBUF", why) : 0;
}

static int request_buffers(const struct v4l2_stream *s, uint32_t *count)
{
    struct v4l2_requestbuffers request = {
        .count = *count, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE, .memory = V4L2_MEMORY_MMAP};
    int errnum = v4l2_call(s->device, VIDIOC_REQBUFS, &request);
    *count = request.count;
    return errnum;
}

int v4l2_stream_start(struct v4l2_stream *s, const struct v4l2_device *d, const struct v4l2_mode *mode,
                      double fps, struct err_text *why)
{
    *s = (struct v4l2_stream){.device = d};
    int rc = set_format(s, mode, why);
    if (rc)
        return rc;
    set_rate(s, fps);
    uint32_t count = V4L2_BUFFERS;
    int errnum = request_buffers(s, &count);
    if (errnum)
        return v4l2_failed(d, errnum, "VIDIOC_REQBUFS", why);
    s->buffer_count = count < V4L2_BUFFERS ? count : V4L2_BUFFERS;
    for (uint32_t i = 0; i < s->buffer_count && !rc; i++)
        rc = map_buffer(s, i, why);
    if (rc)
        return rc;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    errnum = v4l2_call(d, VIDIOC_STREAMON, &type);
    return errnum ? v4l2_failed(d, errnum, "VIDIOC_STREAMON", why) : 0;
}

void v4l2_stream_stop(struct v4l2_stream *s)
{
    if (!s->buffer_count)
        return;
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    uint32_t none = 0;
    (void)!v4l2_call(s->device, VIDIOC_STREAMOFF, &type);
    for (uint32_t i = 0; i < s->buffer_count; i++)
        if (s->buffers[i].data)
            munmap(s->buffers[i].data, s->buffers[i].len);
    (void)!request_buffers(s, &none);
    s->buffer_count = 0;
}

/* The driver's clock is ours when it says so; else the frame is as old as its arrival. No frame is of the
 * future, whatever the driver reckons. */
static int64_t exposed_at(const struct v4l2_buffer *b)
{
    int64_t now = clock_mono_ns(&system_clock);
    int64_t told = b->timestamp.tv_sec * NS_PER_S + b->timestamp.tv_usec * 1000;
    bool same_clock = (b->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return same_clock && told < now ? told : now;
}

int v4l2_stream_take(struct v4l2_stream *s, struct v4l2_shot *out, struct err_text *why)
{
    *out = (struct v4l2_shot){0};
    struct v4l2_buffer *b = &out->buffer;
    b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    b->memory = V4L2_MEMORY_MMAP;
    int errnum = v4l2_call(s->device, VIDIOC_DQBUF, b);
    if (errnum == EAGAIN)
        return 0;
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_DQBUF", why);
    if (b->index >= s->buffer_count || b->bytesused > s->buffers[b->index].len)
        return err_set(why, ERR_IO, "%s: the driver hands out a buffer that is none", s->device->path);
    out->bytes = (struct slice){s->buffers[b->index].data, b->bytesused};
    out->broken = b->bytesused == 0 || b->flags & V4L2_BUF_FLAG_ERROR;
    out->exposed_mono_ns = exposed_at(b);
    uint32_t step = b->sequence - s->sequence;
    if (s->counting && step > 1 && step < UINT32_MAX / 2)
        out->dropped = step - 1;
    s->sequence = b->sequence;
    s->counting = true;
    return 1;
}

int v4l2_stream_return(struct v4l2_stream *s, struct v4l2_shot *shot, struct err_text *why)
{
    int errnum = v4l2_call(s->device, VIDIOC_QBUF, &shot->buffer);
    return errnum ? v4l2_failed(s->device, errnum, "VIDIOC_QBUF", why) : 0;
}

struct frame *v4l2_stream_copy(const struct v4l2_stream *s, const struct v4l2_shot *shot)
{
    uint32_t width = s->width, height = s->height;
    bool jpeg = s->format == PIXEL_MJPEG;
    if (shot->broken || (jpeg && jpeg_measure(shot->bytes, &width, &height)))
        return NULL;
    uint8_t *storage;
    struct frame *f = frame_new(s->format, width, height, shot->bytes.len, &storage);
    if (!f)
        return NULL;
    memcpy(storage, shot->bytes.data, shot->bytes.len);
    f->full_range = s->full_range;
    if (jpeg || s->stride == 0 || frame_lay_planes(f, s->stride))
        return f;
    frame_unref(f);
    return NULL;
}
