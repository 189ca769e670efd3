/* SPDX-License-Identifier: Apache-2.0
 * Tells which cameras come and go, until somebody presses Ctrl+C. No camera is opened for it. */
#ifndef UACAM_APP_CAMERA_WATCH_H
#define UACAM_APP_CAMERA_WATCH_H

#include "base/err.h"

#include <stdbool.h>

/* A line on stdout for each that is here, comes or goes; `json`: an object each. Blocks. */
must_check int camera_watch(bool json, struct err_text *why);

#endif
