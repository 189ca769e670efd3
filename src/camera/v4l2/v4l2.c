/* SPDX-License-Identifier: Apache-2.0
 * Cameras of the Linux kernel: v4l2:/dev/video0. */
#include "camera/exposure.h"
#include "camera/identity.h"
#include "camera/v4l2/holder.h"
#include "camera/v4l2/look.h"
#include "camera/v4l2/plug.h"
#include "camera/v4l2/shot.h"
#include "camera/v4l2/survey.h"
#include "camera/v4l2/tuner.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const int64_t USUAL_PATIENCE_NS = 5 * NS_PER_S;

static int v4l2_detect(camera_found found, void *user, struct err_text *why)
{
    (void)why;
    v4l2_look_around(found, user);
    return 0;
}

static int v4l2_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    const char *path = strncmp(uri, "v4l2:", 5) == 0 ? uri + 5 : uri;
    *out = (struct camera_identity){0};
    if (strncmp(path, "/dev/", 5) != 0 || strlen(path) > CAMERA_URI - sizeof "v4l2:")
        return err_set(why, ERR_INVALID, "%.100s is no device file; write v4l2:/dev/video0", uri);
    int rc = v4l2_look(path, out, why);
    if (rc == ERR_UNSUPPORTED)
        return ERR_INVALID;
    if (rc) {
        char text[CAMERA_URI];
        snprintf(text, sizeof text, "v4l2-%s", path + strlen("/dev/"));
        identity_id(out->id, text);
        identity_text(out->name, path);
        snprintf(out->uri, sizeof out->uri, "v4l2:%s", path);
    }
    return 0;
}

/* Asks for no buffers at all, which only who holds the stream may. */
static int in_use(const struct v4l2_device *d, struct err_text *why)
{
    struct v4l2_requestbuffers none = {.type = d->type, .memory = V4L2_MEMORY_MMAP};
    int errnum = v4l2_call(d, VIDIOC_REQBUFS, &none);
    return errnum == EBUSY ? v4l2_failed(d, errnum, "VIDIOC_REQBUFS", why) : 0;
}

/* A raw format becomes one that the camera may offer as it is, too. */
static void add_to_probe(struct camera_probe *out, const struct v4l2_mode *m)
{
    for (size_t i = 0; i < out->mode_count; i++) {
        const struct camera_mode *there = &out->modes[i];
        if (there->format == m->pixels.format && there->width == m->width && there->height == m->height)
            return;
    }
    if (out->mode_count < ARRAY_LEN(out->modes))
        out->modes[out->mode_count++] =
            (struct camera_mode){m->pixels.format, m->width, m->height, m->max_fps};
}

static int v4l2_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    struct v4l2_device d;
    (void)why;
    *out = (struct camera_probe){0};
    out->state = v4l2_open_camera(&d, id, &out->error);
    if (out->state)
        return 0;
    struct v4l2_modes modes;
    v4l2_survey(&d, &(struct capture_wish){0}, &modes);
    for (size_t i = 0; i < modes.count; i++)
        add_to_probe(out, &modes.rows[i]);
    out->state = in_use(&d, &out->error);
    v4l2_close(&d);
    return 0;
}

static int start(struct v4l2_stream *s, const struct v4l2_device *d, const struct capture_wish *wish,
                 struct err_text *why)
{
    struct v4l2_modes modes;
    *s = (struct v4l2_stream){0};
    v4l2_survey(d, wish, &modes);
    const struct v4l2_mode *mode = v4l2_choose(&modes, wish);
    if (!mode)
        return err_set(why, ERR_UNSUPPORTED, "%s has no picture format that uacam can read", d->path);
    return v4l2_stream_start(s, d, mode, v4l2_rate(mode, wish), why);
}

/* Sleeps until the device or the keeper has news. 1: the device; 0: stopped; else ERR_TIMEOUT, ERR_IO. */
static int wait_for_frame(const struct capture *c, const struct v4l2_device *d, int64_t last_ns,
                          int64_t patience_ns, struct err_text *why)
{
    struct pollfd fds[] = {{.fd = d->fd, .events = POLLIN}, {.fd = capture_stop_fd(c), .events = POLLIN}};
    int64_t left = last_ns + patience_ns - clock_mono_ns(&system_clock);
    struct timespec wait = {left > 0 ? left / NS_PER_S : 0, left > 0 ? left % NS_PER_S : 0};
    int ready = ppoll(fds, ARRAY_LEN(fds), &wait, NULL);
    if (ready < 0 && errno != EINTR)
        return err_errno(why, errno, "%s: poll failed", d->path);
    if (fds[1].revents)
        return 0;
    if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL) && !(fds[0].revents & POLLIN))
        return v4l2_failed(d, EIO, "streaming", why);
    if (ready == 0)
        return err_set(why, ERR_TIMEOUT, "no picture from %s for %.0f s", d->path,
                       (double)patience_ns / NS_PER_S);
    return 1;
}

/* Takes what the driver has and passes it on. 1: a good picture, wanted or not; 0: none; else the failure. */
static int pass_on(struct capture *c, struct v4l2_stream *s, struct err_text *why)
{
    struct v4l2_shot shot;
    struct frame *f = NULL;
    int rc = v4l2_shot_take(s, &shot, why);
    if (rc <= 0)
        return rc;
    bool good = !shot.broken;
    if (good && !capture_wanted(c, shot.exposed_mono_ns)) {
        capture_skip(c);
    } else {
        f = v4l2_shot_copy(s, &shot);
        good = f != NULL;
    }
    if (!good)
        shot.dropped++;
    if (shot.dropped)
        capture_lost(c, shot.dropped);
    rc = v4l2_shot_return(s, &shot, why);
    if (f) {
        exposure_stamp(f, shot.exposed_mono_ns);
        capture_deliver(c, f);
    }
    return rc ? rc : good;
}

static int stream(struct capture *c, struct v4l2_stream *s, struct err_text *why)
{
    int64_t patience = capture_wish(c)->timeout_ns;
    if (patience <= 0)
        patience = USUAL_PATIENCE_NS;
    if (s->fps > 0 && patience < 3 * NS_PER_S / s->fps)
        patience = (int64_t)(3 * NS_PER_S / s->fps);
    capture_started(c, s->width, s->height, s->pixels.format, s->fps);
    int64_t last = clock_mono_ns(&system_clock);
    for (;;) {
        int rc = wait_for_frame(c, s->device, last, patience, why);
        if (rc <= 0)
            return rc;
        rc = pass_on(c, s, why);
        if (rc < 0)
            return rc;
        if (rc > 0)
            last = clock_mono_ns(&system_clock);
    }
}

static void tell_holder(struct capture *c, const struct v4l2_device *d)
{
    struct stat is;
    struct v4l2_holder holder;
    char who[CAMERA_TEXT];
    if (stat(d->path, &is) || !v4l2_find_holder(is.st_rdev, &holder))
        return;
    snprintf(who, sizeof who, "%s (pid %d)", holder.name, (int)holder.pid);
    capture_held_by(c, who);
}

static int v4l2_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct v4l2_device d = {.fd = -1};
    struct v4l2_stream s;
    int rc = v4l2_open_camera(&d, id, why);
    if (!rc) {
        rc = start(&s, &d, capture_wish(c), why);
        if (!rc)
            rc = stream(c, &s, why);
        v4l2_stream_stop(&s);
        v4l2_close(&d);
    }
    if (rc == ERR_BUSY)
        tell_holder(c, &d);
    return rc;
}

const struct backend v4l2_backend = {
    .scheme = "v4l2",
    .detect = v4l2_detect,
    .plug = &v4l2_plug,
    .tuner = &v4l2_tuner,
    .identify = v4l2_identify,
    .probe = v4l2_probe,
    .run = v4l2_run,
};
