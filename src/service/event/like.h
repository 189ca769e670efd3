/* SPDX-License-Identifier: Apache-2.0
 * The patterns of the operator Like (Part 4 §7.7.3): % any text, _ any character, [a-f0] one of these, [^a-f]
 * none of these, \ before what is meant literally. Characters are UTF-8, case counts. Any thread. */
#ifndef UACAM_SERVICE_EVENT_LIKE_H
#define UACAM_SERVICE_EVENT_LIKE_H

#include "base/bytes.h"

/* A longer pattern matches nothing, nor does one that takes too many steps to compare: clients choose them.
 */
enum { LIKE_PATTERN_MAX = 256, LIKE_STEPS_MAX = 1 << 16 };

bool like_matches(struct slice text, struct slice pattern);

#endif
