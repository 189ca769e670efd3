/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/viewer.h"

#include "camera/exposure.h"

#include <libavutil/error.h>
#include <stdio.h>
#include <string.h>

#define LOOK_NS     (3 * NS_PER_S) /* a look at a camera shall not take long */
#define OPENING_NS  (5 * NS_PER_S) /* what the first picture may take at least */
#define FAREWELL_NS (NS_PER_S / 4)

/* A part of the wait: without an answer it ends so much sooner, so that whoever waits for the picture hears
 * why. */
enum { SPARED = 5 };

void viewer_init(struct viewer *v, struct capture *c, struct camera_probe *probe, const char *shown)
{
    *v = (struct viewer){
        .capture = c, .probe = probe, .timeout_ns = c ? capture_wish(c)->timeout_ns : LOOK_NS};
    snprintf(v->shown, sizeof v->shown, "%s", shown);
    viewer_renew(v);
}

bool viewer_gone(const struct viewer *v)
{
    return v->capture ? capture_stopped(v->capture) : v->begun;
}

bool viewer_late(const struct viewer *v)
{
    return clock_mono_ns(&system_clock) > v->deadline_ns;
}

static int shall_stop(void *user)
{
    const struct viewer *v = user;
    return (viewer_gone(v) && !v->leaves) || viewer_late(v);
}

void viewer_leave(struct viewer *v)
{
    v->leaves = true;
    v->deadline_ns = clock_mono_ns(&system_clock) + FAREWELL_NS;
}

AVIOInterruptCB viewer_interrupt(struct viewer *v)
{
    return (AVIOInterruptCB){.callback = shall_stop, .opaque = v};
}

void viewer_renew(struct viewer *v)
{
    bool opening = v->capture && !v->begun && v->timeout_ns < OPENING_NS;
    v->waits_ns = opening ? OPENING_NS : v->timeout_ns;
    v->deadline_ns = clock_mono_ns(&system_clock) + v->waits_ns - (v->answered ? 0 : v->waits_ns / SPARED);
}

void viewer_answered(struct viewer *v)
{
    if (!v->answered)
        v->deadline_ns += v->waits_ns / SPARED;
    v->answered = true;
}

void viewer_begin(struct viewer *v, uint32_t width, uint32_t height, enum pixel_format format, double fps)
{
    if (v->begun)
        return;
    v->begun = true;
    if (v->capture)
        capture_started(v->capture, width, height, format, fps);
    else
        v->probe->modes[v->probe->mode_count++] = (struct camera_mode){format, width, height, fps};
}

bool viewer_wants(struct viewer *v, int64_t exposed_ns)
{
    viewer_renew(v);
    if (viewer_gone(v))
        return false;
    bool wanted = capture_wanted(v->capture, exposed_ns);
    if (!wanted)
        capture_skip(v->capture);
    return wanted;
}

void viewer_lose(struct viewer *v)
{
    if (v->capture)
        capture_lost(v->capture, 1);
}

void viewer_deliver(struct viewer *v, struct frame *f, int64_t exposed_ns)
{
    exposure_stamp(f, exposed_ns);
    capture_deliver(v->capture, f);
}

/* ---- failures ---- */

int viewer_no_picture(const struct viewer *v, struct err_text *why)
{
    return err_set(why, ERR_TIMEOUT, "no picture from %s for %.3g s", v->shown,
                   (double)v->waits_ns / (double)NS_PER_S);
}

static const char no_answer[] = "the camera does not answer: is it on and in this network?";

static const struct failure {
    int averror;
    enum err code;
    const char *text; /* behind the URI */
} failures[] = {
    {AVERROR_HTTP_FORBIDDEN, ERR_DENIED,
     "this user may not see it (403): give the user the right to view in the camera's settings"},
    {AVERROR_HTTP_NOT_FOUND, ERR_NOT_FOUND,
     "the camera has nothing at this path (404): look the URL of its stream up in its manual or on its web "
     "page"},
    {AVERROR_HTTP_BAD_REQUEST, ERR_INVALID, "the camera does not understand the URL (400): check its path"},
    {AVERROR_HTTP_OTHER_4XX, ERR_IO, "the camera refuses the request (4xx): check the path of the URL"},
    {AVERROR_HTTP_SERVER_ERROR, ERR_BUSY,
     "the camera cannot serve it now (5xx): perhaps too many others watch it, or it needs a restart"},
    {AVERROR(ECONNREFUSED), ERR_GONE,
     "nobody listens there: is the camera on, its streaming switched on, the port right?"},
    {AVERROR(EHOSTUNREACH), ERR_GONE, "not reachable: is the camera on and in this network?"},
    {AVERROR(ENETUNREACH), ERR_GONE, "not reachable: this machine has no way to that network"},
    {AVERROR(ETIMEDOUT), ERR_GONE, no_answer},
    {AVERROR(ECONNRESET), ERR_GONE, "the camera closed the connection"},
    {AVERROR(EPIPE), ERR_GONE, "the camera closed the connection"},
    {AVERROR_INVALIDDATA, ERR_INVALID,
     "what answers there does not speak like a camera: check the port and the path of the URL"},
    {AVERROR(ENOMEM), ERR_NO_MEMORY, "no memory"},
};

static int explain_login(const struct viewer *v, struct err_text *why)
{
    if (v->has_login)
        return err_set(why, ERR_DENIED,
                       "%s: the camera does not take this user and password (401): correct them in the URI",
                       v->shown);
    return err_set(why, ERR_DENIED,
                   "%s: the camera wants a user and a password (401): write user:password@ before its "
                   "address, or ${NAME} for what the environment holds",
                   v->shown);
}

int viewer_explain(const struct viewer *v, int averror, struct err_text *why)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    if (viewer_gone(v))
        return 0;
    if (viewer_late(v))
        return v->answered ? viewer_no_picture(v, why)
                           : err_set(why, ERR_GONE, "%s: %s", v->shown, no_answer);
    if (averror == AVERROR_HTTP_UNAUTHORIZED)
        return explain_login(v, why);
    for (size_t i = 0; i < ARRAY_LEN(failures); i++)
        if (failures[i].averror == averror)
            return err_set(why, failures[i].code, "%s: %s", v->shown, failures[i].text);
    bool tls = strncmp(v->shown, "https:", 6) == 0 || strncmp(v->shown, "rtsps:", 6) == 0;
    if (averror == AVERROR(EIO) && tls && !v->begun)
        return err_set(why, ERR_DENIED,
                       "%s: no secure connection: when the camera's certificate is one of its own making, "
                       "add #certificate=any to the URI",
                       v->shown);
    if (averror == AVERROR(EIO) || averror == AVERROR_EOF)
        return err_set(why, ERR_GONE, "%s: the camera %s", v->shown,
                       v->answered ? "ended the stream" : "closed the connection");
    av_strerror(averror, text, sizeof text);
    return err_set(why, ERR_IO, "%s: %s", v->shown, text);
}
