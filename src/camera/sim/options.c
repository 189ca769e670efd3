/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/options.h"

#include "camera/identity.h"
#include "camera/sim/script.h"
#include "camera/uri.h"

#include <string.h>
#include <unistd.h>

enum { MAX_SPEED = 1024, MAX_DELAY_MS = 600000 };

/* Until somebody chose one. */
static const enum pixel_format NO_FORMAT = PIXEL_FORMAT_COUNT;

static bool set_size(void *options, struct slice value)
{
    struct sim_options *o = options;
    const uint8_t *x = value.len ? memchr(value.data, 'x', value.len) : NULL;
    if (!x)
        return false;
    struct slice width = {value.data, (size_t)(x - value.data)};
    struct slice height = {x + 1, value.len - width.len - 1};
    return uri_u32(width, 1, SIM_MAX_SIDE, &o->pattern.width) &&
           uri_u32(height, 1, SIM_MAX_SIDE, &o->pattern.height);
}

static bool set_fps(void *options, struct slice value)
{
    return uri_double(value, SIM_MIN_FPS, SIM_MAX_FPS, &((struct sim_options *)options)->fps);
}

static bool set_seed(void *options, struct slice value)
{
    return uri_u32(value, 0, UINT32_MAX, &((struct sim_options *)options)->pattern.seed);
}

static enum pixel_format format_of(struct slice name)
{
    int f = 0;
    while (f < PIXEL_FORMAT_COUNT && !slice_is(name, pixel_format_info(f)->name) &&
           !slice_is(name, pixel_format_info(f)->fourcc))
        f++;
    return f;
}

static bool set_format(void *options, struct slice value)
{
    enum pixel_format f = format_of(value);
    ((struct sim_options *)options)->format = f;
    return f != NO_FORMAT;
}

static bool set_speed(void *options, struct slice value)
{
    return uri_u32(value, 0, MAX_SPEED, &((struct sim_options *)options)->pattern.speed);
}

static bool set_scene(void *options, struct slice value)
{
    return (((struct sim_options *)options)->pattern.script = sim_script_of(value));
}

static bool set_percent(void *options, struct slice value)
{
    return uri_double(value, 0, 100, &((struct sim_options *)options)->pattern.percent);
}

static bool set_period(void *options, struct slice value)
{
    return uri_u32(value, 1, UINT32_MAX, &((struct sim_options *)options)->pattern.period);
}

static bool set_id(void *options, struct slice value)
{
    char *id = ((struct sim_options *)options)->id;
    char text[CAMERA_TEXT];
    if (value.len == 0 || value.len >= sizeof text)
        return false;
    memcpy(text, value.data, value.len);
    text[value.len] = '\0';
    identity_id(id, text);
    return strcmp(id, text) == 0;
}

static bool set_open_delay(void *options, struct slice value)
{
    return uri_u32(value, 0, MAX_DELAY_MS, &((struct sim_options *)options)->open_delay_ms);
}

static bool set_fail_after(void *options, struct slice value)
{
    return uri_u32(value, 0, UINT32_MAX, &((struct sim_options *)options)->fail_after);
}

static bool set_hang(void *options, struct slice value)
{
    static const char *const words[] = {"0", "1", "open", "set"}; /* as enum sim_hang */
    for (int i = 0; i < (int)ARRAY_LEN(words); i++)
        if (slice_is(value, words[i])) {
            ((struct sim_options *)options)->hang = i;
            return true;
        }
    return false;
}

static const struct uri_option rows[] = {
    {"size", "WIDTHxHEIGHT, each 1 to 16384", set_size},
    {"fps", "0.01 to 1000", set_fps},
    {"seed", "a number below 4294967296", set_seed},
    {"format", "RGB8, BGR8, Mono8, YUYV, UYVY, NV12, YU12 or MJPEG", set_format},
    {"speed", "0 to 1024 pixels", set_speed},
    {"scene", "bars, still, square, noise, drift or cut", set_scene},
    {"percent", "0 to 100", set_percent},
    {"period", "1 to 4294967295 frames", set_period},
    {"id", "1 to 127 of A-Z a-z 0-9 . _ -", set_id},
    {"open_delay", "0 to 600000 ms", set_open_delay},
    {"fail_after", "a number of frames", set_fail_after},
    {"hang", "0, 1, open or set", set_hang},
};

static const struct uri_option_table table = {"sim:?size=1920x1080&fps=30&seed=7", rows, ARRAY_LEN(rows)};

int sim_options_read(struct sim_options *o, const char *uri, const struct capture_wish *wish,
                     struct err_text *why)
{
    *o = (struct sim_options){.format = NO_FORMAT, .id = "sim"};
    o->pattern =
        (struct sim_pattern){.script = &sim_scripts[0], .seed = 1, .speed = 4, .percent = 10, .period = 10};
    struct uri_parts parts = uri_split(uri);
    if (parts.rest.len > 0)
        return err_set(why, ERR_INVALID, "sim:%.*s is no camera; write sim: or %s", SLICE_ARGS(parts.rest),
                       table.example);
    int rc = uri_read_options(parts.options, &table, o, why);
    if (rc)
        return rc;

    static const struct capture_wish none;
    wish = wish ? wish : &none;
    bool wished = wish->width && wish->height;
    if (!o->pattern.width) {
        o->pattern.width = wished ? wish->width : 640;
        o->pattern.height = wished ? wish->height : 480;
    }
    if (o->fps == 0)
        o->fps = wish->fps > 0 ? wish->fps : 30;
    if (o->format == NO_FORMAT)
        o->format = format_of(slice_of(wish->pixel_format));
    if (o->format == NO_FORMAT)
        o->format = PIXEL_RGB24;
    o->look.light = 1;
    return 0;
}

void sim_hang(void)
{
    for (;;)
        pause();
}
