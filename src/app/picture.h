/* SPDX-License-Identifier: Apache-2.0
 * Pictures that came from a server: what they are, and how they get into files. */
#ifndef UACAM_APP_PICTURE_H
#define UACAM_APP_PICTURE_H

#include "base/bytes.h"
#include "base/err.h"
#include "image/luma.h"
#include "wire/types.h"

/* What the bytes are by themselves, whatever the server says. */
struct picture {
    struct slice bytes;
    const char *mime_type;  /* "application/octet-stream" when they are no picture that we know */
    const char *extension;  /* "jpg" */
    uint32_t width, height; /* 0: unknown */
};

struct picture picture_look(struct slice bytes);

/* The picture in a value whose status is not bad; else a text that says what the value is instead. `what`
 * names the node. */
must_check int picture_of_value(const struct ua_data_value *value, const char *what, struct picture *out,
                                struct err_text *why);

/* "123456 bytes, image/jpeg 640x480, taken 12 ms ago"; `taken` is a DateTime, 0: nobody knows. */
const char *picture_describe(const struct picture *p, int64_t taken, char *out, size_t size);

/* Its luma, to compare it with the next one. NULL for kinds that we do not decode, and for broken pictures.
 */
struct luma *picture_luma(const struct picture *p);

/* A regular file appears whole or not at all; anything else, such as /dev/null, is written to. ERR_NOT_FOUND,
 * ERR_DENIED, ERR_IO. */
must_check int picture_save(const struct picture *p, const char *path, struct err_text *why);

/* Replaces what a terminal would obey. */
void plain_text(char *text);

/* "2026-01-31T12:00:00.123Z"; the size of `out`. */
enum { UTC_TEXT = 32 };
const char *utc_text(int64_t utc_ns, char out[UTC_TEXT]);

#endif
