/* SPDX-License-Identifier: Apache-2.0
 * Cameras that speak RTSP. The backend's thread only. */
#ifndef UACAM_CAMERA_IP_MODULE_RTSP_H
#define UACAM_CAMERA_IP_MODULE_RTSP_H

#include "camera/ip/ip_uri.h"
#include "camera/ip/module/viewer.h"

/* Opens `url`, shows what comes until the viewer is gone (0) or it fails. */
must_check int rtsp_show(struct viewer *v, const char *url, const struct ip_options *options,
                         struct err_text *why);

#endif
