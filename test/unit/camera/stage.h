/* SPDX-License-Identifier: Apache-2.0
 * A real loop with one worker, a scripted camera on it, and people who ask for pictures.
 *
 * Waiting is for conditions, with a generous cap; nothing here depends on how fast the machine is. */
#ifndef UACAM_TEST_CAMERA_STAGE_H
#define UACAM_TEST_CAMERA_STAGE_H

#include "camera/camera.h"
#include "net/loop.h"
#include "support/fake_camera.h"

struct stage {
    struct loop *loop;
    struct fake_camera device;
    struct camera *camera;
    int64_t clock_ns; /* of exposures; runs ahead of the real clock */
    unsigned facts_changed;
    unsigned settings_changed, others_changed; /* `others`: of those, with other bounds */
    bool hopeless;                             /* something hangs: it is not waited for at the end */
    struct workshop *workshop;
};

/* Cameras linger for an hour, wait for an hour and see changes of more than 30. */
struct camera_config stage_config(void);

/* As cmocka's fixtures, a struct stage in *state. */
int stage_set_up(void **state);
int stage_tear_down(void **state);

/* Replaces the camera by one with another configuration. */
void stage_configure(struct stage *s, const struct camera_config *config);

/* Ends the camera, leaving its backend behind when it hangs. */
void stage_end_camera(struct stage *s);

/* Runs the loop until `done(user)`. Fails the test after half a minute. */
typedef bool (*stage_condition)(void *user);
void stage_run_until(struct stage *s, stage_condition done, void *user);

/* Runs the loop until all that was posted before was handled. */
void stage_settle(struct stage *s);
void stage_until_streaming(struct stage *s);
void stage_until_device_streams(struct stage *s);
void stage_until_opens(struct stage *s, unsigned count);
void stage_until_ends(struct stage *s, unsigned count);
void stage_until_lost(struct stage *s, unsigned count);
void stage_until_state(struct stage *s, enum camera_state state);

/* One exposure `after_ns` later than the last (or now): offers it, runs the loop until it was seen. */
void stage_expose(struct stage *s, int64_t after_ns, int luma);

/* Between the two the worker does nothing; the loop may run. */
void stage_hold_worker(struct stage *s);
void stage_release_worker(struct stage *s);

/* Runs the loop until all work is done that the frames so far gave cause to. */
void stage_work_off(struct stage *s);

enum { ASKER_PICTURES = 64 };

/* Somebody who asks, and remembers what he got. */
struct asker {
    struct demand demand;
    unsigned pictures, failures;
    int code;
    struct err_text why;
    uint64_t numbers[ASKER_PICTURES];
    int64_t exposed_ns[ASKER_PICTURES];
    double changes[ASKER_PICTURES];
    struct blob *image; /* the last; shared. NULL for one who measures */
    struct stage *stage;
    void (*then)(struct asker *a); /* called at each answer; NULL: nothing */
    struct asker *other;           /* for `then` */
};

struct asker asker_of(enum image_format format);
void asker_clear(struct asker *a);
void asker_shoot(struct asker *a, struct stage *s, int64_t newer_than_ns);
void asker_follow(struct asker *a, struct stage *s, int64_t interval_ns);

/* Runs the loop until it has so many pictures or failures in all. */
void asker_until_pictures(struct asker *a, struct stage *s, unsigned count);
void asker_until_failures(struct asker *a, struct stage *s, unsigned count);

#endif
