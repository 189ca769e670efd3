/* SPDX-License-Identifier: Apache-2.0
 * A camera/capture.h without a camera floor behind it: runs one backend and keeps what it delivers.
 *
 *     struct capture c;
 *     fake_capture_init(&c);
 *     c.stop_after = 3;
 *     backend->run(&c, &identity, &why);
 *     ... c.frames[0] ...
 *     fake_capture_clear(&c); */
#ifndef UACAM_TEST_FAKE_CAPTURE_H
#define UACAM_TEST_FAKE_CAPTURE_H

#include "camera/capture.h"

enum { FAKE_CAPTURE_FRAMES = 64 };

struct capture {
    /* What the test sets before it runs the backend. */
    struct capture_wish wish;
    uint64_t stop_after;  /* exposures, wanted or not; 0: never */
    uint64_t wanted_each; /* every so many exposures are wanted; 0: none */
    void (*on_frame)(struct capture *c, const struct frame *f);

    /* What the backend did. Frames past FAKE_CAPTURE_FRAMES are counted, not kept. */
    struct frame *frames[FAKE_CAPTURE_FRAMES];
    uint64_t delivered, skipped, lost, started;
    uint32_t width, height;
    enum pixel_format format;
    double fps;
    char held_by[CAMERA_TEXT];

    uint64_t first_number; /* of the frames, 1 */
    int stop_fd;
};

void fake_capture_init(struct capture *c);
void fake_capture_clear(struct capture *c);

/* Any thread. */
void fake_capture_stop(struct capture *c);

#endif
