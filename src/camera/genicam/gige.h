/* SPDX-License-Identifier: Apache-2.0
 * GigE Vision cameras by name: who is found, and where the one is that a user means. */
#ifndef UACAM_CAMERA_GENICAM_GIGE_H
#define UACAM_CAMERA_GENICAM_GIGE_H

#include "camera/backend.h"
#include "camera/genicam/discover.h"

/* Who a camera is: its id is made of maker, model and serial number, of its MAC address when it has none.
 * Pure.
 */
void gige_identity(struct camera_identity *out, const struct gvcp_device *device);

/* Is this camera meant by a name of genicam/options.h? Pure. */
bool gige_is(const struct gvcp_device *device, const char *name);

/* Looks for the camera in the network: where it was first, then everywhere. ERR_GONE with what to check. */
must_check int gige_locate(const struct camera_identity *id, struct gige_place *out, struct err_text *why);

/* As struct backend's. */
int gige_detect(camera_found found, void *user, struct err_text *why);

#endif
