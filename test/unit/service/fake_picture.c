/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "fake_picture.h"

#include <string.h>

static size_t place_of(const struct fake_picture *p, const struct value_watch *w)
{
    size_t i = 0;
    while (i < p->count && p->watches[i] != w)
        i++;
    return i;
}

static ua_status watch(void *user, const struct node *n, struct value_watch *w)
{
    (void)n;
    struct fake_picture *p = user;
    if (p->refuse)
        return p->refuse;
    size_t i = place_of(p, w);
    assert_true(i < FAKE_PICTURE_WATCHES_MAX);
    p->watches[i] = w;
    if (i == p->count)
        p->count++;
    return UA_GOOD;
}

static void unwatch(void *user, struct value_watch *w)
{
    struct fake_picture *p = user;
    size_t i = place_of(p, w);
    assert_true(i < p->count);
    p->watches[i] = p->watches[--p->count];
}

const struct value_source fake_picture_source = {.watch = watch, .unwatch = unwatch};

static void give(struct fake_picture *p, const struct ua_data_value *v)
{
    struct fake_picture now = *p;
    for (size_t i = 0; i < now.count; i++)
        now.watches[i]->sample(now.watches[i], v);
}

void fake_picture_show(struct fake_picture *p, struct blob *picture)
{
    give(p, &(struct ua_data_value){.value = ua_variant_blob(picture, picture->bytes), .has_value = true});
}

void fake_picture_fail(struct fake_picture *p, ua_status status)
{
    give(p, &(struct ua_data_value){.status = status});
    if (status == UA_BAD_NODE_ID_UNKNOWN)
        p->count = 0;
}

struct blob *picture_of(size_t len, char fill)
{
    uint8_t *bytes;
    struct blob *out = blob_with_room(len, &bytes);
    assert_non_null(out);
    memset(bytes, fill, len);
    return out;
}
