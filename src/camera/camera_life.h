/* SPDX-License-Identifier: Apache-2.0
 * Birth and death of a camera, for the set of cameras. Loop thread only. */
#ifndef UACAM_CAMERA_CAMERA_LIFE_H
#define UACAM_CAMERA_CAMERA_LIFE_H

#include "camera/camera.h"

struct loop;

struct camera_setup {
    struct loop *loop;             /* borrowed for life */
    const struct backend *backend; /* borrowed for life */
    struct camera_identity identity;
    struct camera_config config;
    void (*facts_changed)(void *user, struct camera *c); /* state, errors; at most once a turn of the loop */
    void (*settings_changed)(void *user, struct camera *c, bool others);
    void *user;
};

/* NULL without memory. It keeps a timer of the loop running for life. */
must_check struct camera *camera_new(const struct camera_setup *setup);

/* Ends all demands without calling them, tells the backend to return. Only camera_free() is left to do. */
void camera_stop(struct camera *c);

/* After camera_stop(): waits for the backend until `deadline_mono_ns`, then leaves it behind. NULL is
 * allowed. */
void camera_free(struct camera *c, int64_t deadline_mono_ns);

#endif
