/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/tuner.h"

#include "camera/sim/memory.h"
#include "camera/sim/script.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A setting and where its value lies in struct sim_knobs. */
struct knob {
    struct setting face;
    size_t offset;
    bool of_stream;                      /* changing it takes another stream */
    const char *(*choice)(size_t index); /* of a menu whose values count from 1; else in `face` */
};

static const char *const autos[] = {
    [SIM_AUTO_OFF] = "Off", [SIM_AUTO_ONCE] = "Once", [SIM_AUTO_CONTINUOUS] = "Continuous"};

static const char *format_name(size_t index)
{
    return pixel_format_info((enum pixel_format)index)->name;
}

static const char *scene_name(size_t index)
{
    return sim_scripts[index].name;
}

#define AT(field) .offset = offsetof(struct sim_knobs, field)

static const struct knob knobs[] = {
    {.face =
         {.name = "Width", .kind = SETTING_INTEGER, .min = 1, .max = SIM_MAX_SIDE, .step = 1, .unit = "px"},
     .of_stream = true,
     AT(width)},
    {.face =
         {.name = "Height", .kind = SETTING_INTEGER, .min = 1, .max = SIM_MAX_SIDE, .step = 1, .unit = "px"},
     .of_stream = true,
     AT(height)},
    {.face = {.name = "PixelFormat", .kind = SETTING_MENU, .choice_count = PIXEL_FORMAT_COUNT},
     .choice = format_name,
     .of_stream = true,
     AT(format)},
    {.face = {.name = "AcquisitionFrameRate",
              .kind = SETTING_FLOAT,
              .min = SIM_MIN_FPS,
              .max = SIM_MAX_FPS,
              .unit = "Hz"},
     .of_stream = true,
     AT(fps)},
    {.face = {.name = "ExposureTime", .kind = SETTING_FLOAT, .min = 10, .max = 1e6, .unit = "us"},
     AT(exposure_us)},
    {.face =
         {.name = "ExposureAuto", .kind = SETTING_MENU, .choices = autos, .choice_count = ARRAY_LEN(autos)},
     AT(exposure_auto)},
    {.face = {.name = "Gain", .kind = SETTING_FLOAT, .min = -24, .max = 24, .unit = "dB"}, AT(gain_db)},
    {.face = {.name = "Brightness", .kind = SETTING_INTEGER, .min = -255, .max = 255, .step = 1},
     AT(brightness)},
    {.face = {.name = "ReverseX", .kind = SETTING_BOOLEAN, .flags = SETTING_STOPS}, AT(reverse_x)},
    {.face = {.name = "TestPattern", .kind = SETTING_MENU, .choice_count = SIM_SCRIPT_COUNT},
     .choice = scene_name,
     AT(scene)},
    {.face = {.name = "DeviceReset", .kind = SETTING_COMMAND}, .offset = 0},
    {.face = {.name = "DeviceTemperature",
              .kind = SETTING_FLOAT,
              .flags = SETTING_READ_ONLY | SETTING_VOLATILE,
              .min = -40,
              .max = 125,
              .unit = "Cel"},
     AT(temperature)},
    {.face = {.name = "DeviceUserID", .folder = "Device/DeviceControl", .kind = SETTING_STRING}, AT(user_id)},
};

struct sim_device {
    struct camera_identity identity;
    enum sim_hang hang;
    struct sim_memory *memory;
};

static int sim_open(const struct camera_identity *id, void **device, struct err_text *why)
{
    struct sim_options o;
    *device = NULL;
    int rc = sim_options_read(&o, id->uri, NULL, why);
    if (rc)
        return rc;
    if (o.hang == SIM_HANGS_OPEN)
        sim_hang();
    struct sim_device *d = calloc(1, sizeof *d);
    struct sim_memory *m = sim_memory_of(id->id);
    if (!d || !m) {
        free(d);
        return err_set(why, ERR_NO_MEMORY, "no memory for the settings of the simulated camera");
    }
    *d = (struct sim_device){.identity = *id, .hang = o.hang, .memory = m};
    *device = d;
    return 0;
}

static void sim_close(void *device)
{
    free(device);
}

/* ---- listing ---- */

/* It warms up by a tenth of a degree a second, up to 50, then begins anew. */
static double temperature(void)
{
    int64_t seconds = clock_mono_ns(&system_clock) / NS_PER_S;
    return 40 + (double)(seconds % 100) / 10;
}

static void show(struct setting *s, const struct knob *k, const struct sim_knobs *values)
{
    const char *place = (const char *)values + k->offset;
    s->readable = s->kind != SETTING_COMMAND;
    if (s->kind == SETTING_FLOAT)
        memcpy(&s->value.number, place, sizeof s->value.number);
    else if (s->kind == SETTING_STRING)
        memcpy(s->value.text, place, sizeof s->value.text);
    else if (s->readable)
        memcpy(&s->value.integer, place, sizeof s->value.integer);
    s->value.integer -= k->choice ? 1 : 0;
}

static int add(struct setting_list *out, const struct knob *k, const struct sim_knobs *values)
{
    enum { MOST_CHOICES = 16 };
    static_assert((int)PIXEL_FORMAT_COUNT <= MOST_CHOICES && (int)SIM_SCRIPT_COUNT <= MOST_CHOICES,
                  "all fit");
    const char *choices[MOST_CHOICES];
    struct setting s = k->face;
    show(&s, k, values);
    if (k->choice) {
        s.choices = choices;
        for (size_t i = 0; i < s.choice_count; i++)
            choices[i] = k->choice(i);
    }
    if (k->offset == offsetof(struct sim_knobs, exposure_us) && values->exposure_auto == SIM_AUTO_CONTINUOUS)
        s.flags |= SETTING_INACTIVE;
    return setting_list_add(out, &s);
}

static int sim_list(void *device, const struct capture_wish *wish, struct setting_list *out,
                    struct err_text *why)
{
    struct sim_device *d = device;
    struct sim_options o;
    struct sim_knobs values = sim_memory_read(d->memory);
    int rc = sim_options_read(&o, d->identity.uri, wish, why);
    if (rc)
        return rc;
    sim_knobs_tune(&values, &o);
    values.width = o.pattern.width;
    values.height = o.pattern.height;
    values.fps = o.fps;
    values.format = o.format + 1;
    values.scene = o.pattern.script - sim_scripts + 1;
    values.temperature = temperature();
    for (size_t i = 0; i < ARRAY_LEN(knobs) && !rc; i++)
        rc = add(out, &knobs[i], &values);
    return rc ? err_set(why, (enum err)rc, "%s: its settings cannot be listed", d->identity.id) : 0;
}

/* ---- applying ---- */

static void store(const struct knob *k, const struct setting_value *v, struct sim_knobs *values)
{
    char *place = (char *)values + k->offset;
    int64_t integer = v->integer + (k->choice ? 1 : 0);
    if (k->face.kind == SETTING_FLOAT)
        memcpy(place, &v->number, sizeof v->number);
    else if (k->face.kind == SETTING_STRING)
        memcpy(place, v->text, sizeof v->text);
    else
        memcpy(place, &integer, sizeof integer);
}

/* Asks for the stream that the knobs describe. */
static void change_wish(const struct sim_knobs *k, struct capture_wish *wish)
{
    if (k->width)
        wish->width = (uint32_t)k->width;
    if (k->height)
        wish->height = (uint32_t)k->height;
    if (k->fps > 0)
        wish->fps = k->fps;
    if (k->format)
        snprintf(wish->pixel_format, sizeof wish->pixel_format, "%s",
                 pixel_format_info((enum pixel_format)(k->format - 1))->name);
}

/* Once: the exposure becomes right, and stays as it is from then on. */
static void expose_once(struct sim_knobs *values)
{
    if (values->exposure_auto != SIM_AUTO_ONCE)
        return;
    values->exposure_us = SIM_EXPOSURE_US;
    values->exposure_auto = SIM_AUTO_OFF;
}

static const struct knob *find_knob(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(knobs); i++) {
        char own[SETTING_NAME + SETTING_TEXT];
        setting_path(&knobs[i].face, own, sizeof own);
        if (strcmp(own, path) == 0)
            return &knobs[i];
    }
    return NULL;
}

static int sim_apply(void *device, struct capture_wish *wish, const char *path, const struct setting_value *v,
                     struct err_text *why)
{
    struct sim_device *d = device;
    const struct knob *k = find_knob(path);
    struct sim_knobs values = sim_memory_read(d->memory);
    if (d->hang == SIM_HANGS_SET)
        sim_hang();
    if (!k)
        return err_set(why, ERR_NOT_FOUND, "%s: it has no setting %s", d->identity.id, path);
    if ((k->face.flags & SETTING_STOPS) && sim_memory_is_streaming(d->memory))
        return err_set(why, ERR_BUSY, "%s: %s cannot be set while it streams", d->identity.id, path);
    if (k->face.kind == SETTING_COMMAND) {
        sim_memory_reset(d->memory);
        return 0;
    }
    store(k, v, &values);
    expose_once(&values);
    sim_memory_write(d->memory, &values);
    if (k->of_stream)
        change_wish(&values, wish);
    return 0;
}

const struct tuner_ops sim_tuner = {
    .open = sim_open, .close = sim_close, .list = sim_list, .apply = sim_apply};
