/* SPDX-License-Identifier: Apache-2.0
 * What a device's pictures are to be: their size, format and rate, what makes them. The device's lock is
 * held. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_PICTURE_H
#define UACAM_CAMERA_GENICAM_MODULE_PICTURE_H

#include "camera/genicam/module/device.h"
#include "camera/genicam/options.h"

/* What makes the device expose. */
enum genicam_beat {
    GENICAM_STREAMS,   /* it does by itself */
    GENICAM_ON_DEMAND, /* we do, by TriggerSoftware */
    GENICAM_BY_LINE,   /* something else, whenever it likes */
};

/* The name of the pixel format that `wish` leads to, into `out`. ERR_UNSUPPORTED with what there is. */
must_check int genicam_wished_format(struct genicam_device *d, const struct capture_wish *wish,
                                     char out[SETTING_NAME], struct err_text *why);

/* Sets all of it for a stream that is about to start. Size and rate that are not wished for stay as the
 * device is set. */
must_check int genicam_set_picture(struct genicam_device *d, const struct capture_wish *wish,
                                   enum genicam_trigger trigger, enum genicam_beat *beat,
                                   struct err_text *why);

#endif
