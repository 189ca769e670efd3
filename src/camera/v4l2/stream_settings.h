/* SPDX-License-Identifier: Apache-2.0
 * Width, Height, PixelFormat and AcquisitionFrameRate of a V4L2 camera: what its modes allow, as wishes for
 * the next stream. One thread at a time. */
#ifndef UACAM_CAMERA_V4L2_STREAM_SETTINGS_H
#define UACAM_CAMERA_V4L2_STREAM_SETTINGS_H

#include "camera/v4l2/survey.h"

/* Appends them as the stream for `wish` would be. ERR_NO_MEMORY. */
must_check int stream_settings_list(const struct v4l2_device *d, const struct capture_wish *wish,
                                    struct setting_list *out, struct err_text *why);

bool is_stream_setting(const char *path);

/* Changes the wish so that the stream has this value and, of the others, what is nearest to what it would
 * have had. ERR_INVALID with what the device offers: the wish stays. */
must_check int stream_settings_apply(const struct v4l2_device *d, struct capture_wish *wish, const char *path,
                                     const struct setting_value *v, struct err_text *why);

#endif
