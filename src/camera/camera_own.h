/* SPDX-License-Identifier: Apache-2.0
 * What a camera is made of, for the files that make it: camera.c, camera_presence.c, camera_settings.c. */
#ifndef UACAM_CAMERA_CAMERA_OWN_H
#define UACAM_CAMERA_CAMERA_OWN_H

#include "camera/camera_life.h"
#include "camera/changes.h"
#include "camera/frame_rate.h"
#include "camera/keeper.h"
#include "camera/panel.h"
#include "camera/pictures.h"
#include "camera/plan.h"
#include "camera/shutter.h"

struct camera {
    struct camera_setup setup;
    struct camera_facts facts;
    struct frame_budget *budget;
    struct keeper keeper;
    struct panel panel;
    struct pictures pictures;
    struct changes changes;
    struct shutter shutter;
    struct plan plan;
    struct timer timer;
    struct frame_rate rate;
    bool facts_changed;   /* not told yet */
    bool seen;            /* it was found once */
    uint64_t broken;      /* frames that could not be made into pictures or compared */
    uint64_t broken_last; /* number of the last of them */
    uint64_t unused;      /* frames that came when nobody wanted them any more */
};

/* It looks at everything anew as soon as the loop turns: many changes at once cost one look. */
void camera_wake(struct camera *c);

void camera_init_panel(struct camera *c);

#endif
