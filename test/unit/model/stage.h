/* SPDX-License-Identifier: Apache-2.0
 * One simulated camera "one", 64x48, as nodes in a space, with a loop that runs until an answer comes. */
#ifndef UACAM_TEST_MODEL_STAGE_H
#define UACAM_TEST_MODEL_STAGE_H

#include "model/model.h"
#include "net/loop.h"

struct stage {
    struct loop *loop;
    struct camera_set *cameras;
    struct space *space;
    struct model *model;
    uint16_t ns;
    struct arena arena;
    struct timer patience;
    struct ua_data_value value; /* what was given last */
    struct blob *picture;       /* the last one given, shared */
    ua_status called;           /* result of the last call */
    struct ua_variant output;   /* its first output; a picture is in `picture` */
};

/* For cmocka: *state is the stage. */
int stage_setup(void **state);
int stage_teardown(void **state);

/* By "Cameras/one/...", NULL: no such node. */
struct node *stage_find(struct stage *s, const char *text);

/* Reads a Variable that has a source, maxAge 0. Lives until the next read. */
const struct ua_data_value *stage_read(struct stage *s, const char *text);

ua_status stage_write(struct stage *s, const char *text, struct ua_variant value);

/* Calls a Method in a session; the outcome is in the stage. */
ua_status stage_call(struct stage *s, const char *text, uint32_t session_key, const struct ua_variant *inputs,
                     size_t input_count);

#endif
