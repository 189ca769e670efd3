/* SPDX-License-Identifier: Apache-2.0
 * A feature of a device as a setting, and back. The device's lock is held. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_NODE_H
#define UACAM_CAMERA_GENICAM_MODULE_NODE_H

#include "camera/genicam/module/device.h"

/* A setting and the texts that it points to. */
struct genicam_row {
    struct setting setting;
    const char **choices; /* of g_free() */
};

/* Reads kind, bounds, choices, flags and value; name and folder are the caller's. 1; 0 for a feature that is
 * no setting, or that this device does not have; ERR_GONE. */
must_check int node_read(struct genicam_device *d, ArvGcNode *node, struct genicam_row *out,
                         struct err_text *why);
void genicam_row_clear(struct genicam_row *row);

/* Writes what was listed as `s`. ERR_INVALID, ERR_BUSY, ERR_DENIED, ERR_GONE, ERR_IO. */
must_check int node_write(struct genicam_device *d, ArvGcNode *node, const struct setting *s,
                          const struct setting_value *v, struct err_text *why);

#endif
