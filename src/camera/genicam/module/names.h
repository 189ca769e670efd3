/* SPDX-License-Identifier: Apache-2.0
 * What features are called among the settings of a camera. Pure; any thread. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_NAMES_H
#define UACAM_CAMERA_GENICAM_MODULE_NAMES_H

#include "base/bytes.h"

enum { NAMES_OF_ONE = 3 };

/* A setting that every camera may have, by SFNC's name and those of older cameras, best first. */
struct known_feature {
    const char *names[NAMES_OF_ONE];
    const char *unit; /* SFNC's; NULL: what the device says */
    unsigned flags;   /* enum setting_flag, besides those of the device */
};

const struct known_feature *known_features(size_t *count);

/* NULL: not among them. By any of its names. */
const struct known_feature *known_feature(const char *name);

/* Features that are ours alone, for they start, stop or lead the stream elsewhere. */
bool feature_is_ours(const char *name);

#endif
