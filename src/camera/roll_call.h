/* SPDX-License-Identifier: Apache-2.0
 * Which of the cameras that were found is which of those that are known. Pure; any thread.
 *
 * The strongest sign decides first: the key that the backend gave, then the id, then the place of one that
 * was named by its place before anybody knew who is there. Nobody is taken for two. */
#ifndef UACAM_CAMERA_ROLL_CALL_H
#define UACAM_CAMERA_ROLL_CALL_H

#include "camera/backend.h"

#define ROLL_CALL_NOBODY SIZE_MAX

/* For each of `found`, the index among `known` or ROLL_CALL_NOBODY into `who`. Known ones that are NULL are
 * nobody. */
void roll_call(const struct camera_identity *const *known, size_t known_count,
               const struct camera_identity *found, size_t found_count, size_t *who);

#endif
