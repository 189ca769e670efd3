/* SPDX-License-Identifier: Apache-2.0
 * How a monitored item comes by its samples: a source that samples by itself tells us, all else is read at
 * the sampling interval. */
#include "service/subscription/monitored_item.h"

#include "base/log.h"
#include "service/server_private.h"
#include "service/subscription/subscription.h"

#include <math.h>

static const double longest_interval_ms = 24 * 3600e3;

/* The source that samples this attribute by itself; NULL: it is read. */
static const struct value_source *watching_source(const struct node *n, uint32_t attribute)
{
    if (!n || n->node_class != NODE_VARIABLE || attribute != ATTRIBUTE_VALUE)
        return NULL;
    const struct variable *v = &n->variable;
    return v->access_level & ACCESS_READ && v->source && v->source->watch ? v->source : NULL;
}

double sampling_revise(const struct server *s, const struct node *n, uint32_t attribute, double wanted_ms,
                       double publishing_interval_ms)
{
    bool watched = watching_source(n, attribute);
    double least = watched ? 0 : s->limits.min_sampling_interval_ms;
    if (watched && wanted_ms == 0)
        return 0; /* every new value */
    if (n->node_class == NODE_VARIABLE && attribute == ATTRIBUTE_VALUE)
        least = fmax(least, n->variable.minimum_sampling_interval);
    double interval = wanted_ms >= 0 ? wanted_ms : publishing_interval_ms; /* negative, or not a number */
    return fmin(fmax(interval, least), longest_interval_ms);
}

/* Of our own timer. */
static int64_t interval_ns(const struct monitored_item *item)
{
    double least = item->subscription->server->limits.min_sampling_interval_ms;
    return (int64_t)(fmax(item->settings.sampling_interval_ms, least) * (double)NS_PER_MS);
}

static struct timer_queue *timers_of(const struct monitored_item *item)
{
    return item->subscription->server->timers;
}

static void take_read(struct value_answer *a, const struct ua_data_value *value)
{
    struct attribute_read *read = container_of(a, struct attribute_read, answer);
    struct monitored_item *item = container_of(read, struct monitored_item, read);
    attribute_read_done(read);
    item->lost = value->status == UA_BAD_NODE_ID_UNKNOWN;
    monitored_item_sample(item, value);
}

static void read_now(struct monitored_item *item)
{
    struct server *s = item->subscription->server;
    arena_clear(&item->arena);
    item->read = (struct attribute_read){
        .session = item->subscription->session,
        .answer = {
            .give = take_read,
            .max_age_ms = item->settings.sampling_interval_ms,
            .deadline_ns = server_mono_ns(s) + (int64_t)(s->limits.max_wait_ms * (double)NS_PER_MS),
            .arena = &item->arena,
        }};
    attribute_read_start(s, &item->node_id, item->attribute, &item->read);
    if (!item->read.source)
        arena_clear(&item->arena);
}

/* The node was away: looks whether it is there again, and how it is sampled now. */
static bool resume(struct monitored_item *item)
{
    ua_status status = sampling_start(item);
    if (!status)
        return true;
    item->lost = true;
    monitored_item_sample(item, &(struct ua_data_value){.status = status});
    return false;
}

/* At most one read is under way for an item. */
static void interval_ends(struct timer *t)
{
    struct monitored_item *item = container_of(t, struct monitored_item, timer);
    if (item->lost && resume(item))
        return;
    int64_t now = server_mono_ns(item->subscription->server);
    int64_t next = t->deadline_ns + interval_ns(item);
    if (timer_start_at(timers_of(item), t, next > now ? next : now + interval_ns(item)))
        log_error("service", "monitored item %u stops: no memory for its timer", item->id);
    if (!item->lost && !item->read.source)
        read_now(item);
}

static ua_status start_timer(struct monitored_item *item)
{
    item->timer.callback = interval_ends;
    return timer_start_in(timers_of(item), &item->timer, interval_ns(item)) ? UA_BAD_OUT_OF_MEMORY : UA_GOOD;
}

/* A source whose node is removed says so with Bad_NodeIdUnknown and forgets the watch. */
static void take_watched(struct value_watch *w, const struct ua_data_value *value)
{
    struct monitored_item *item = container_of(w, struct monitored_item, watch);
    if (value->status == UA_BAD_NODE_ID_UNKNOWN) {
        item->watched_by = NULL;
        item->lost = true;
        if (start_timer(item))
            log_error("service", "monitored item %u stops: no memory for its timer", item->id);
    }
    monitored_item_sample(item, value);
    arena_clear(&item->arena);
}

static ua_status watch(struct monitored_item *item, const struct node *n, const struct value_source *source)
{
    item->watch.sample = take_watched;
    item->watch.interval_ms = item->settings.sampling_interval_ms;
    item->watch.deadband_percent = item->settings.filter.picture_percent;
    item->watched_by = source;
    item->watched_user = n->variable.source_user;
    ua_status status = source->watch(n->variable.source_user, n, &item->watch);
    if (status)
        item->watched_by = NULL;
    return status;
}

ua_status sampling_start(struct monitored_item *item)
{
    const struct node *n = space_find(item->subscription->server->space, &item->node_id);
    const struct value_source *source = watching_source(n, item->attribute);
    item->lost = false;
    item->secret = n && n->guard == GUARD_SECRET && item->attribute == ATTRIBUTE_VALUE;
    if (source)
        return watch(item, n, source);
    ua_status status = start_timer(item);
    if (!status)
        read_now(item);
    return status;
}

ua_status sampling_adjust(struct monitored_item *item)
{
    if (!item->watched_by)
        return start_timer(item);
    const struct node *n = space_find(item->subscription->server->space, &item->node_id);
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    struct value_watch before = item->watch;
    item->watch.interval_ms = item->settings.sampling_interval_ms;
    item->watch.deadband_percent = item->settings.filter.picture_percent;
    ua_status status = item->watched_by->watch(item->watched_user, n, &item->watch);
    if (status) {
        item->watch.interval_ms = before.interval_ms;
        item->watch.deadband_percent = before.deadband_percent;
    }
    return status;
}

void sampling_stop(struct monitored_item *item)
{
    timer_stop(timers_of(item), &item->timer);
    attribute_read_cancel(&item->read);
    if (item->watched_by)
        item->watched_by->unwatch(item->watched_user, &item->watch);
    item->watched_by = NULL;
    item->watch = (struct value_watch){0};
    arena_clear(&item->arena);
}
