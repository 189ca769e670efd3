/* SPDX-License-Identifier: Apache-2.0
 * A space with the nodes of cameras that the test plays, its clock in the test's hand; and clients: who
 * reads, writes, calls, watches. */
#ifndef UACAM_TEST_MODEL_DESK_H
#define UACAM_TEST_MODEL_DESK_H

#include "fake_cameras.h"
#include "model/model.h"
#include "support/fake_clock.h"

struct desk {
    struct fake_clock time;
    struct timer_queue timers;
    struct space *space;
    struct model *model;
    uint16_t ns;
    struct arena arena;
    struct camera one, two; /* not added yet */
    /* What the model's observer heard last. */
    char affected[128];
    unsigned verbs;
    size_t changes;
};

int desk_setup(void **state);
int desk_teardown(void **state);

void desk_add(struct desk *d, struct camera *c);

/* Turns the clock, and runs each timer at its own time. */
void desk_pass(struct desk *d, int64_t ms);

/* By "Cameras/one/...", NULL: no such node. */
struct node *desk_find(struct desk *d, const char *text);

/* The stored value of a Property; lives as long as the desk. */
struct ua_variant desk_stored(struct desk *d, const char *text);

/* One that waits. The value's text lives until the setting changes. */
struct waiting {
    struct value_answer answer;
    struct value_write write;
    struct method_call call;
    struct value_watch watch;
    const struct node *node;
    struct ua_data_value value; /* what was given or told last */
    ua_status status;           /* of the write or the call */
    size_t given;               /* how often it was answered or told */
};

void desk_read(struct desk *d, struct waiting *w, const char *text, double max_age_ms);
void desk_write(struct desk *d, struct waiting *w, const char *text, struct ua_variant value);
void desk_call(struct desk *d, struct waiting *w, const char *text);
void desk_watch(struct desk *d, struct waiting *w, const char *text, double interval_ms);
void desk_unwatch(struct waiting *w);

#endif
