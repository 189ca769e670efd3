/* SPDX-License-Identifier: Apache-2.0
 * Looks a camera's name up without being stuck in it: the system's own call cannot be interrupted, and FFmpeg
 * does not tell when a name is unknown. The backend's thread only. */
#ifndef UACAM_CAMERA_IP_MODULE_RESOLVE_H
#define UACAM_CAMERA_IP_MODULE_RESOLVE_H

#include "camera/ip/module/viewer.h"

/* Is there an address of this name? 0, also for an address itself and when the viewer is gone. ERR_GONE,
 * ERR_TIMEOUT, ERR_NO_MEMORY. */
must_check int resolve(const struct viewer *v, const char *host, struct err_text *why);

#endif
