/* SPDX-License-Identifier: Apache-2.0
 * What V4L2's controls are called and counted in here: SFNC's names and units where it has them. Pure; any
 * thread. */
#ifndef UACAM_CAMERA_V4L2_CONTROL_TABLE_H
#define UACAM_CAMERA_V4L2_CONTROL_TABLE_H

#include "camera/setting.h"

/* How a control is shown. */
enum control_form {
    CONTROL_PLAIN,
    CONTROL_FLOAT,  /* an integer times `scale` */
    CONTROL_SWITCH, /* a boolean: Off, Continuous */
};

struct control_known {
    uint32_t id; /* V4L2_CID_... */
    const char *name;
    enum control_form form;
    double scale;
    const char *unit;
    const char *const *choices; /* by the index of the driver's menu; NULL: as the driver calls them */
    size_t choice_count;
};

/* NULL for one that is shown under Device, as the driver calls it. */
const struct control_known *control_known(uint32_t id);

/* A driver's text as a name: "White Balance, Auto" becomes "WhiteBalanceAuto". May be empty. */
void control_make_name(const char *text, char out[SETTING_NAME]);

#endif
