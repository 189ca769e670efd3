/* SPDX-License-Identifier: Apache-2.0
 * Small files that are read whole or replaced whole: keys, certificates, settings. Any thread. */
#ifndef UACAM_BASE_SMALL_FILE_H
#define UACAM_BASE_SMALL_FILE_H

#include "base/bytes.h"
#include "base/err.h"

enum { SMALL_FILE_MAX = 1 << 20 };

/* Appends what is in it to `out`, within its ceiling. On failure nothing has changed. */
must_check int small_file_read(const char *path, struct buf *out, struct err_text *why);

/* Puts a file with these bytes in the place of what is there, for its owner alone (0600). Whoever looks finds
 * the old one or the new one, never a part. */
must_check int small_file_replace(const char *path, struct slice bytes, struct err_text *why);

#endif
