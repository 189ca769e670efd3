/* SPDX-License-Identifier: Apache-2.0
 * Files as a camera: file:PATH?fps=10. Pictures are replayed here, a video by the module "ffmpeg".
 * docs/cameras.md explains it. */
#include "base/log.h"
#include "camera/exposure.h"
#include "camera/file/options.h"
#include "camera/file/reel.h"
#include "camera/identity.h"
#include "camera/module.h"
#include "image/decode.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROBE_FILES = 8, SNIFF_BYTES = 16 };

/* One file that is no picture: perhaps a video. What cannot be read is left to whoever opens it. */
static bool is_video(const char *path)
{
    uint8_t head[SNIFF_BYTES];
    struct stat info;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    ssize_t len = regular ? read(fd, head, sizeof head) : 0;
    close(fd);
    return len > 0 && image_sniff((struct slice){head, (size_t)len}) < 0;
}

static int file_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    struct file_options o;
    *out = (struct camera_identity){0};
    int rc = file_options_read(&o, uri, why);
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
    snprintf(text, sizeof text, "file-%.80s-%08x", name, identity_hash(o.path));
    identity_id(out->id, text);
    identity_text(out->name, name);
    identity_text(out->model, "Files");
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

static int run_video(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    const struct camera_module *module;
    int rc = camera_module_load("ffmpeg", &module, why);
    return rc ? rc : module->run(c, id, why);
}

static int file_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct file_options o;
    struct reel reel;
    struct frame *first = NULL;
    int rc = file_options_read(&o, id->uri, why);
    if (rc)
        return rc;
    if (is_video(o.path))
        return run_video(c, id, why);
    double wished = capture_wish(c)->fps > 0 ? capture_wish(c)->fps : FILE_USUAL_FPS;
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

static int probe_video(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    const struct camera_module *module;
    int rc = camera_module_load("ffmpeg", &module, why);
    return rc ? rc : module->probe(id, out, why);
}

static int file_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    struct file_options o;
    struct reel reel;
    struct frame *f = NULL;
    *out = (struct camera_probe){0};
    int rc = file_options_read(&o, id->uri, why);
    if (rc)
        return rc;
    if (is_video(o.path))
        return probe_video(id, out, why);
    out->state = reel_open(&reel, o.path, &out->error);
    if (out->state)
        return 0;
    for (size_t i = 0; i < reel.count && i < PROBE_FILES && !f; i++)
        out->state = reel_read(&reel, &f, &out->error);
    if (f)
        out->modes[out->mode_count++] =
            (struct camera_mode){f->format, f->width, f->height, o.fps > 0 ? o.fps : FILE_USUAL_FPS};
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
