/* SPDX-License-Identifier: Apache-2.0
 * The cameras of the running server: those that are configured by URI, and all that are found. Loop thread
 * only. */
#ifndef UACAM_APP_SERVE_CAMERAS_H
#define UACAM_APP_SERVE_CAMERAS_H

#include "app/config.h"
#include "camera/camera_set.h"
#include "net/loop.h"

/* Zero it. */
struct serve_cameras {
    const struct config *config;
    struct loop *loop;
    struct camera_set *set;
    struct timer patience;
    void (*ready)(void *user); /* NULL: called already */
    void *user;
};

/* Makes the set, with the cameras that are configured. */
must_check int serve_cameras_open(struct serve_cameras *s, struct loop *loop, const struct config *config,
                                  struct err_text *why);

/* Looks for cameras from now on, as the configuration wants it. `ready` comes once, later: those
 * that are there quickly are in the set. */
must_check int serve_cameras_watch(struct serve_cameras *s, const char *settings_folder,
                                   void (*ready)(void *user), void *user, struct err_text *why);

/* To be called when the set tells so. */
void serve_cameras_detected(struct serve_cameras *s, size_t count);

void serve_cameras_close(struct serve_cameras *s);

#endif
