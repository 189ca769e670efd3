/* SPDX-License-Identifier: Apache-2.0
 * Values that are no pictures, as people read them. */
#ifndef UACAM_APP_VALUE_TEXT_H
#define UACAM_APP_VALUE_TEXT_H

#include "wire/types.h"

/* "42", "true", "2026-01-31T12:00:00.123Z", or the text itself, cut to `size`, without what a terminal would
 * obey. False: it is no number, no switch, no time and no text, or it is an array. */
bool value_text(const struct ua_variant *v, char *out, size_t size);

#endif
