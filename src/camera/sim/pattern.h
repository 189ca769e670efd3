/* SPDX-License-Identifier: Apache-2.0
 * The simulated camera's picture: a pure function of place, frame number, seed and size, so that a test can
 * compute any pixel. docs/simulated-camera.md is its definition. Any thread.
 *
 * This is the moving picture, which tells its number. Others are in camera/sim/script.h. */
#ifndef UACAM_CAMERA_SIM_PATTERN_H
#define UACAM_CAMERA_SIM_PATTERN_H

#include <stdbool.h>
#include <stdint.h>

/* The only colours there are; pixels are indices into the palette. */
enum { SIM_BAR_COUNT = 8, SIM_ORANGE = SIM_BAR_COUNT, SIM_BLACK, SIM_WHITE, SIM_COLOUR_COUNT };

struct sim_colour {
    uint8_t r, g, b;
};
extern const struct sim_colour sim_palette[SIM_COLOUR_COUNT];

/* How the camera sees what is before it: each of R, G, B becomes round(light * it) + offset, between 0 and
 * 255.
 */
struct sim_look {
    double light;
    int offset;
    bool mirrored; /* left is right */
};

struct sim_script; /* see camera/sim/script.h */

struct sim_pattern {
    const struct sim_script *script;
    uint32_t width, height;
    uint32_t seed;
    uint32_t speed;  /* pixels that the bars move from frame to frame */
    double percent;  /* of the pixels that the jumping square changes */
    uint32_t period; /* frames between two cuts */
};

/* What is the same in all rows of one frame. */
struct sim_scene {
    struct sim_pattern pattern;
    uint32_t number;          /* of the frame, mod 2^32 */
    uint32_t side, left, top; /* of the moving square */
    uint32_t unit;            /* of digits and code, in pixels; 0: neither is drawn */
};

struct sim_scene sim_scene(const struct sim_pattern *pattern, uint64_t frame_number);

/* Fills `row` with palette indices of the bars alone: the background of every row of the scene. */
void sim_scene_bars(const struct sim_scene *scene, uint8_t *row);

/* Draws over the background what else is in row `y`. */
void sim_scene_row(const struct sim_scene *scene, uint32_t y, uint8_t *row);

#endif
