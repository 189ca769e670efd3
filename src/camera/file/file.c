/* SPDX-License-Identifier: Apache-2.0
 * Pictures from files as a camera: file:PATH?fps=10. docs/cameras.md explains it. */
#include "base/log.h"
#include "camera/capture.h"
#include "camera/exposure.h"
#include "camera/file/reel.h"
#include "camera/identity.h"
#include "camera/uri.h"

#include <stdio.h>
#include <string.h>

static const double USUAL_FPS = 10;
enum { PROBE_FILES = 8 }; /* to find one that can be read */

struct options {
    char path[CAMERA_URI];
    double fps; /* 0: not given */
};

static bool set_fps(void *options, struct slice value)
{
    return uri_double(value, 0.01, 1000, &((struct options *)options)->fps);
}

static const struct uri_option rows[] = {{"fps", "0.01 to 1000", set_fps}};
static const struct uri_option_table table = {"file:/var/pictures?fps=10", rows, ARRAY_LEN(rows)};

static int read_uri(struct options *o, const char *uri, struct err_text *why)
{
    struct uri_parts parts = uri_split(uri);
    *o = (struct options){0};
    if (parts.rest.len == 0 || parts.rest.len >= sizeof o->path)
        return err_set(why, ERR_INVALID,
                       "file: needs the path of a JPEG or PNG picture, or of a folder of them: %s",
                       table.example);
    /* Both file:/a and file:///a. */
    if (parts.rest.len > 2 && memcmp(parts.rest.data, "///", 3) == 0) {
        parts.rest.data += 2;
        parts.rest.len -= 2;
    }
    snprintf(o->path, sizeof o->path, "%.*s", SLICE_ARGS(parts.rest));
    return uri_read_options(parts.options, &table, o, why);
}

/* FNV-1a: the same in every run, on every machine. */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

static int file_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    struct options o;
    *out = (struct camera_identity){0};
    int rc = read_uri(&o, uri, why);
    if (rc)
        return rc;
    size_t len = strlen(o.path);
    while (len > 1 && o.path[len - 1] == '/')
        o.path[--len] = '\0';
    rc = identity_uri(out, uri, why);
    if (rc)
        return rc;
    const char *slash = strrchr(o.path, '/');
    const char *name = slash && slash[1] ? slash + 1 : o.path;
    char text[CAMERA_TEXT];
    snprintf(text, sizeof text, "file-%.80s-%08x", name, hash_of(o.path));
    identity_id(out->id, text);
    identity_text(out->name, name);
    identity_text(out->model, "Pictures from files");
    identity_text(out->driver, "file");
    identity_text(out->address, o.path);
    out->simulated = true;
    return 0;
}

/* The next picture that is one; those that are none are lost. ERR_INVALID when the whole reel has none. */
static int next_picture(struct capture *c, struct reel *reel, struct frame **out, struct err_text *why)
{
    struct err_text wrong = {""};
    for (size_t tried = 0; tried < reel->count && !capture_stopped(c); tried++) {
        int rc = reel_read(reel, out, &wrong);
        if (rc == 0 || rc == ERR_NO_MEMORY)
            return rc ? err_set(why, ERR_NO_MEMORY, "%s", wrong.text) : 0;
        log_debug("camera", "picture passed over: %s", wrong.text);
        capture_lost(c, 1);
    }
    if (capture_stopped(c))
        return ERR_CLOSED;
    return err_set(why, ERR_INVALID, "file: takes a JPEG or PNG picture, or a folder of them; %s",
                   wrong.text);
}

/* `f` is the first picture, taken. */
static int play(struct capture *c, struct reel *reel, struct frame *f, double fps, struct err_text *why)
{
    struct exposure_beat beat;
    exposure_start(&beat, fps);
    while (capture_sleep_until(c, beat.due_ns)) {
        if (!capture_wanted(c, beat.due_ns)) {
            if (!f)
                reel_skip(reel);
            frame_unref(f);
            capture_skip(c);
        } else {
            int rc = f ? 0 : next_picture(c, reel, &f, why);
            if (rc)
                return rc == ERR_CLOSED ? 0 : rc;
            exposure_stamp(f, beat.due_ns);
            capture_deliver(c, f);
        }
        f = NULL;
        uint64_t missed = exposure_next(&beat);
        if (missed)
            capture_lost(c, missed);
    }
    frame_unref(f);
    return 0;
}

static int file_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct options o;
    struct reel reel;
    struct frame *first = NULL;
    int rc = read_uri(&o, id->uri, why);
    if (rc)
        return rc;
    double wished = capture_wish(c)->fps > 0 ? capture_wish(c)->fps : USUAL_FPS;
    double fps = o.fps > 0 ? o.fps : wished;
    rc = reel_open(&reel, o.path, why);
    if (rc)
        return rc;
    rc = next_picture(c, &reel, &first, why);
    if (rc == 0) {
        capture_started(c, first->width, first->height, first->format, fps);
        rc = play(c, &reel, first, fps, why);
    }
    reel_close(&reel);
    return rc == ERR_CLOSED ? 0 : rc;
}

static int file_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    struct options o;
    struct reel reel;
    struct frame *f = NULL;
    *out = (struct camera_probe){0};
    int rc = read_uri(&o, id->uri, why);
    if (rc)
        return rc;
    out->state = reel_open(&reel, o.path, &out->error);
    if (out->state)
        return 0;
    for (size_t i = 0; i < reel.count && i < PROBE_FILES && !f; i++)
        out->state = reel_read(&reel, &f, &out->error);
    if (f)
        out->modes[out->mode_count++] =
            (struct camera_mode){f->format, f->width, f->height, o.fps > 0 ? o.fps : USUAL_FPS};
    frame_unref(f);
    reel_close(&reel);
    return 0;
}

const struct backend file_backend = {
    .scheme = "file",
    .identify = file_identify,
    .probe = file_probe,
    .run = file_run,
};
