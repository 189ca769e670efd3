/* SPDX-License-Identifier: Apache-2.0
 * Picture files in a row, over and over: one JPEG or PNG, or all of a folder in the order of their names.
 *
 * The files may be hostile: they are read up to a ceiling, and what is no picture is passed over. One thread
 * at a time. */
#ifndef UACAM_CAMERA_FILE_REEL_H
#define UACAM_CAMERA_FILE_REEL_H

#include "base/err.h"
#include "image/frame.h"

enum { REEL_MAX_NAMES = 100000, REEL_MAX_FILE = 64 << 20, REEL_MAX_PIXELS = 1 << 26 };

struct reel {
    char *folder; /* NULL: `names` is one whole path */
    char **names;
    size_t count, cap;
    size_t next;
};

/* ERR_GONE: nothing is there; ERR_DENIED; ERR_INVALID: no picture among it; ERR_LIMIT; ERR_NO_MEMORY. */
must_check int reel_open(struct reel *r, const char *path, struct err_text *why);
void reel_close(struct reel *r);

/* Passes over one file. */
void reel_skip(struct reel *r);

/* Reads the next file and gives its picture, with no times and number 0: a JPEG untouched as MJPEG, a PNG
 * decoded. When the file is bad, it is passed over, and `why` tells what is wrong with it. */
must_check int reel_read(struct reel *r, struct frame **out, struct err_text *why);

#endif
