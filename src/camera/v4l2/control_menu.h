/* SPDX-License-Identifier: Apache-2.0
 * The menu of a V4L2 control. Its indices may have gaps; choices have none. One thread at a time. */
#ifndef UACAM_CAMERA_V4L2_CONTROL_MENU_H
#define UACAM_CAMERA_V4L2_CONTROL_MENU_H

#include "camera/v4l2/control_table.h"
#include "camera/v4l2/device.h"

enum { MENU_TEXT = 33 };

struct control_menu {
    uint32_t indices[SETTING_MAX_CHOICES]; /* the driver's, by choice */
    char texts[SETTING_MAX_CHOICES][MENU_TEXT];
    const char *names[SETTING_MAX_CHOICES]; /* into `texts`, or into the table */
    size_t count;
};

/* Asks for the menu of a control of the type menu or integer menu. `known` may be NULL. What is past
 * SETTING_MAX_CHOICES is left out. */
void control_menu_read(struct control_menu *m, const struct v4l2_device *d,
                       const struct v4l2_query_ext_ctrl *control, const struct control_known *known);

/* The choice of an index; -1: there is none. */
int64_t control_menu_choice(const struct control_menu *m, int64_t index);

#endif
