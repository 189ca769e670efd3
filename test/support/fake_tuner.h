/* SPDX-License-Identifier: Apache-2.0
 * A device with a few settings that fails and hangs as the test says. One at a time, any thread.
 *
 *     Gain      0 to 10            GainAuto  Off, Continuous: then Gain is inactive
 *     Width     8 to 64, the wish  Mode      0 to 3, only while `camera` does not stream
 *     Reset     a command          Serial    read only */
#ifndef UACAM_TEST_FAKE_TUNER_H
#define UACAM_TEST_FAKE_TUNER_H

#include "support/fake_camera.h"

enum fake_tuner_op { FAKE_NO_OP, FAKE_OPEN, FAKE_LIST, FAKE_APPLY };

struct fake_tuner {
    struct tuner_ops ops;
    struct fake_camera *camera;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int bell; /* readable: wait() shall tell of a change */

    /* What the test wants. */
    enum fake_tuner_op hangs;
    enum fake_tuner_op fails; /* with: */
    int code;
    double gain_max;

    /* What happened. */
    double gain;
    int64_t gain_auto, mode, resets;
    unsigned opens, closes, lists, applies;
    unsigned opens_of_camera; /* when something was applied last */
    char applied[256];        /* "Gain Width ": the paths, in order */
};

void fake_tuner_init(struct fake_tuner *t, struct fake_camera *camera);
void fake_tuner_clear(struct fake_tuner *t); /* once all devices are closed: waits for that */

void fake_tuner_hang(struct fake_tuner *t, enum fake_tuner_op op);
void fake_tuner_fail(struct fake_tuner *t, enum fake_tuner_op op, int code);

/* Somebody else turns the knob; tells wait(). */
void fake_tuner_turn(struct fake_tuner *t, double gain);
/* Another range of Gain. */
void fake_tuner_limit(struct fake_tuner *t, double gain_max);

double fake_tuner_gain(struct fake_tuner *t);
unsigned fake_tuner_count(struct fake_tuner *t, const unsigned *count);

#endif
