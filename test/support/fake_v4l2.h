/* SPDX-License-Identifier: Apache-2.0
 * A V4L2 device of the test's own: link with -Wl,--wrap=v4l2_call, fill `fake_v4l2`, call the code under test
 * with `fake_device`. */
#ifndef UACAM_TEST_FAKE_V4L2_H
#define UACAM_TEST_FAKE_V4L2_H

#include "camera/v4l2/device.h"

struct fake_item {
    uint32_t index;
    const char *name; /* of a menu */
    int64_t value;    /* of an integer menu */
};

struct fake_control {
    uint32_t id;
    uint32_t type;
    const char *name;
    int64_t min, max, step;
    uint32_t flags;
    int64_t value;
    char text[64];
    const struct fake_item *menu; /* ended by one without a name */
    int read_errnum, write_errnum;
};

/* Ended by one of width 0. With `max_width` it is a range of sizes. */
struct fake_size {
    uint32_t width, height;
    uint32_t max_width, max_height, step;
    double fps[4]; /* ended by 0 */
};

struct fake_format {
    uint32_t fourcc;
    const struct fake_size *sizes;
};

struct fake_v4l2 {
    struct fake_control *controls; /* by id, rising */
    size_t control_count;
    const struct fake_format *formats;
    size_t format_count;
    unsigned writes;
};

extern struct fake_v4l2 fake_v4l2;
extern const struct v4l2_device fake_device; /* "/dev/fake" */

int __wrap_v4l2_call(const struct v4l2_device *d, unsigned long request, void *arg);

#endif
