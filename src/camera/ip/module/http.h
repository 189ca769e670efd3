/* SPDX-License-Identifier: Apache-2.0
 * Cameras that speak HTTP: a stream of JPEGs, or one JPEG for each GET. Which of them, the answer's
 * Content-Type tells. The backend's thread only. */
#ifndef UACAM_CAMERA_IP_MODULE_HTTP_H
#define UACAM_CAMERA_IP_MODULE_HTTP_H

#include "camera/ip/ip_uri.h"
#include "camera/ip/module/viewer.h"

/* Opens `url`, shows what comes until the viewer is gone (0) or it fails. Of a snapshot URL nothing is asked
 * while nobody wants a picture. */
must_check int http_show(struct viewer *v, const char *url, const struct ip_options *options,
                         struct err_text *why);

#endif
