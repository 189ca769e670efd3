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
    void (*facts_changed)(void *user, struct camera *c); /* State, errors, identity: not every frame */
    void (*settings_changed)(void *user, struct camera *c,
                             bool others);      /* values; `others`: other settings or bounds too */
    void (*detected)(void *user, size_t count); /* every kind was looked for once, or that takes too long: so
                                                   many cameras there are */
    void *user;
};

/* What an administrator says of cameras that are found: the first rule whose pattern fits an id counts. */
struct camera_rule {
    char pattern[CAMERA_TEXT]; /* of ids, with * and ? */
    bool disabled;             /* leave it alone: no node, never opened */
    struct camera_config config;
};

enum { CAMERA_SET_MAX = 256 };

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

enum { CAMERA_SET_MAX_RULES = 64 };

struct camera_watch_options {
    const struct camera_rule *rules; /* copied; CAMERA_SET_MAX_RULES at most */
    size_t rule_count;
    const char *const *schemes; /* the kinds to look for, NULL-ended; NULL: all that can be detected */
    const char *const
        *joining; /* the kinds of which new cameras are added, NULL-ended; NULL: all that are looked for */
    const char *settings_folder; /* what clients wrote is kept here, a file a camera; NULL: in memory only */

    /* Every kind was looked for once, or that takes too long: so many cameras there are. NULL: nobody cares.
     */
    void (*detected)(void *user, size_t count);
    void *user;
};

/* Looks for cameras from now on, off the loop: new ones are added, known ones (by key or id, configured ones
 * too) become Unplugged and come back under the same id. A rule with an id that has no wildcard and that
 * nobody found is added as Unplugged after the first look. Once. ERR_NO_MEMORY, ERR_LIMIT. */
must_check int camera_set_watch(struct camera_set *s, const struct camera_watch_options *options,
                                struct err_text *why);

/* In the order they were added; NULL past the end. */
struct camera *camera_set_at(const struct camera_set *s, size_t index);
struct camera *camera_set_find(const struct camera_set *s, const char *id);

#endif
