/* SPDX-License-Identifier: Apache-2.0
 * What was written to the settings of a camera, for when it comes back. Any thread, one at a time.
 *
 * Texts, not values: the device that comes back may have other choices and bounds. In the order of writing,
 * as one setting may rule another. As text it is a line each, "Gain: 12.5". */
#ifndef UACAM_CAMERA_SETTING_MEMORY_H
#define UACAM_CAMERA_SETTING_MEMORY_H

#include "base/bytes.h"
#include "camera/backend.h"

enum { SETTING_PATH = SETTING_TEXT + SETTING_NAME, SETTING_MEMORY_MAX = 256 };

struct remembered_setting {
    char path[SETTING_PATH];
    char text[SETTING_TEXT];
};

/* Zero it to begin. */
struct setting_memory {
    struct remembered_setting *rows; /* oldest first */
    size_t count;
};

void setting_memory_clear(struct setting_memory *m);

/* Replaces what was remembered of that path. ERR_INVALID for what a line cannot hold, ERR_LIMIT,
 * ERR_NO_MEMORY. */
must_check int setting_memory_put(struct setting_memory *m, const char *path, const char *text);

/* ERR_NO_MEMORY. */
must_check int setting_memory_copy(const struct setting_memory *m, struct setting_memory *out);

/* Adds what the lines say. What is no such line is passed over; *bad counts those. ERR_NO_MEMORY. */
must_check int setting_memory_read(struct setting_memory *m, struct slice text, size_t *bad);
must_check int setting_memory_show(const struct setting_memory *m, struct buf *out);

/* Writes all of it to an open device; changes `wish` as apply() does. What the device lacks now or refuses is
 * passed over with a line in the log. Fails as list() does. */
must_check int setting_memory_restore(const struct setting_memory *m, const struct tuner_ops *ops,
                                      void *device, const char *id, struct capture_wish *wish,
                                      struct err_text *why);

#endif
