/* SPDX-License-Identifier: Apache-2.0
 * Birth and death of a camera, for the set of cameras. Loop thread only. */
#ifndef UACAM_CAMERA_CAMERA_LIFE_H
#define UACAM_CAMERA_CAMERA_LIFE_H

#include "camera/camera.h"

struct loop;

struct camera_setup {
    struct loop *loop;             /* borrowed for life */
    const struct backend *backend; /* borrowed for life; NULL: not known before it is found */
    struct camera_identity identity;
    struct camera_config config;
    void (*facts_changed)(void *user, struct camera *c); /* state, errors; at most once a turn of the loop */
    void (*settings_changed)(void *user, struct camera *c, bool others);
    void *user;
};

/* NULL without memory. It keeps a timer of the loop running for life. */
must_check struct camera *camera_new(const struct camera_setup *setup);

/* What is written to its settings is kept in this folder from now on; what was kept there is set. Once. */
void camera_keep_settings(struct camera *c, const char *folder);

/* Somebody looked: it is not there. `why` is for people, without its name. */
void camera_lose(struct camera *c, const char *why);

/* Somebody looked: it is there, at this place. Its id stays. */
void camera_find(struct camera *c, const struct backend *backend, const struct camera_identity *id);

/* Was it ever found? */
bool camera_was_seen(const struct camera *c);
const struct backend *camera_backend(const struct camera *c);

/* Ends all demands without calling them, tells the backend to return. Only camera_free() is left to do. */
void camera_stop(struct camera *c);

/* After camera_stop(): waits for the backend until `deadline_mono_ns`, then leaves it behind. NULL is
 * allowed. */
void camera_free(struct camera *c, int64_t deadline_mono_ns);

#endif
