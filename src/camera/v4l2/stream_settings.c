/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/stream_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { OFFER_TEXT = 200 };

/* ---- what there is ---- */

/* The smallest and largest of something, over the modes. */
struct span {
    double min, max;
};

static void widen(struct span *s, double n)
{
    s->min = s->max == 0 || n < s->min ? n : s->min;
    s->max = n > s->max ? n : s->max;
}

typedef uint32_t side_of(const struct v4l2_mode *m);

static uint32_t width_of(const struct v4l2_mode *m)
{
    return m->width;
}

static uint32_t height_of(const struct v4l2_mode *m)
{
    return m->height;
}

static struct setting describe_side(const struct v4l2_modes *modes, const char *name, uint32_t now,
                                    side_of *side, const struct v4l2_sides *sides)
{
    struct span span = {0};
    for (size_t i = 0; i < modes->count; i++)
        widen(&span, side(&modes->rows[i]));
    if (modes->free) {
        widen(&span, sides->min);
        widen(&span, sides->max);
    }
    struct setting s = {.kind = SETTING_INTEGER,
                        .min = span.min,
                        .max = span.max,
                        .step = modes->free ? sides->step : 0,
                        .unit = "px",
                        .value = {.integer = now},
                        .readable = true};
    snprintf(s.name, sizeof s.name, "%s", name);
    return s;
}

/* Each name once, in the order of the modes. */
struct names {
    const char *names[SETTING_MAX_CHOICES];
    size_t count;
};

static size_t find_name(const struct names *n, const char *name)
{
    size_t i = 0;
    while (i < n->count && strcmp(n->names[i], name) != 0)
        i++;
    return i;
}

static void collect_names(const struct v4l2_modes *modes, struct names *out)
{
    out->count = 0;
    for (size_t i = 0; i < modes->count && out->count < SETTING_MAX_CHOICES; i++)
        if (find_name(out, modes->rows[i].pixels.name) == out->count)
            out->names[out->count++] = modes->rows[i].pixels.name;
}

/* Of the modes that the stream could have without changing its size, nor a wished format. */
static struct span rates_at(const struct v4l2_modes *modes, const struct v4l2_mode *now,
                            const struct capture_wish *wish)
{
    struct span span = {0};
    bool pinned = strcmp(wish->pixel_format, now->pixels.name) == 0;
    for (size_t i = 0; i < modes->count; i++) {
        const struct v4l2_mode *m = &modes->rows[i];
        if (m->width != now->width || m->height != now->height || m->max_fps == 0 ||
            (pinned && strcmp(m->pixels.name, now->pixels.name) != 0))
            continue;
        widen(&span, m->max_fps);
        widen(&span, m->min_fps);
    }
    return span;
}

/* ---- listing ---- */

static int add(struct setting_list *out, const struct v4l2_device *d, const struct setting *s,
               struct err_text *why)
{
    int rc = setting_list_add(out, s);
    return rc ? err_set(why, rc, "%s: no place for its setting %s", d->path, s->name) : 0;
}

static int add_format(struct setting_list *out, const struct v4l2_device *d, const struct v4l2_modes *modes,
                      const struct v4l2_mode *now, struct err_text *why)
{
    struct names names;
    collect_names(modes, &names);
    struct setting s = {.name = "PixelFormat",
                        .kind = SETTING_MENU,
                        .choices = names.names,
                        .choice_count = names.count,
                        .value = {.integer = (int64_t)find_name(&names, now->pixels.name)},
                        .readable = true};
    return add(out, d, &s, why);
}

/* A driver that does not tell its rates has no such setting. */
static int add_rate(struct setting_list *out, const struct v4l2_device *d, const struct v4l2_modes *modes,
                    const struct v4l2_mode *now, const struct capture_wish *wish, struct err_text *why)
{
    struct span span = rates_at(modes, now, wish);
    struct setting s = {.name = "AcquisitionFrameRate",
                        .kind = SETTING_FLOAT,
                        .min = span.min,
                        .max = span.max,
                        .unit = "Hz",
                        .value = {.number = v4l2_nearest_rate(d, now, v4l2_rate(now, wish))},
                        .readable = true};
    return span.max > 0 ? add(out, d, &s, why) : 0;
}

int stream_settings_list(const struct v4l2_device *d, const struct capture_wish *wish,
                         struct setting_list *out, struct err_text *why)
{
    struct v4l2_modes modes;
    v4l2_survey(d, wish, &modes);
    const struct v4l2_mode *now = v4l2_choose(&modes, wish);
    if (!now)
        return 0;
    struct setting width = describe_side(&modes, "Width", now->width, width_of, &modes.width);
    struct setting height = describe_side(&modes, "Height", now->height, height_of, &modes.height);
    int rc = add(out, d, &width, why);
    if (!rc)
        rc = add(out, d, &height, why);
    if (!rc)
        rc = add_format(out, d, &modes, now, why);
    return rc ? rc : add_rate(out, d, &modes, now, wish, why);
}

/* ---- applying ---- */

/* "320, 640, 1280", or "48 to 3840". */
static void show_offer(const struct v4l2_modes *modes, side_of *side, const struct v4l2_sides *sides,
                       char out[OFFER_TEXT])
{
    size_t used = 0;
    if (modes->free) {
        snprintf(out, OFFER_TEXT, "%u to %u", sides->min, sides->max);
        return;
    }
    for (uint32_t last = 0, next = UINT32_MAX; used < OFFER_TEXT; last = next, next = UINT32_MAX) {
        for (size_t i = 0; i < modes->count; i++) {
            uint32_t n = side(&modes->rows[i]);
            next = n > last && n < next ? n : next;
        }
        if (next == UINT32_MAX)
            break;
        used += (size_t)snprintf(out + used, OFFER_TEXT - used, "%s%u", used ? ", " : "", next);
    }
}

/* Drops all modes but those whose side is `n`; none, when there is none. */
static bool keep_side(struct v4l2_modes *modes, side_of *side, uint32_t n)
{
    size_t kept = 0;
    bool any = false;
    for (size_t i = 0; i < modes->count; i++)
        any |= side(&modes->rows[i]) == n;
    for (size_t i = 0; any && i < modes->count; i++)
        if (side(&modes->rows[i]) == n)
            modes->rows[kept++] = modes->rows[i];
    modes->count = any ? kept : modes->count;
    return any;
}

/* What a value is tried on. */
struct fitting {
    const struct v4l2_device *device;
    struct v4l2_modes modes; /* that the next stream may have */
    struct v4l2_mode now;    /* as it would be without the value */
    struct capture_wish wish;
};

static int fit_side(struct fitting *f, const char *name, side_of *side, const struct v4l2_sides *sides,
                    int64_t n, struct err_text *why)
{
    char offer[OFFER_TEXT];
    v4l2_survey(f->device, &f->wish, &f->modes);
    bool known = n > 0 && n <= FRAME_MAX_SIDE && keep_side(&f->modes, side, (uint32_t)n);
    if (known || (f->modes.free && n >= sides->min && n <= sides->max))
        return 0;
    show_offer(&f->modes, side, sides, offer);
    return err_set(why, ERR_INVALID, "%s %" PRId64 ": %s offers %s", name, n, f->device->path, offer);
}

static int fit_width(struct fitting *f, const struct setting_value *v, struct err_text *why)
{
    f->wish.width = (uint32_t)v->integer;
    return fit_side(f, "Width", width_of, &f->modes.width, v->integer, why);
}

static int fit_height(struct fitting *f, const struct setting_value *v, struct err_text *why)
{
    f->wish.height = (uint32_t)v->integer;
    return fit_side(f, "Height", height_of, &f->modes.height, v->integer, why);
}

static int fit_format(struct fitting *f, const struct setting_value *v, struct err_text *why)
{
    struct names names;
    collect_names(&f->modes, &names);
    if (v->integer < 0 || (uint64_t)v->integer >= names.count)
        return err_set(why, ERR_INVALID, "PixelFormat: %s offers %zu of them", f->device->path, names.count);
    snprintf(f->wish.pixel_format, sizeof f->wish.pixel_format, "%s", names.names[v->integer]);
    return 0;
}

static int fit_rate(struct fitting *f, const struct setting_value *v, struct err_text *why)
{
    struct span span = rates_at(&f->modes, &f->now, &f->wish);
    if (!(v->number >= span.min && v->number <= span.max && v->number > 0))
        return err_set(why, ERR_INVALID, "AcquisitionFrameRate %g: %s offers %g to %g at %ux%u", v->number,
                       f->device->path, span.min, span.max, f->now.width, f->now.height);
    f->wish.fps = v->number;
    return 0;
}

static const struct {
    const char *name;
    int (*fit)(struct fitting *f, const struct setting_value *v, struct err_text *why);
} stream_settings[] = {
    {"Width", fit_width},
    {"Height", fit_height},
    {"PixelFormat", fit_format},
    {"AcquisitionFrameRate", fit_rate},
};

static size_t find_setting(const char *path)
{
    size_t i = 0;
    while (i < ARRAY_LEN(stream_settings) && strcmp(stream_settings[i].name, path) != 0)
        i++;
    return i;
}

bool is_stream_setting(const char *path)
{
    return find_setting(path) < ARRAY_LEN(stream_settings);
}

/* The mode that the fitting came to, as a wish. A format is wished only when one was before. */
static int settle(const struct fitting *f, struct capture_wish *wish, struct err_text *why)
{
    const struct v4l2_mode *mode = v4l2_choose(&f->modes, &f->wish);
    if (!mode)
        return err_set(why, ERR_IO, "%s does not tell its picture sizes any more", f->device->path);
    *wish = f->wish;
    wish->width = mode->width;
    wish->height = mode->height;
    if (wish->pixel_format[0])
        snprintf(wish->pixel_format, sizeof wish->pixel_format, "%s", mode->pixels.name);
    return 0;
}

int stream_settings_apply(const struct v4l2_device *d, struct capture_wish *wish, const char *path,
                          const struct setting_value *v, struct err_text *why)
{
    struct fitting f = {.device = d, .wish = *wish};
    size_t i = find_setting(path);
    v4l2_survey(d, wish, &f.modes);
    const struct v4l2_mode *now = v4l2_choose(&f.modes, wish);
    if (!now || i == ARRAY_LEN(stream_settings))
        return err_set(why, ERR_NOT_FOUND, "%s has no setting %s", d->path, path);
    f.now = *now;
    f.wish.width = now->width;
    f.wish.height = now->height;
    int rc = stream_settings[i].fit(&f, v, why);
    return rc ? rc : settle(&f, wish, why);
}
