/* SPDX-License-Identifier: Apache-2.0
 * What a file: URI asks for. Any thread. */
#ifndef UACAM_CAMERA_FILE_OPTIONS_H
#define UACAM_CAMERA_FILE_OPTIONS_H

#include "camera/backend.h"

/* Of pictures, whose files tell none. */
enum { FILE_USUAL_FPS = 10 };

struct file_options {
    char path[CAMERA_URI];
    double fps; /* 0: not given */
};

/* ERR_INVALID. */
must_check int file_options_read(struct file_options *o, const char *uri, struct err_text *why);

#endif
