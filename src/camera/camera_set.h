/* SPDX-License-Identifier: Apache-2.0
 * All cameras of this server. Loop thread only.
 *
 * Created with a loop and a worker pool, filled by detection or by URIs; tells an observer of each new camera
 * and of each change of facts. */
#ifndef UACAM_CAMERA_CAMERA_SET_H
#define UACAM_CAMERA_CAMERA_SET_H

#include "camera/camera.h"

struct loop; /* net/loop.h */

struct camera_observer {
    void (*added)(void *user, struct camera *c);
    void (*facts_changed)(void *user, struct camera *c); /* State, errors: not every frame */
    void *user;
};

struct camera_set;

/* NULL without memory. `loop` is borrowed for life. */
must_check struct camera_set *camera_set_new(struct loop *loop, const struct camera_config *defaults);

/* Ends all demands without calling them, stops all backends, waits for their threads (a backend that hangs is
 * left behind after 2 s, with a log line), frees. */
void camera_set_free(struct camera_set *s);

/* At most one; cameras that are there already are told at once. NULL: nobody any more. */
void camera_set_observe(struct camera_set *s, const struct camera_observer *o);

/* Adds a camera by URI, with settings of its own (NULL: the defaults). The id is made unique. ERR_INVALID,
 * ERR_UNSUPPORTED (no such kind), ERR_NO_MEMORY. */
must_check int camera_set_add(struct camera_set *s, const char *uri, const struct camera_config *own,
                              struct camera **out, struct err_text *why);

/* Adds all that are attached; *count tells how many. */
must_check int camera_set_detect(struct camera_set *s, size_t *count, struct err_text *why);

/* In the order they were added; NULL past the end. */
struct camera *camera_set_at(const struct camera_set *s, size_t index);
struct camera *camera_set_find(const struct camera_set *s, const char *id);

#endif
