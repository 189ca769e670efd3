/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/mode.h"

#include <string.h>

enum { USUAL_WIDTH = 1920, USUAL_HEIGHT = 1080, USUAL_FPS = 30, USABLE_FPS = 15 };

static double wished_fps(const struct capture_wish *wish)
{
    return wish->fps > 0 ? wish->fps : USUAL_FPS;
}

/* Drivers round 29.97 in many ways. */
static bool reaches(const struct v4l2_mode *m, double fps)
{
    return m->max_fps == 0 || m->max_fps >= 0.98 * fps;
}

static uint64_t area(const struct v4l2_mode *m)
{
    return (uint64_t)m->width * m->height;
}

static bool better_size_unasked(const struct v4l2_mode *a, const struct v4l2_mode *b, double usable_fps)
{
    bool a_usable = reaches(a, usable_fps), b_usable = reaches(b, usable_fps);
    if (a_usable != b_usable)
        return a_usable;
    if (!a_usable && a->max_fps != b->max_fps)
        return a->max_fps > b->max_fps;
    bool a_fits = a->width <= USUAL_WIDTH && a->height <= USUAL_HEIGHT;
    bool b_fits = b->width <= USUAL_WIDTH && b->height <= USUAL_HEIGHT;
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
    uint64_t wide = wish->width ? gap(m->width, wish->width) : 0;
    return wide + (wish->height ? gap(m->height, wish->height) : 0);
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
    bool a_grey = a->pixels.format == PIXEL_GREY, b_grey = b->pixels.format == PIXEL_GREY;
    if (a_grey != b_grey)
        return b_grey;
    bool a_reaches = reaches(a, fps), b_reaches = reaches(b, fps);
    if (a_reaches != b_reaches)
        return a_reaches;
    if (!a_reaches && a->max_fps != b->max_fps)
        return a->max_fps > b->max_fps;
    return a->pixels.rank < b->pixels.rank;
}

/* May it be chosen? `format` NULL: any. */
static bool has_format(const struct v4l2_mode *m, const char *format)
{
    return !format || strcmp(m->pixels.name, format) == 0;
}

static const char *wished_format(const struct v4l2_modes *modes, const struct capture_wish *wish)
{
    for (size_t i = 0; i < modes->count; i++)
        if (has_format(&modes->rows[i], wish->pixel_format))
            return wish->pixel_format;
    return NULL;
}

const struct v4l2_mode *v4l2_choose(const struct v4l2_modes *modes, const struct capture_wish *wish)
{
    const struct v4l2_mode *best = NULL;
    const char *format = wished_format(modes, wish);
    for (size_t i = 0; i < modes->count; i++) {
        const struct v4l2_mode *m = &modes->rows[i];
        if (has_format(m, format) && (!best || better_size(m, best, wish)))
            best = m;
    }
    for (size_t i = 0; i < modes->count; i++) {
        const struct v4l2_mode *m = &modes->rows[i];
        if (has_format(m, format) && m->width == best->width && m->height == best->height &&
            better_format(m, best, wished_fps(wish)))
            best = m;
    }
    return best;
}

double v4l2_rate(const struct v4l2_mode *mode, const struct capture_wish *wish)
{
    double fps = wished_fps(wish);
    return mode->max_fps > 0 && mode->max_fps < fps ? mode->max_fps : fps;
}
