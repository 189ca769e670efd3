/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/survey.h"

/* Drivers that never end a list are cut off. */
enum { MAX_LIST = 256 };

static double fps_of(const struct v4l2_fract *interval)
{
    return interval->numerator ? (double)interval->denominator / interval->numerator : 0;
}

/* Of a discrete list the shortest interval; a range tells its shortest at once. */
static double max_fps(const struct v4l2_device *d, uint32_t fourcc, uint32_t width, uint32_t height)
{
    double best = 0;
    for (uint32_t i = 0; i < MAX_LIST; i++) {
        struct v4l2_frmivalenum interval = {
            .index = i, .pixel_format = fourcc, .width = width, .height = height};
        if (v4l2_call(d, VIDIOC_ENUM_FRAMEINTERVALS, &interval))
            break;
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE)
            return fps_of(&interval.stepwise.min);
        double fps = fps_of(&interval.discrete);
        best = fps > best ? fps : best;
    }
    return best;
}

static void add_mode(const struct v4l2_device *d, struct v4l2_modes *out, uint32_t fourcc, uint32_t width,
                     uint32_t height)
{
    for (size_t i = 0; i < out->count; i++) {
        const struct v4l2_mode *m = &out->rows[i];
        if (m->fourcc == fourcc && m->is.width == width && m->is.height == height)
            return;
    }
    bool fits = width > 0 && width <= FRAME_MAX_SIDE && height > 0 && height <= FRAME_MAX_SIDE;
    if (!fits || out->count == V4L2_MAX_MODES)
        return;
    out->rows[out->count++] = (struct v4l2_mode){
        .fourcc = fourcc,
        .is = {.format = (enum pixel_format)v4l2_pixel_format(fourcc),
               .width = width,
               .height = height,
               .max_fps = max_fps(d, fourcc, width, height)},
    };
}

/* The nearest allowed value that is not larger, at least `min`. */
static uint32_t snap(uint32_t wanted, uint32_t min, uint32_t max, uint32_t step)
{
    uint32_t n = wanted < min ? min : wanted > max ? max : wanted;
    return step > 1 ? n - (n - min) % step : n;
}

static void add_range(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out,
                      const struct v4l2_frmsizeenum *range)
{
    const struct v4l2_frmsize_stepwise *s = &range->stepwise;
    const struct {
        uint32_t width, height;
    } sizes[] = {
        {wish->width, wish->height}, {s->max_width, s->max_height}, {1920, 1080}, {1280, 720}, {640, 480}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        if (sizes[i].width && sizes[i].height)
            add_mode(d, out, range->pixel_format,
                     snap(sizes[i].width, s->min_width, s->max_width, s->step_width),
                     snap(sizes[i].height, s->min_height, s->max_height, s->step_height));
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
    struct v4l2_format now = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    if (v4l2_call(d, VIDIOC_G_FMT, &now) == 0 && v4l2_pixel_format(now.fmt.pix.pixelformat) >= 0)
        add_mode(d, out, now.fmt.pix.pixelformat, now.fmt.pix.width, now.fmt.pix.height);
}

void v4l2_survey(const struct v4l2_device *d, const struct capture_wish *wish, struct v4l2_modes *out)
{
    out->count = 0;
    for (uint32_t i = 0; i < MAX_LIST; i++) {
        struct v4l2_fmtdesc format = {.index = i, .type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
        if (v4l2_call(d, VIDIOC_ENUM_FMT, &format))
            break;
        if (v4l2_pixel_format(format.pixelformat) >= 0 && !(format.flags & V4L2_FMT_FLAG_EMULATED))
            add_format(d, wish, out, format.pixelformat);
    }
    if (out->count == 0)
        add_present(d, out);
}
