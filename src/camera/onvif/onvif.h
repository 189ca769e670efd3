/* SPDX-License-Identifier: Apache-2.0
 * Which ONVIF devices are in the networks of this machine: asks by multicast and listens for a second.
 *
 * They are only listed: where their pictures are is behind a password, see docs/cameras.md. Blocks; any
 * thread but the loop's. */
#ifndef UACAM_CAMERA_ONVIF_ONVIF_H
#define UACAM_CAMERA_ONVIF_ONVIF_H

#include "camera/onvif/ws_discovery.h"

enum { ONVIF_MOST_DEVICES = 256 };

/* Calls `found` once for each device. ERR_IO: the interfaces cannot be listed. */
must_check int onvif_discover(onvif_found found, void *user, struct err_text *why);

#endif
