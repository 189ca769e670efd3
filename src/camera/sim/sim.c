/* SPDX-License-Identifier: Apache-2.0
 * The simulated camera: sim:?size=1920x1080&fps=30&seed=7. docs/simulated-camera.md explains it. */
#include "camera/exposure.h"
#include "camera/identity.h"
#include "camera/sim/canvas.h"
#include "camera/sim/memory.h"
#include "camera/sim/options.h"
#include "camera/sim/tuner.h"
#include "image/encode.h"

#include <stdio.h>

static int sim_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    *out = (struct camera_identity){0};
    struct sim_options o;
    int rc = sim_options_read(&o, uri, NULL, why);
    if (rc)
        return rc;
    rc = identity_uri(out, uri, why);
    if (rc)
        return rc;
    out->simulated = true;
    identity_text(out->id, o.id);
    identity_text(out->name, "Simulated camera");
    identity_text(out->manufacturer, "uacam");
    identity_text(out->model, "Simulated camera");
    snprintf(out->serial, sizeof out->serial, "%u", o.pattern.seed);
    identity_text(out->driver, "sim");
    return 0;
}

static int sim_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    *out = (struct camera_probe){0};
    struct sim_options o;
    int rc = sim_options_read(&o, id->uri, NULL, why);
    if (rc)
        return rc;
    out->modes[out->mode_count++] = (struct camera_mode){
        .format = o.format,
        .width = o.pattern.width,
        .height = o.pattern.height,
        .max_fps = o.fps,
    };
    return 0;
}

static void drop_blob(void *blob)
{
    blob_unref(blob);
}

/* Replaces a raw frame by one that holds its JPEG, as a webcam's own encoder would. */
static int to_mjpeg(struct frame **f)
{
    struct blob *jpeg;
    struct frame *raw = *f;
    *f = NULL;
    int rc = image_encode(raw, &(struct image_recipe){.format = IMAGE_JPEG}, &jpeg, NULL);
    if (rc == 0) {
        *f = frame_new_over(PIXEL_MJPEG, raw->width, raw->height, jpeg->bytes, drop_blob, jpeg);
        if (!*f)
            blob_unref(jpeg);
    }
    frame_unref(raw);
    return *f ? 0 : ERR_NO_MEMORY;
}

/* Settings that need no other stream show in the next picture. */
static void follow_settings(struct sim_canvas *canvas, struct sim_memory *memory, struct sim_options o)
{
    struct sim_knobs knobs = sim_memory_read(memory);
    sim_knobs_tune(&knobs, &o);
    sim_canvas_change(canvas, o.pattern.script, &o.look);
}

static int deliver(struct capture *c, struct sim_canvas *canvas, enum pixel_format format, int64_t exposed_ns)
{
    struct frame *f;
    int rc = sim_canvas_draw(canvas, capture_next_number(c), &f);
    if (rc == 0 && format == PIXEL_MJPEG)
        rc = to_mjpeg(&f);
    if (rc)
        return rc;
    exposure_stamp(f, exposed_ns);
    capture_deliver(c, f);
    return 0;
}

static int stream(struct capture *c, struct sim_canvas *canvas, struct sim_memory *memory,
                  const struct sim_options *o, struct err_text *why)
{
    struct exposure_beat beat;
    exposure_start(&beat, o->fps);
    while (capture_sleep_until(c, beat.due_ns)) {
        if (o->fail_after && beat.count >= o->fail_after)
            return err_set(why, ERR_IO, "the simulated camera failed after %u frames, as asked",
                           o->fail_after);
        bool wanted = capture_wanted(c, beat.due_ns);
        if (wanted)
            follow_settings(canvas, memory, *o);
        else
            capture_skip(c);
        if (wanted && deliver(c, canvas, o->format, beat.due_ns))
            return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %ux%u", o->pattern.width,
                           o->pattern.height);
        uint64_t missed = exposure_next(&beat);
        if (missed)
            capture_lost(c, missed);
    }
    return 0;
}

static int open_and_stream(struct capture *c, struct sim_memory *memory, const struct sim_options *o,
                           struct err_text *why)
{
    struct sim_canvas canvas;
    int64_t ready = clock_mono_ns(&system_clock) + o->open_delay_ms * NS_PER_MS;
    if (!capture_sleep_until(c, ready))
        return 0;
    if (sim_canvas_init(&canvas, o->format == PIXEL_MJPEG ? PIXEL_YUYV : o->format, &o->pattern))
        return err_set(why, ERR_NO_MEMORY, "no memory for the simulated camera");
    capture_started(c, o->pattern.width, o->pattern.height, o->format, o->fps);
    while (o->hang == SIM_HANGS_STREAMING && capture_sleep_until(c, clock_mono_ns(&system_clock) + NS_PER_S))
        ;
    int rc = stream(c, &canvas, memory, o, why);
    sim_canvas_clear(&canvas);
    return rc;
}

static int sim_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct sim_options o;
    int rc = sim_options_read(&o, id->uri, capture_wish(c), why);
    if (rc)
        return rc;
    if (o.hang == SIM_HANGS_OPEN)
        sim_hang();
    struct sim_memory *memory = sim_memory_of(id->id);
    if (!memory)
        return err_set(why, ERR_NO_MEMORY, "no memory for the simulated camera");
    sim_memory_streams(memory, true);
    struct sim_knobs knobs = sim_memory_read(memory);
    sim_knobs_tune(&knobs, &o);
    rc = open_and_stream(c, memory, &o, why);
    sim_memory_streams(memory, false);
    return rc;
}

const struct backend sim_backend = {
    .scheme = "sim",
    .tuner = &sim_tuner,
    .identify = sim_identify,
    .probe = sim_probe,
    .run = sim_run,
};
