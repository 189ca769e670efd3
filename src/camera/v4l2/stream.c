/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/stream.h"

#include <errno.h>
#include <sys/mman.h>

/* ---- format and rate ---- */

static bool is_multi_planar(const struct v4l2_device *d)
{
    return d->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
}

/* What we need of either kind of struct v4l2_format. */
struct shape {
    uint32_t fourcc, width, height;
    uint32_t colorspace, encoding, quantization;
    size_t strides[FRAME_MAX_PLANES];
};

static void write_shape(struct v4l2_format *f, const struct v4l2_mode *mode, bool multi_planar)
{
    if (multi_planar) {
        f->fmt.pix_mp.width = mode->width;
        f->fmt.pix_mp.height = mode->height;
        f->fmt.pix_mp.pixelformat = mode->fourcc;
        f->fmt.pix_mp.field = V4L2_FIELD_NONE;
    } else {
        f->fmt.pix.width = mode->width;
        f->fmt.pix.height = mode->height;
        f->fmt.pix.pixelformat = mode->fourcc;
        f->fmt.pix.field = V4L2_FIELD_NONE;
    }
}

static struct shape read_shape(const struct v4l2_format *f, bool multi_planar)
{
    const struct v4l2_pix_format *one = &f->fmt.pix;
    const struct v4l2_pix_format_mplane *many = &f->fmt.pix_mp;
    if (!multi_planar)
        return (struct shape){one->pixelformat, one->width,        one->height,        one->colorspace,
                              one->ycbcr_enc,   one->quantization, {one->bytesperline}};
    return (struct shape){
        many->pixelformat,
        many->width,
        many->height,
        many->colorspace,
        many->ycbcr_enc,
        many->quantization,
        {many->plane_fmt[0].bytesperline, many->plane_fmt[1].bytesperline, many->plane_fmt[2].bytesperline}};
}

static int set_format(struct v4l2_stream *s, const struct v4l2_mode *mode, struct err_text *why)
{
    struct v4l2_format format = {.type = s->device->type};
    write_shape(&format, mode, is_multi_planar(s->device));
    int errnum = v4l2_call(s->device, VIDIOC_S_FMT, &format);
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_S_FMT", why);
    struct shape got = read_shape(&format, is_multi_planar(s->device));
    if (!v4l2_pixels_of(got.fourcc, &s->pixels) || (s->pixels.buffers > 1 && !is_multi_planar(s->device)))
        return err_set(why, ERR_UNSUPPORTED, "%s delivers pictures in a format that uacam cannot read",
                       s->device->path);
    uint32_t range = got.quantization;
    bool rgb = !pixel_format_info(s->pixels.format)->yuv;
    if (range == V4L2_QUANTIZATION_DEFAULT)
        range = V4L2_MAP_QUANTIZATION_DEFAULT(rgb, got.colorspace, got.encoding);
    s->width = got.width;
    s->height = got.height;
    for (size_t p = 0; p < FRAME_MAX_PLANES; p++)
        s->strides[p] = got.strides[p];
    s->full_range = range == V4L2_QUANTIZATION_FULL_RANGE;
    return 0;
}

/* The rate is a wish: devices that cannot set one stream as they do. */
static void set_rate(struct v4l2_stream *s, double fps)
{
    struct v4l2_streamparm parameters = {.type = s->device->type};
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

/* ---- buffers ---- */

void v4l2_ticket_init(struct v4l2_ticket *t, const struct v4l2_stream *s, uint32_t index)
{
    *t =
        (struct v4l2_ticket){.buffer = {.index = index, .type = s->device->type, .memory = V4L2_MEMORY_MMAP}};
    if (is_multi_planar(s->device)) {
        t->buffer.m.planes = t->planes;
        t->buffer.length = FRAME_MAX_PLANES;
    }
}

static int map_plane(struct v4l2_stream *s, const struct v4l2_ticket *t, uint32_t plane, struct err_text *why)
{
    bool many = is_multi_planar(s->device);
    size_t len = many ? t->planes[plane].length : t->buffer.length;
    off_t offset = many ? t->planes[plane].m.mem_offset : t->buffer.m.offset;
    void *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, s->device->fd, offset);
    if (at == MAP_FAILED)
        return v4l2_failed(s->device, errno, "mmap", why);
    s->buffers[t->buffer.index].planes[plane].data = at;
    s->buffers[t->buffer.index].planes[plane].len = len;
    return 0;
}

static int map_buffer(struct v4l2_stream *s, uint32_t index, struct err_text *why)
{
    struct v4l2_ticket t;
    v4l2_ticket_init(&t, s, index);
    int errnum = v4l2_call(s->device, VIDIOC_QUERYBUF, &t.buffer), rc = 0;
    if (errnum)
        return v4l2_failed(s->device, errnum, "VIDIOC_QUERYBUF", why);
    for (uint32_t p = 0; p < s->pixels.buffers && !rc; p++)
        rc = map_plane(s, &t, p, why);
    if (rc)
        return rc;
    errnum = v4l2_call(s->device, VIDIOC_QBUF, &t.buffer);
    return errnum ? v4l2_failed(s->device, errnum, "VIDIOC_QBUF", why) : 0;
}

static void unmap_buffer(struct v4l2_mapping *m)
{
    for (size_t p = 0; p < FRAME_MAX_PLANES; p++)
        if (m->planes[p].data)
            munmap(m->planes[p].data, m->planes[p].len);
    *m = (struct v4l2_mapping){0};
}

static int request_buffers(const struct v4l2_stream *s, uint32_t *count)
{
    struct v4l2_requestbuffers request = {
        .count = *count, .type = s->device->type, .memory = V4L2_MEMORY_MMAP};
    int errnum = v4l2_call(s->device, VIDIOC_REQBUFS, &request);
    *count = request.count;
    return errnum;
}

/* ---- streaming ---- */

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
    int type = (int)d->type;
    errnum = v4l2_call(d, VIDIOC_STREAMON, &type);
    return errnum ? v4l2_failed(d, errnum, "VIDIOC_STREAMON", why) : 0;
}

void v4l2_stream_stop(struct v4l2_stream *s)
{
    if (!s->buffer_count)
        return;
    int type = (int)s->device->type;
    uint32_t none = 0;
    (void)!v4l2_call(s->device, VIDIOC_STREAMOFF, &type);
    for (uint32_t i = 0; i < s->buffer_count; i++)
        unmap_buffer(&s->buffers[i]);
    (void)!request_buffers(s, &none);
    s->buffer_count = 0;
}
