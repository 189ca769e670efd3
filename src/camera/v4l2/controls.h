/* SPDX-License-Identifier: Apache-2.0
 * All controls of a V4L2 device: listing them, hearing of their changes. One thread at a time.
 *
 * Those in the table of control_table.h are settings by its names; all others are under "Device/<class>", as
 * the driver calls them. */
#ifndef UACAM_CAMERA_V4L2_CONTROLS_H
#define UACAM_CAMERA_V4L2_CONTROLS_H

#include "camera/v4l2/device.h"

enum { CONTROL_PATH = SETTING_TEXT + SETTING_NAME };

/* Which control a path leads to, as it was listed. Zero it to begin. */
struct control_index {
    struct control_place {
        uint32_t id;
        char path[CONTROL_PATH];
    } * rows;
    size_t count, cap;
};
void control_index_clear(struct control_index *index);

/* NULL: none. */
const struct control_place *control_index_find(const struct control_index *index, const char *path);

/* Appends all controls to `out` and makes the index anew. What is past a ceiling is left out. ERR_GONE,
 * ERR_NO_MEMORY. */
must_check int controls_list(const struct v4l2_device *d, struct setting_list *out,
                             struct control_index *index, struct err_text *why);

/* Changes that others make are told from now on. */
void controls_subscribe(const struct v4l2_device *d);

/* As wait() of struct tuner_ops. */
must_check int controls_wait(const struct v4l2_device *d, int wake_fd, struct err_text *why);

#endif
