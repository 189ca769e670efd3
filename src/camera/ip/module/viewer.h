/* SPDX-License-Identifier: Apache-2.0
 * For whom a source is opened: a running camera, or a look that is over with the first picture.
 *
 * It bounds how long FFmpeg may block, and turns FFmpeg's failures into texts for people. The backend's
 * thread only. */
#ifndef UACAM_CAMERA_IP_MODULE_VIEWER_H
#define UACAM_CAMERA_IP_MODULE_VIEWER_H

#include "camera/capture.h"

#include <libavformat/avio.h>

struct viewer {
    struct capture *capture;    /* NULL: a look */
    struct camera_probe *probe; /* of a look */
    char shown[160];            /* what people may see of the URI */
    bool has_login;             /* the URI has user and password */
    bool answered;
    bool begun;         /* a picture came */
    bool leaves;        /* only a farewell is still to be said */
    int64_t timeout_ns; /* from picture to picture */
    int64_t waits_ns;   /* from when the present wait began to its deadline */
    int64_t deadline_ns;
};

/* Either `c` or `probe` is NULL. */
void viewer_init(struct viewer *v, struct capture *c, struct camera_probe *probe, const char *shown);

/* Has FFmpeg give up when the viewer is gone or the deadline has passed. */
AVIOInterruptCB viewer_interrupt(struct viewer *v);

/* A picture came, or the wait for one begins: the deadline is `timeout_ns` from now, more for the first. */
void viewer_renew(struct viewer *v);

/* Somebody is there: the wait may take its full time. */
void viewer_answered(struct viewer *v);

/* Lets FFmpeg say farewell to the camera, within moments. */
void viewer_leave(struct viewer *v);

bool viewer_gone(const struct viewer *v);
bool viewer_late(const struct viewer *v);

/* The first time: tells the size of what comes. Then the caller looks whether the viewer is gone. */
void viewer_begin(struct viewer *v, uint32_t width, uint32_t height, enum pixel_format format, double fps);

/* A picture came that was exposed then. Is it wanted? One that is not is skipped. */
bool viewer_wants(struct viewer *v, int64_t exposed_ns);

/* A picture was broken. */
void viewer_lose(struct viewer *v);

/* Delivers the frame that was exposed then. Takes it. */
void viewer_deliver(struct viewer *v, struct frame *f, int64_t exposed_ns);

/* "no picture from ... for 5 s" */
int viewer_no_picture(const struct viewer *v, struct err_text *why);

/* Why FFmpeg failed. 0 when the viewer is gone. */
int viewer_explain(const struct viewer *v, int averror, struct err_text *why);

#endif
