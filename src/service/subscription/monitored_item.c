/* SPDX-License-Identifier: Apache-2.0 */
#include "service/subscription/monitored_item.h"

#include "base/log.h"
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/subscription/subscription.h"

#include <stdlib.h>
#include <string.h>

/* NodeIds of clients borrow from the request: keeps the text of one. */
static bool keep_node_id(struct monitored_item *item, const struct ua_nodeid *id)
{
    item->node_id = *id;
    if (id->kind != UA_ID_STRING && id->kind != UA_ID_OPAQUE)
        return true;
    item->node_id_text = malloc(id->string.len ? id->string.len : 1);
    if (!item->node_id_text)
        return false;
    if (id->string.len)
        memcpy(item->node_id_text, id->string.data, id->string.len);
    item->node_id.string.data = item->node_id_text;
    return true;
}

static uint32_t unused_id(struct subscription *sub)
{
    do
        sub->last_item_id++;
    while (sub->last_item_id == 0 || subscription_item(sub, sub->last_item_id));
    return sub->last_item_id;
}

struct monitored_item *monitored_item_new(struct subscription *sub, const struct ua_nodeid *node_id,
                                          uint32_t attribute, const struct index_range *range,
                                          const struct item_settings *settings)
{
    struct monitored_item *item = calloc(1, sizeof *item);
    if (!item)
        return NULL;
    item->subscription = sub;
    item->id = unused_id(sub);
    item->attribute = attribute;
    item->range = *range;
    item->settings = *settings;
    item->mode = UA_MONITORING_MODE_DISABLED;
    sample_queue_init(&item->queue, settings->queue_size, settings->discard_oldest);
    event_queue_init(&item->events, &sub->event_budget, settings->queue_size, settings->discard_oldest);
    arena_init(&item->arena, sub->server->limits.arena_bytes);
    if (!keep_node_id(item, node_id) || map_add(&sub->items_by_id, &item->by_id, map_hash_u64(item->id))) {
        free(item->node_id_text);
        free(item);
        return NULL;
    }
    list_append(&sub->items, &item->link);
    return item;
}

static void make_unready(struct monitored_item *item)
{
    if (!item->ready)
        return;
    list_remove(&item->subscription->ready, &item->ready_link);
    item->ready = false;
}

bool monitored_item_is_of_events(const struct monitored_item *item)
{
    return item->settings.event_filter;
}

const struct list *monitored_item_waiting(const struct monitored_item *item)
{
    return monitored_item_is_of_events(item) ? &item->events.notes : &item->queue.samples;
}

static ua_status start(struct monitored_item *item)
{
    if (!monitored_item_is_of_events(item))
        return sampling_start(item);
    event_item_start(item);
    return UA_GOOD;
}

static void stop(struct monitored_item *item)
{
    if (monitored_item_is_of_events(item))
        event_item_stop(item);
    else
        sampling_stop(item);
}

static void clear_queues(struct monitored_item *item)
{
    make_unready(item);
    sample_queue_clear(&item->queue);
    event_queue_clear(&item->events);
}

void monitored_item_free(struct monitored_item *item)
{
    struct subscription *sub = item->subscription;
    stop(item);
    triggering_unlink(item);
    clear_queues(item);
    map_remove(&sub->items_by_id, &item->by_id);
    list_remove(&sub->items, &item->link);
    event_item_drop_filter(sub, item->settings.event_filter);
    free(item->node_id_text);
    free(item);
}

void monitored_item_make_ready(struct monitored_item *item)
{
    if (item->ready || monitored_item_waiting(item)->count == 0)
        return;
    list_append(&item->subscription->ready, &item->ready_link);
    item->ready = true;
}

void monitored_item_take(struct monitored_item *item)
{
    if (monitored_item_is_of_events(item))
        event_queue_take(&item->events);
    else
        sample_queue_take(&item->queue);
    if (monitored_item_waiting(item)->count == 0)
        make_unready(item);
}

void monitored_item_resend(struct monitored_item *item)
{
    if (item->mode != UA_MONITORING_MODE_REPORTING || monitored_item_is_of_events(item))
        return;
    if (item->queue.samples.count > 0 || sample_queue_restore(&item->queue))
        monitored_item_make_ready(item);
}

ua_status monitored_item_set_mode(struct monitored_item *item, int32_t mode)
{
    int32_t before = item->mode;
    if (mode == before)
        return UA_GOOD;
    item->mode = mode;
    if (mode == UA_MONITORING_MODE_DISABLED) {
        stop(item);
        clear_queues(item);
        return UA_GOOD;
    }
    if (before == UA_MONITORING_MODE_DISABLED) {
        ua_status status = start(item);
        if (status) {
            clear_queues(item);
            item->mode = before;
            return status;
        }
    }
    if (mode == UA_MONITORING_MODE_REPORTING)
        monitored_item_make_ready(item);
    else
        make_unready(item);
    return UA_GOOD;
}

static void modify_event_item(struct monitored_item *item, const struct item_settings *settings)
{
    event_item_drop_filter(item->subscription, item->settings.event_filter);
    item->settings = *settings;
    if (event_queue_resize(&item->events, settings->queue_size, settings->discard_oldest))
        event_item_tell_loss(item);
}

ua_status monitored_item_modify(struct monitored_item *item, const struct item_settings *settings)
{
    if (monitored_item_is_of_events(item)) {
        modify_event_item(item, settings);
        return UA_GOOD;
    }
    struct item_settings before = item->settings;
    item->settings = *settings;
    if (item->mode != UA_MONITORING_MODE_DISABLED) {
        ua_status status = sampling_adjust(item);
        if (status) {
            item->settings = before;
            return status;
        }
    }
    sample_queue_resize(&item->queue, settings->queue_size, settings->discard_oldest);
    return UA_GOOD;
}

static void cut(struct monitored_item *item, struct ua_data_value *value)
{
    if (item->range.count == 0 || !value->has_value)
        return;
    struct ua_variant part;
    ua_status status = index_range_cut(&item->range, &item->arena, &value->value, &part);
    if (status)
        *value = (struct ua_data_value){.status = status};
    else
        value->value = part;
}

void monitored_item_sample(struct monitored_item *item, const struct ua_data_value *given)
{
    struct subscription *sub = item->subscription;
    struct ua_data_value value = *given;
    if (item->secret && session_role(sub->session) < ROLE_ADMINISTRATOR)
        value = (struct ua_data_value){.status = UA_BAD_USER_ACCESS_DENIED};
    cut(item, &value);
    attribute_stamp(sub->server, item->attribute, UA_TIMESTAMPS_TO_RETURN_BOTH, &value);
    struct sample *s = sample_new(&value);
    if (!s) {
        log_warning("service", "a sample of monitored item %u is lost: no memory", item->id);
        return;
    }
    const struct sample *last = sample_queue_newest(&item->queue);
    if (last && !data_change_filter_passes(&item->settings.filter, last, s, &item->arena)) {
        sample_free(s);
        return;
    }
    if (sample_queue_push(&item->queue, s)) {
        sub->server->counts.values_replaced++;
        if (item->queue.size > 1)
            sub->counts.queue_overflows++;
    }
    if (item->mode == UA_MONITORING_MODE_REPORTING)
        monitored_item_make_ready(item);
    triggering_fire(item);
}
