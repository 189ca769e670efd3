/* SPDX-License-Identifier: Apache-2.0
 * Features of a device by name, the way streaming needs them: what a camera lacks or does not let us set is
 * passed over. A device that does not answer is lost and not asked again. The device's lock is held. */
#ifndef UACAM_CAMERA_GENICAM_MODULE_FEATURE_H
#define UACAM_CAMERA_GENICAM_MODULE_FEATURE_H

#include "camera/genicam/module/device.h"

/* SFNC's names and those that older cameras have for the same, NULL-ended, best first. */
extern const char *const frame_rate_names[];
extern const char *const exposure_time_names[];

/* The first of `names` that the device has and that is available now; NULL: none. */
const char *feature_first(struct genicam_device *d, const char *const *names);

bool feature_has(struct genicam_device *d, const char *name);

/* The text it has now, such as an enumeration's entry; empty when it cannot be read. */
void feature_text(struct genicam_device *d, const char *name, char *out, size_t size);

/* Does it have this text now? */
bool feature_is(struct genicam_device *d, const char *name, const char *value);

/* The number it has now, integer or not; `otherwise` when it cannot be read. */
double feature_number(struct genicam_device *d, const char *name, double otherwise);

/* Sets what can be set; false when it could not. Integers are brought within bounds and to a step. */
bool feature_set_integer(struct genicam_device *d, const char *name, int64_t value);
bool feature_set_number(struct genicam_device *d, const char *name, double value);
bool feature_set_choice(struct genicam_device *d, const char *name, const char *value);
bool feature_execute(struct genicam_device *d, const char *name);

/* Reads how long exposures take into the device's `exposure_ns`. */
void feature_note_exposure(struct genicam_device *d);

#endif
