/* SPDX-License-Identifier: Apache-2.0
 * A source that samples by itself, as a camera's pictures do: the test says when there is a new one.
 *
 *     struct fake_picture p = {0};
 *     stage_add_source(&stage, "picture", UA_ID_IMAGEJPG, &fake_picture_source, &p);
 *     struct blob *shot = picture_of(100000, 'a');
 *     fake_picture_show(&p, shot);
 */
#ifndef UACAM_TEST_SERVICE_FAKE_PICTURE_H
#define UACAM_TEST_SERVICE_FAKE_PICTURE_H

#include "space/value_source.h"

enum { FAKE_PICTURE_WATCHES_MAX = 64 };

struct fake_picture {
    struct value_watch *watches[FAKE_PICTURE_WATCHES_MAX];
    size_t count;
    ua_status refuse; /* what the next watch() answers */
};

extern const struct value_source fake_picture_source;

/* Gives it to all who watch. */
void fake_picture_show(struct fake_picture *p, struct blob *picture);
void fake_picture_fail(struct fake_picture *p, ua_status status);

/* `len` bytes, all `fill`; the caller holds a reference. */
struct blob *picture_of(size_t len, char fill);

#endif
