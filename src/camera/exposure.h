/* SPDX-License-Identifier: Apache-2.0
 * When frames are exposed: stamps for all backends, a steady beat for those that have no device to wait for.
 *
 *     exposure_start(&beat, fps);
 *     while (capture_sleep_until(c, beat.due_ns)) {
 *         ... exposed at beat.due_ns ...
 *         capture_lost(c, exposure_next(&beat));
 *     }
 *
 * Exposure k is due at the start + k intervals, however long the work takes: the rate does not drift. */
#ifndef UACAM_CAMERA_EXPOSURE_H
#define UACAM_CAMERA_EXPOSURE_H

#include "image/frame.h"

struct exposure_beat {
    int64_t due_ns; /* of the present exposure, monotonic */
    uint64_t count; /* of exposures before it */
    int64_t start_ns;
    double interval_ns;
};

/* The first exposure is due now. */
void exposure_start(struct exposure_beat *b, double fps);

/* Goes on to the next one. Returns how many passed meanwhile: a camera would have lost them. */
uint64_t exposure_next(struct exposure_beat *b);

/* Sets both times of a frame that was exposed at `mono_ns`. */
void exposure_stamp(struct frame *f, int64_t mono_ns);

#endif
