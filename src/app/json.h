/* SPDX-License-Identifier: Apache-2.0
 * The little JSON that commands print. */
#ifndef UACAM_APP_JSON_H
#define UACAM_APP_JSON_H

#include <stdio.h>

/* In quotes, escaped. `text` is UTF-8. */
void json_print_string(FILE *out, const char *text);

#endif
