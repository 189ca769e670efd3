/* SPDX-License-Identifier: Apache-2.0
 * A backend that does what the test says, when it says so. One at a time, any thread.
 *
 *     fake_camera_init(&f);
 *     ... a camera over &f.backend ...
 *     fake_camera_expose(&f, exposed_ns, 42);    waits until the backend has offered it
 *     fake_camera_clear(&f);                     once its threads have ended */
#ifndef UACAM_TEST_FAKE_CAMERA_H
#define UACAM_TEST_FAKE_CAMERA_H

#include "camera/backend.h"

#include <pthread.h>

/* Instead of a luma: a JPEG frame that is broken, one that is not. */
enum { FAKE_CAMERA_SIDE = 8, FAKE_CAMERA_BROKEN = -1, FAKE_CAMERA_JPEG = -2 };

struct fake_camera {
    struct backend backend;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int bell; /* readable: there is something to do */

    /* What the test wants. */
    int open_code;      /* run() fails with it at once */
    const char *holder; /* told when it opens; before it does */
    bool hangs;         /* run() neither opens nor looks at the stop signal */
    int stream_code;    /* a streaming run() fails with it; then 0 again */
    int64_t period_ns;  /* exposes by itself so often; 0: only when told */
    bool triggered;     /* exposes when a picture is wanted, and only then; before it opens */
    bool exposure;      /* one frame is to be offered */
    int64_t exposed_ns;
    int luma;       /* of all pixels, or one of the above */
    unsigned patch; /* so many of the first pixels have 255 - luma */

    /* What happened. */
    unsigned opens, ends, offered, delivered, triggers;
    bool streams;
    struct capture_wish wish; /* of the last run */
};

void fake_camera_init(struct fake_camera *f);
void fake_camera_clear(struct fake_camera *f);

void fake_camera_fail_open(struct fake_camera *f, int code); /* 0: opens well again */
void fake_camera_fail_stream(struct fake_camera *f, int code);
void fake_camera_hang(struct fake_camera *f, bool hangs);
void fake_camera_patch(struct fake_camera *f, unsigned pixels);
void fake_camera_run_freely(struct fake_camera *f, int64_t period_ns);

/* Offers one frame of a streaming camera and returns when that is done. */
void fake_camera_expose(struct fake_camera *f, int64_t exposed_ns, int luma);

unsigned fake_camera_opens(struct fake_camera *f);
unsigned fake_camera_ends(struct fake_camera *f);
unsigned fake_camera_delivered(struct fake_camera *f);
unsigned fake_camera_triggers(struct fake_camera *f);
bool fake_camera_streams(struct fake_camera *f);

#endif
