/* SPDX-License-Identifier: Apache-2.0
 * Frames per second over the last seconds. Pure; zero it to begin. */
#ifndef UACAM_CAMERA_FRAME_RATE_H
#define UACAM_CAMERA_FRAME_RATE_H

#include <stddef.h>
#include <stdint.h>

enum { FRAME_RATE_FRAMES = 64 };

struct frame_rate {
    int64_t exposed_ns[FRAME_RATE_FRAMES]; /* a ring */
    size_t count;                          /* ever */
};

/* Notes a frame; gives the rate, 0 for the first in 5 s. */
double frame_rate_note(struct frame_rate *r, int64_t exposed_mono_ns);

#endif
