/* SPDX-License-Identifier: Apache-2.0
 * Turns scenes of the simulated camera into frames of any raw pixel format. One thread at a time. */
#ifndef UACAM_CAMERA_SIM_CANVAS_H
#define UACAM_CAMERA_SIM_CANVAS_H

#include "base/err.h"
#include "camera/sim/pattern.h"
#include "image/frame.h"

struct sim_canvas {
    enum pixel_format format;
    struct sim_pattern pattern;
    struct sim_look look;
    uint8_t *rows; /* three rows of palette indices or grey levels */
    /* What each of them is in components of the format. */
    uint8_t samples[FRAME_MAX_COMPONENTS][UINT8_MAX + 1];
};

/* ERR_NO_MEMORY. */
must_check int sim_canvas_init(struct sim_canvas *c, enum pixel_format format,
                               const struct sim_pattern *pattern);
void sim_canvas_clear(struct sim_canvas *c);

/* Draws like that from now on; the size stays. At first all is as the pattern says. */
void sim_canvas_change(struct sim_canvas *c, const struct sim_script *script, const struct sim_look *look);

/* Gives a frame with no times and number 0. ERR_NO_MEMORY. */
must_check int sim_canvas_draw(struct sim_canvas *c, uint64_t frame_number, struct frame **out);

#endif
