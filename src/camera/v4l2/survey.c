/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/survey.h"

#include <math.h>

/* Drivers that never end a list are cut off. */
enum { MAX_LIST = 256 };

/* ---- rates ---- */

static double fps_of(const struct v4l2_fract *interval)
{
    return interval->numerator ? (double)interval->denominator / interval->numerator : 0;
}

/* Of one mode. `near` is the nearest to the rate that was asked about. */
struct rates {
    double min, max, near;
};

static double clamp(double n, double min, double max)
{
    return n < min ? min : n > max ? max : n;
}

/* All 0 when the driver does not tell. */
static struct rates rates_of(const struct v4l2_device *d, const struct v4l2_mode *m, double asked)
{
    struct rates r = {0};
    for (uint32_t i = 0; i < MAX_LIST; i++) {
        struct v4l2_frmivalenum interval = {
            .index = i, .pixel_format = m->fourcc, .width = m->width, .height = m->height};
        if (v4l2_call(d, VIDIOC_ENUM_FRAMEINTERVALS, &interval))
            break;
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
            r.max = fps_of(&interval.stepwise.min);
            r.min = fps_of(&interval.stepwise.max);
            r.near = clamp(asked, r.min, r.max);
            break;
        }
        double fps = fps_of(&interval.discrete);
        r.near = i == 0 || fabs(fps - asked) < fabs(r.near - asked) ? fps : r.near;
        r.max = fps > r.max ? fps : r.max;
        r.min = i == 0 || fps < r.min ? fps : r.min;
    }
    return r;
}

double v4l2_nearest_rate(const struct v4l2_device *d, const struct v4l2_mode *mode, double fps)
{
    struct rates r = rates_of(d, mode, fps);
    return r.max > 0 ? r.near : fps;
}

/* ---- sizes ---- */

static void add_mode(const struct v4l2_device *d, struct v4l2_modes *out, uint32_t fourcc, uint32_t width,
                     uint32_t height)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct v4l2_mode *m = &out->rows[i];
        if (m->fourcc == fourcc && m->width == width && m->height == height)
            return;
    }
    bool fits = width > 0 && width <= FRAME_MAX_SIDE && height > 0 && height <= FRAME_MAX_SIDE;
    if (!fits || out->count == V4L2_MAX_MODES)
        return;
    struct v4l2_mode *m = &out->rows[out->count];
    *m = (struct v4l2_mode){.fourcc = fourcc, .width = width, .height = height};
    if (!v4l2_pixels_of(fourcc, &m->pixels))
        return;
    struct rates r = rates_of(d, m, 0);
    m->min_fps = r.min;
    m->max_fps = r.max;
    out->count++;
}

uint32_t v4l2_snap(uint32_t wanted, const struct v4l2_sides *s)
{
    uint32_t n = wanted < s->min ? s->min : wanted > s->max ? s->max : wanted;
    return s->step > 1 ? n - (n - s->min) % s->step : n;
}

static void widen(struct v4l2_sides *all, const struct v4l2_sides *one, bool first)
{
    if (first) {
        *all = *one;
        return;
    }
    all->min = one->min < all->min ? one->min : all->min;
    all->max = one->max > all->max ? one->max : all->max;
    all->step = one->step > all->step ? one->step : all->step;
}

static void add_range(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out,
                      const struct v4l2_frmsizeenum *range)
{
    const struct v4l2_frmsize_stepwise *s = &range->stepwise;
    const struct v4l2_sides width = {s->min_width, s->max_width, s->step_width};
    const struct v4l2_sides height = {s->min_height, s->max_height, s->step_height};
    if (width.min > width.max || height.min > height.max)
        return;
    widen(&out->width, &width, !out->free);
    widen(&out->height, &height, !out->free);
    out->free = true;
    const struct {
        uint32_t width, height;
    } sizes[] = {{wish->width, wish->height}, {width.max, height.max}, {1920, 1080}, {1280, 720}, {640, 480}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        if (sizes[i].width && sizes[i].height)
            add_mode(d, out, range->pixel_format, v4l2_snap(sizes[i].width, &width),
                     v4l2_snap(sizes[i].height, &height));
}

static void add_format(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out,
                       uint32_t fourcc)
{
    for (uint32_t i = 0; i < MAX_LIST; i++) {
        struct v4l2_frmsizeenum size = {.index = i, .pixel_format = fourcc};
        if (v4l2_call(d, VIDIOC_ENUM_FRAMESIZES, &size))
            return;
        if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            add_range(d, wish, out, &size);
            return;
        }
        add_mode(d, out, fourcc, size.discrete.width, size.discrete.height);
    }
}

static void add_present(const struct v4l2_device *d, struct v4l2_modes *out)
{
    struct v4l2_format now = {.type = d->type};
    bool many = d->type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
    if (v4l2_call(d, VIDIOC_G_FMT, &now))
        return;
    if (many)
        add_mode(d, out, now.fmt.pix_mp.pixelformat, now.fmt.pix_mp.width, now.fmt.pix_mp.height);
    else
        add_mode(d, out, now.fmt.pix.pixelformat, now.fmt.pix.width, now.fmt.pix.height);
}

void v4l2_survey(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out)
{
    struct v4l2_pixels pixels;
    out->count = 0;
    out->free = false;
    for (uint32_t i = 0; i < MAX_LIST; i++) {
        struct v4l2_fmtdesc format = {.index = i, .type = d->type};
        if (v4l2_call(d, VIDIOC_ENUM_FMT, &format))
            break;
        if (v4l2_pixels_of(format.pixelformat, &pixels) && !(format.flags & V4L2_FMT_FLAG_EMULATED))
            add_format(d, wish, out, format.pixelformat);
    }
    if (out->count == 0)
        add_present(d, out);
}
