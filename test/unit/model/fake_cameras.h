/* SPDX-License-Identifier: Apache-2.0
 * Cameras whose devices the test plays: takes the place of camera/camera.h's and camera_set.h's functions, as
 * far as the model calls them.
 *
 *     struct camera c;
 *     fake_camera_init(&c, "one");
 *     fake_camera_set(&c, (struct setting){.name = "Gain", .kind = SETTING_INTEGER, .max = 100});
 *     fake_observer.added(fake_observer.user, &c);
 *     ... a client writes ...
 *     fake_camera_written(&c, 0, "");
 */
#ifndef UACAM_TEST_MODEL_FAKE_CAMERAS_H
#define UACAM_TEST_MODEL_FAKE_CAMERAS_H

#include "camera/camera_set.h"

enum { FAKE_WRITES_MAX = 16 };

struct fake_write {
    char path[SETTING_TEXT + SETTING_NAME];
    struct setting_value value;
    struct setting_request *request; /* NULL: cancelled */
};

struct camera {
    struct camera_identity identity;
    struct camera_config config;
    struct camera_facts facts;
    struct setting_list settings;
    struct setting_request *reading; /* NULL: nobody reads */
    size_t readings;                 /* how often the device was asked */
    struct fake_write writes[FAKE_WRITES_MAX];
    size_t write_count, answered_count;
    int watches;
};

/* Whom the model made the observer. */
extern struct camera_observer fake_observer;

void fake_camera_init(struct camera *c, const char *id);
void fake_camera_clear(struct camera *c);

/* Lists it, in place of the one of the same path if there is one; nobody is told. */
void fake_camera_set(struct camera *c, struct setting s);
void fake_camera_unset(struct camera *c, const char *path);

/* The row, to change its value. */
struct setting *fake_camera_row(struct camera *c, const char *path);

/* The device answers: to the reading under way; to the oldest write that was not answered. */
void fake_camera_read(struct camera *c, int code);
void fake_camera_written(struct camera *c, int code, const char *why);

#endif
