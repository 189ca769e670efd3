/* SPDX-License-Identifier: Apache-2.0
 * What needs an exposure: pictures, and ChangePercent. Shot when it is read, followed while it is monitored.
 */
#include "model/camera_node.h"
#include "model/model_private.h"
#include "model/status.h"

#include <math.h>
#include <stdlib.h>

/* A parked read, in the asker's arena. */
struct exposure_read {
    struct demand demand;
    struct value_answer *answer;
};

/* An active watch. */
struct exposure_watch {
    struct demand demand;
    struct value_watch *watch;
};

static struct ua_data_value value_of_snapshot(const struct snapshot *s)
{
    struct ua_data_value value = {.source_timestamp = ua_datetime_of_utc_ns(s->exposed_utc_ns)};
    if (s->image->bytes.len > MODEL_MAX_IMAGE_BYTES) {
        value.status = UA_BAD_ENCODING_LIMITS_EXCEEDED;
        return value;
    }
    value.value = ua_variant_blob(s->image, s->image->bytes);
    value.has_value = true;
    return value;
}

/* The first sample has nothing before it. */
static struct ua_data_value value_of_change(const struct snapshot *s)
{
    bool first = s->change_percent < 0;
    return (struct ua_data_value){
        .value = ua_variant_double(first ? 0 : s->change_percent),
        .status = first ? UA_UNCERTAIN_INITIAL_VALUE : UA_GOOD,
        .source_timestamp = ua_datetime_of_utc_ns(s->exposed_utc_ns),
        .has_value = true,
    };
}

static struct ua_data_value value_of(const struct camera_member *member, const struct snapshot *s, int code)
{
    if (!s)
        return (struct ua_data_value){
            .status = model_status_of_failure(code),
            .source_timestamp = ua_datetime_of_utc_ns(clock_utc_ns(member->owner->model->clock)),
        };
    return member->row->source == &change_source ? value_of_change(s) : value_of_snapshot(s);
}

static void shot(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    (void)why; /* clients find it in Status/LastError */
    struct exposure_read *read = container_of(d, struct exposure_read, demand);
    const struct camera_member *member = d->user;
    struct ua_data_value value = value_of(member, s, code);
    read->answer->parked = NULL;
    read->answer->give(read->answer, &value);
}

/* Part 4 §5.11.2.2: 0 is a new picture, Int32's largest value and more any that there is. */
static int64_t newer_than(int64_t now_ns, double max_age_ms)
{
    if (max_age_ms >= INT32_MAX)
        return 0;
    return now_ns - (int64_t)(max_age_ms * (double)NS_PER_MS);
}

static void read_exposure(void *user, const struct node *node, struct value_answer *a)
{
    (void)node;
    struct camera_member *member = user;
    struct camera_node *n = member->owner;
    struct exposure_read *read = arena_alloc(a->arena, 1, sizeof *read);
    if (!read) {
        a->give(a, &(struct ua_data_value){.status = UA_BAD_OUT_OF_MEMORY});
        return;
    }
    read->answer = a;
    read->demand = (struct demand){
        .recipe = camera_node_recipe(member),
        .newer_than_mono_ns = newer_than(clock_mono_ns(n->model->clock), a->max_age_ms),
        .deadline_mono_ns = a->deadline_ns,
        .measures = member->row->source == &change_source,
        .done = shot,
        .user = member,
    };
    a->parked = read;
    camera_shoot(n->camera, &read->demand);
}

static void cancel_read(void *user, struct value_answer *a)
{
    (void)user;
    struct exposure_read *read = a->parked;
    demand_cancel(&read->demand);
    a->parked = NULL;
}

static void followed(struct demand *d, const struct snapshot *s, int code, const char *why)
{
    (void)why;
    struct exposure_watch *follow = container_of(d, struct exposure_watch, demand);
    const struct camera_member *member = d->user;
    struct ua_data_value value = value_of(member, s, code);
    follow->watch->sample(follow->watch, &value);
}

static int64_t interval_of(const struct value_watch *w)
{
    return (int64_t)(fmin(w->interval_ms, INT32_MAX) * (double)NS_PER_MS);
}

static ua_status watch_exposures(void *user, const struct node *node, struct value_watch *w)
{
    (void)node;
    struct camera_member *member = user;
    struct exposure_watch *follow = w->state;
    if (follow) {
        demand_retune(&follow->demand, interval_of(w), w->deadband_percent);
        return UA_GOOD;
    }
    follow = w->state = calloc(1, sizeof *follow);
    if (!follow)
        return UA_BAD_OUT_OF_MEMORY;
    follow->watch = w;
    follow->demand = (struct demand){
        .recipe = camera_node_recipe(member),
        .interval_ns = interval_of(w),
        .deadband_percent = w->deadband_percent,
        .measures = member->row->source == &change_source,
        .done = followed,
        .user = member,
    };
    camera_follow(member->owner->camera, &follow->demand);
    return UA_GOOD;
}

static void unwatch(void *user, struct value_watch *w)
{
    (void)user;
    struct exposure_watch *follow = w->state;
    w->state = NULL;
    demand_cancel(&follow->demand);
    free(follow);
}

const struct value_source image_source = {
    .read = read_exposure,
    .cancel = cancel_read,
    .watch = watch_exposures,
    .unwatch = unwatch,
};

const struct value_source change_source = {
    .read = read_exposure,
    .cancel = cancel_read,
    .watch = watch_exposures,
    .unwatch = unwatch,
};
