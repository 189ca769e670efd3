/* SPDX-License-Identifier: Apache-2.0
 * One run of a backend as the loop thread sees it: start, news, stop, end.
 *
 * The backend has a thread of its own and talks through camera/capture.h. Everything here is for the loop
 * thread and never waits, except capture_join() and capture_clear(). */
#ifndef UACAM_CAMERA_CAPTURE_RUN_H
#define UACAM_CAMERA_CAPTURE_RUN_H

#include "camera/capture.h"
#include "camera/frame_budget.h"
#include "net/loop.h"

/* Frames that wait for the loop at most; the newest win. */
enum { CAPTURE_QUEUE = 4 };

struct capture_setup {
    struct loop *loop;
    const struct backend *backend;
    const struct camera_identity *identity; /* copied */
    struct frame_budget *budget;
    struct capture_wish wish;
    uint32_t warmup;          /* frames that nobody gets */
    uint64_t first_number;    /* of the frames */
    void (*news)(void *user); /* capture_collect() has something new */
    void *user;
};

/* What happened since the last collection. */
struct capture_news {
    struct frame *frames[CAPTURE_QUEUE]; /* given, oldest first */
    size_t frame_count;
    uint64_t lost;
    uint64_t skipped; /* offered, wanted by nobody */
    bool ended;       /* run() returned `code` and `why` */
    int code;
    struct err_text why;
    char held_by[CAMERA_TEXT]; /* who has the device; empty: not told */

    /* Facts of the whole run. */
    bool started;
    double fps;            /* as the device says; 0: unknown */
    int64_t ready_mono_ns; /* when the first frame after the warm-up was offered; 0: not yet */
    uint64_t next_number;  /* that the next frame will get */
};

/* Gives a capture whose thread runs. ERR_NO_MEMORY, ERR_LIMIT (threads, files). */
must_check int capture_start(struct capture **out, const struct capture_setup *setup, struct err_text *why);

void capture_collect(struct capture *c, struct capture_news *out);

/* Frames exposed at or after `due_ns` are wanted from now on. INT64_MAX at the start: none. */
void capture_want_from(struct capture *c, int64_t due_ns);

/* When the backend offered a frame last, or was started. */
int64_t capture_alive_ns(const struct capture *c);

/* Tells the backend to return. It will, or not: `ended` comes as news. */
void capture_stop(struct capture *c);

/* Ends one whose thread has ended. */
void capture_join(struct capture *c);

/* Ends it once its thread has ended; leaves the thread to itself when it has not by `deadline_ns` (false). */
bool capture_clear(struct capture *c, int64_t deadline_ns);

#endif
