/* SPDX-License-Identifier: Apache-2.0
 * Failures of the floors that know no OPC UA: a negative code for the program, a text for the person.
 *
 *     int file_load(const char *path, struct buf *out, struct err_text *why);
 *     ...
 *     return err_set(why, ERR_NOT_FOUND, "%s: no such file", path);
 *
 * 0 is success. Any thread. */
#ifndef UACAM_BASE_ERR_H
#define UACAM_BASE_ERR_H

#include "base/compiler.h"

enum err {
    ERR_NO_MEMORY = -1,
    ERR_INVALID = -2,     /* what came in is malformed or out of range */
    ERR_NOT_FOUND = -3,   /* no such file, device, name */
    ERR_BUSY = -4,        /* somebody else holds it */
    ERR_DENIED = -5,      /* we may not */
    ERR_GONE = -6,        /* it was there and is no more: unplugged, unreachable */
    ERR_TIMEOUT = -7,     /* nothing came in time */
    ERR_IO = -8,          /* the device or the system failed */
    ERR_UNSUPPORTED = -9, /* it exists, we cannot use it */
    ERR_LIMIT = -10,      /* a ceiling of ours was reached */
    ERR_CLOSED = -11,     /* we were asked to stop */
};

/* One line for a person: what, why, the next step. Caller's storage. */
struct err_text {
    char text[320];
};

/* Writes the text to `why` (may be NULL) and returns `code`. Longer texts are cut. */
int err_set(struct err_text *why, enum err code, const char *fmt, ...) printf_like(3, 4);

/* As err_set(), with ": " and the system's text for `errnum` behind it. The code follows from `errnum`. */
int err_errno(struct err_text *why, int errnum, const char *fmt, ...) printf_like(3, 4);

/* A short name for the code, for logs: "no memory", "busy"... */
const char *err_name(int code);

#endif
