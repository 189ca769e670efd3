/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/mode.h"

#include <linux/videodev2.h>

enum { USUAL_WIDTH = 1920, USUAL_HEIGHT = 1080, USUAL_FPS = 30, USABLE_FPS = 15 };

/* Smaller is better, among formats that serve equally well. */
static const uint8_t ranks[PIXEL_FORMAT_COUNT] = {
    [PIXEL_YUYV] = 0,  [PIXEL_NV12] = 1,  [PIXEL_YU12] = 2,  [PIXEL_UYVY] = 3,
    [PIXEL_RGB24] = 4, [PIXEL_BGR24] = 5, [PIXEL_MJPEG] = 6, [PIXEL_GREY] = 7,
};

int v4l2_pixel_format(uint32_t fourcc)
{
    if (fourcc == V4L2_PIX_FMT_JPEG)
        return PIXEL_MJPEG;
    for (int f = 0; f < PIXEL_FORMAT_COUNT; f++) {
        const char *code = pixel_format_info(f)->fourcc;
        if (fourcc == v4l2_fourcc(code[0], code[1], code[2], code[3]))
            return f;
    }
    return -1;
}

static double wished_fps(const struct capture_wish *wish)
{
    return wish->fps > 0 ? wish->fps : USUAL_FPS;
}

/* Drivers round 29.97 in many ways. */
static bool reaches(const struct v4l2_mode *m, double fps)
{
    return m->is.max_fps == 0 || m->is.max_fps >= 0.98 * fps;
}

static uint64_t area(const struct v4l2_mode *m)
{
    return (uint64_t)m->is.width * m->is.height;
}

static bool better_size_unasked(const struct v4l2_mode *a, const struct v4l2_mode *b, double usable_fps)
{
    bool a_usable = reaches(a, usable_fps), b_usable = reaches(b, usable_fps);
    if (a_usable != b_usable)
        return a_usable;
    if (!a_usable && a->is.max_fps != b->is.max_fps)
        return a->is.max_fps > b->is.max_fps;
    bool a_fits = a->is.width <= USUAL_WIDTH && a->is.height <= USUAL_HEIGHT;
    bool b_fits = b->is.width <= USUAL_WIDTH && b->is.height <= USUAL_HEIGHT;
    if (a_fits != b_fits)
        return a_fits;
    return a_fits ? area(a) > area(b) : area(a) < area(b);
}

static uint32_t gap(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* Of the sides that were wished for. */
static uint64_t distance(const struct v4l2_mode *m, const struct capture_wish *wish)
{
    uint64_t wide = wish->width ? gap(m->is.width, wish->width) : 0;
    return wide + (wish->height ? gap(m->is.height, wish->height) : 0);
}

static bool better_size(const struct v4l2_mode *a, const struct v4l2_mode *b, const struct capture_wish *wish)
{
    uint64_t a_far = distance(a, wish), b_far = distance(b, wish);
    if (a_far != b_far)
        return a_far < b_far;
    double fps = wished_fps(wish);
    return better_size_unasked(a, b, fps < USABLE_FPS ? fps : USABLE_FPS);
}

static bool better_format(const struct v4l2_mode *a, const struct v4l2_mode *b, double fps)
{
    bool a_grey = a->is.format == PIXEL_GREY, b_grey = b->is.format == PIXEL_GREY;
    if (a_grey != b_grey)
        return b_grey;
    bool a_reaches = reaches(a, fps), b_reaches = reaches(b, fps);
    if (a_reaches != b_reaches)
        return a_reaches;
    if (!a_reaches && a->is.max_fps != b->is.max_fps)
        return a->is.max_fps > b->is.max_fps;
    return ranks[a->is.format] < ranks[b->is.format];
}

const struct v4l2_mode *v4l2_choose(const struct v4l2_modes *modes, const struct capture_wish *wish)
{
    const struct v4l2_mode *best = NULL;
    for (size_t i = 0; i < modes->count; i++)
        if (!best || better_size(&modes->rows[i], best, wish))
            best = &modes->rows[i];
    for (size_t i = 0; i < modes->count; i++) {
        const struct v4l2_mode *m = &modes->rows[i];
        if (m->is.width == best->is.width && m->is.height == best->is.height &&
            better_format(m, best, wished_fps(wish)))
            best = m;
    }
    return best;
}

double v4l2_rate(const struct v4l2_mode *mode, const struct capture_wish *wish)
{
    double fps = wished_fps(wish);
    return mode->is.max_fps > 0 && mode->is.max_fps < fps ? mode->is.max_fps : fps;
}
