/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/convert.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

static const struct {
    enum AVPixelFormat theirs;
    enum pixel_format ours;
} known[] = {
    {AV_PIX_FMT_YUV420P, PIXEL_YU12}, {AV_PIX_FMT_YUVJ420P, PIXEL_YU12}, {AV_PIX_FMT_NV12, PIXEL_NV12},
    {AV_PIX_FMT_YUYV422, PIXEL_YUYV}, {AV_PIX_FMT_UYVY422, PIXEL_UYVY},  {AV_PIX_FMT_GRAY8, PIXEL_GREY},
    {AV_PIX_FMT_RGB24, PIXEL_RGB24},  {AV_PIX_FMT_BGR24, PIXEL_BGR24},
};

void converter_clear(struct converter *c)
{
    sws_freeContext(c->scaler);
    c->scaler = NULL;
}

static bool is_full_range(const AVFrame *p)
{
    return p->format == AV_PIX_FMT_YUVJ420P || p->color_range == AVCOL_RANGE_JPEG;
}

/* Frames are BT.601's; HD cameras often are not. */
static bool has_other_colours(const AVFrame *p)
{
    return p->colorspace == AVCOL_SPC_BT709 || p->colorspace == AVCOL_SPC_BT2020_NCL;
}

enum pixel_format convert_target(const AVFrame *p)
{
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if ((int)known[i].theirs == p->format)
            return pixel_format_info(known[i].ours)->yuv && has_other_colours(p) ? PIXEL_RGB24
                                                                                 : known[i].ours;
    return PIXEL_RGB24;
}

static void release(void *user)
{
    AVFrame *p = user;
    av_frame_free(&p);
}

static bool can_share(const AVFrame *p, enum pixel_format target)
{
    bool same = false;
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        same |= (int)known[i].theirs == p->format && known[i].ours == target;
    for (unsigned i = 0; same && i < pixel_format_info(target)->plane_count; i++)
        same = p->data[i] && p->linesize[i] > 0;
    return same;
}

static int share(const AVFrame *p, enum pixel_format target, struct frame **out, struct err_text *why)
{
    AVFrame *ours = av_frame_clone(p);
    if (ours)
        *out =
            frame_new_over(target, (uint32_t)p->width, (uint32_t)p->height, (struct slice){0}, release, ours);
    if (!*out) {
        av_frame_free(&ours);
        return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %dx%d", p->width, p->height);
    }
    for (unsigned i = 0; i < pixel_format_info(target)->plane_count; i++)
        (*out)->planes[i] = (struct plane){ours->data[i], (size_t)ours->linesize[i]};
    (*out)->full_range = is_full_range(p);
    return 0;
}

/* Makes `c->scaler` fit. */
static bool prepare(struct converter *c, const AVFrame *p)
{
    c->scaler = sws_getCachedContext(c->scaler, p->width, p->height, (enum AVPixelFormat)p->format, p->width,
                                     p->height, AV_PIX_FMT_RGB24,
                                     SWS_BILINEAR | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND, NULL, NULL, NULL);
    if (!c->scaler)
        return false;
    const int *from = sws_getCoefficients(p->colorspace), *to = sws_getCoefficients(SWS_CS_DEFAULT);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)p->format);
    bool yuv = format && !(format->flags & AV_PIX_FMT_FLAG_RGB);
    sws_setColorspaceDetails(c->scaler, from, !yuv || is_full_range(p), to, 1, 0, 1 << 16, 1 << 16);
    return true;
}

static int scale(struct converter *c, const AVFrame *p, struct frame **out, struct err_text *why)
{
    uint32_t width = (uint32_t)p->width, height = (uint32_t)p->height;
    uint8_t *storage;
    if (!prepare(c, p))
        return err_set(why, ERR_UNSUPPORTED, "pixels of the format %s cannot be converted",
                       av_get_pix_fmt_name((enum AVPixelFormat)p->format));
    *out = frame_new(PIXEL_RGB24, width, height, pixel_format_size(PIXEL_RGB24, width, height), &storage);
    if (!*out)
        return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %ux%u", width, height);
    uint8_t *planes[4] = {storage};
    int strides[4] = {(int)(*out)->planes[0].stride};
    sws_scale(c->scaler, (const uint8_t *const *)p->data, p->linesize, 0, p->height, planes, strides);
    return 0;
}

int convert(struct converter *c, const AVFrame *p, struct frame **out, struct err_text *why)
{
    *out = NULL;
    if (p->width <= 0 || p->width > FRAME_MAX_SIDE || p->height <= 0 || p->height > FRAME_MAX_SIDE)
        return err_set(why, ERR_LIMIT, "a picture of %dx%d is too large", p->width, p->height);
    enum pixel_format target = convert_target(p);
    return can_share(p, target) ? share(p, target, out, why) : scale(c, p, out, why);
}
