/* SPDX-License-Identifier: Apache-2.0
 * When was a frame exposed that bears the stamp of its stream and came over a network?
 *
 * The frame that came quickest tells how the stream's clock stands against ours; the others were exposed as
 * much earlier than they came as they were late. So the distances are the camera's own, and a frame that
 * waited in some buffer does not pass for new. Pure; one thread at a time. */
#ifndef UACAM_CAMERA_IP_MODULE_STREAM_CLOCK_H
#define UACAM_CAMERA_IP_MODULE_STREAM_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Zero it to begin. */
struct stream_clock {
    bool set;
    int64_t offset_ns;     /* our time less the stream's, of the quickest frame */
    int64_t stamp_ns;      /* of the frame before */
    int64_t late_since_ns; /* all were far too late since then; 0: not so */
    int64_t told_ns;       /* told last */
};

/* The exposure of the frame stamped `stamp_ns` that came at `came_ns`: at `came_ns` at the latest, and later
 * than the one before. */
int64_t stream_clock_exposed(struct stream_clock *s, int64_t stamp_ns, int64_t came_ns);

#endif
