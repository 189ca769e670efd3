/* SPDX-License-Identifier: Apache-2.0
 * The options of a camera URI: "size=640x480&fps=30" behind the '?'. Any thread.
 *
 * A backend lists its options as rows of a table; unknown names and bad values become an ERR_INVALID whose
 * text shows what would have been right. Nothing is percent-decoded. */
#ifndef UACAM_CAMERA_URI_H
#define UACAM_CAMERA_URI_H

#include "base/bytes.h"
#include "base/err.h"

/* One option. `set` stores the value in the backend's own struct, false for a bad one. */
struct uri_option {
    const char *name;
    const char *form; /* "0.01 to 1000", for the person who got it wrong */
    bool (*set)(void *options, struct slice value);
};

struct uri_option_table {
    const char *example; /* a whole URI that is right */
    const struct uri_option *rows;
    size_t count;
};

/* Cuts "scheme:rest?options" behind the scheme, at the first '?'. Slices of `uri`. */
struct uri_parts {
    struct slice rest;
    struct slice options; /* empty without a '?' */
};
struct uri_parts uri_split(const char *uri);

/* Reads "a=1&b=2" into `options` by the table. ERR_INVALID. */
must_check int uri_read_options(struct slice text, const struct uri_option_table *table, void *options,
                                struct err_text *why);

/* Plain decimal numbers within bounds; false for anything else. */
must_check bool uri_u32(struct slice text, uint32_t min, uint32_t max, uint32_t *out);
must_check bool uri_double(struct slice text, double min, double max, double *out);

#endif
