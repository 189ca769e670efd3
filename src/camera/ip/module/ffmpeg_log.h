/* SPDX-License-Identifier: Apache-2.0
 * FFmpeg's own log as debug lines of ours, its URLs without secrets. Any thread. */
#ifndef UACAM_CAMERA_IP_MODULE_FFMPEG_LOG_H
#define UACAM_CAMERA_IP_MODULE_FFMPEG_LOG_H

/* From now on. Once is enough, more do no harm. */
void ffmpeg_log_take(void);

#endif
