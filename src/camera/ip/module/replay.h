/* SPDX-License-Identifier: Apache-2.0
 * A video file as a camera: played at its rate, over and over. The backend's thread only. */
#ifndef UACAM_CAMERA_IP_MODULE_REPLAY_H
#define UACAM_CAMERA_IP_MODULE_REPLAY_H

#include "camera/file/options.h"
#include "camera/ip/module/viewer.h"

/* Plays it until the viewer is gone (0) or it fails. */
must_check int replay_show(struct viewer *v, const struct file_options *options, struct err_text *why);

#endif
