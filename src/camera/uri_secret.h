/* SPDX-License-Identifier: Apache-2.0
 * What people may see of a camera's URI: in nodes, logs, process titles, errors. Any thread.
 *
 * Secret are, in "scheme://user:password@host/path?query#options": everything up to the last @, and the
 * values of names such as "password" or "token". ${NAME} is a place to look a secret up, not a secret. */
#ifndef UACAM_CAMERA_URI_SECRET_H
#define UACAM_CAMERA_URI_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* "scheme://host/path", other kinds of URI whole. Never longer than `uri`; cut to `size`. */
void uri_show(const char *uri, char *out, size_t size);

/* The whole URI with "***" for every secret. Cut to `size`. */
void uri_mask(const char *uri, char *out, size_t size);

/* Does it hold a secret? */
bool uri_has_secret(const char *uri);

/* Makes every URL in `text` what uri_show() makes of it. */
void uri_scrub(char *text);

#endif
