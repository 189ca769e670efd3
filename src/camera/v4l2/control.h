/* SPDX-License-Identifier: Apache-2.0
 * One control of a V4L2 device as a setting. One thread at a time. */
#ifndef UACAM_CAMERA_V4L2_CONTROL_H
#define UACAM_CAMERA_V4L2_CONTROL_H

#include "camera/v4l2/control_menu.h"

/* Fills all but `folder`, and the name of what is not in the table. `menu` is the storage of its choices.
 * False for kinds that cannot be shown. ERR_GONE through `*rc` when the device went. */
must_check bool control_describe(const struct v4l2_device *d, const struct v4l2_query_ext_ctrl *control,
                                 struct setting *out, struct control_menu *menu, int *rc,
                                 struct err_text *why);

/* Sets the control with this id; `name` is for the person. ERR_INVALID, ERR_BUSY, ERR_DENIED (read only),
 * ERR_GONE, ERR_IO. */
must_check int control_write(const struct v4l2_device *d, uint32_t id, const char *name,
                             const struct setting_value *v, struct err_text *why);

#endif
