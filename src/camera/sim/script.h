/* SPDX-License-Identifier: Apache-2.0
 * What happens before the simulated camera: the pictures that scene=NAME chooses from. Any thread. */
#ifndef UACAM_CAMERA_SIM_SCRIPT_H
#define UACAM_CAMERA_SIM_SCRIPT_H

#include "base/bytes.h"
#include "camera/sim/pattern.h"

struct sim_script {
    const char *name;
    bool frozen; /* every frame is number 0, and none is told */
    bool grey;   /* rows hold grey levels instead of palette indices */

    /* Fills `row` with what lies behind every row of the scene. */
    void (*background)(const struct sim_scene *scene, uint8_t *row);
    /* Draws over it what else is in row `y`. */
    void (*row)(const struct sim_scene *scene, uint32_t y, uint8_t *row);
};

/* The first row is the default. */
enum { SIM_SCRIPT_COUNT = 6 };
extern const struct sim_script sim_scripts[SIM_SCRIPT_COUNT];

/* NULL for an unknown name. */
const struct sim_script *sim_script_of(struct slice name);

#endif
