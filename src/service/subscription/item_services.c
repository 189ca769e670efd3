/* SPDX-License-Identifier: Apache-2.0
 * The MonitoredItem Service Set (Part 4 §5.13.2 to §5.13.6, but SetTriggering). */
#include "service/server_private.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/subscription.h"

#include <math.h>

static bool check_timestamps(struct request *r, int32_t timestamps)
{
    if (timestamps >= UA_TIMESTAMPS_TO_RETURN_SOURCE && timestamps <= UA_TIMESTAMPS_TO_RETURN_NEITHER)
        return true;
    request_fault(r, UA_BAD_TIMESTAMPS_TO_RETURN_INVALID);
    return false;
}

static bool mode_is_known(int32_t mode)
{
    return mode >= UA_MONITORING_MODE_DISABLED && mode <= UA_MONITORING_MODE_REPORTING;
}

static uint32_t revise_queue(const struct server *s, const struct node *n, uint32_t attribute,
                             uint32_t wanted)
{
    bool picture = attribute == ATTRIBUTE_VALUE && variable_is_picture(s->space, n);
    uint32_t most = picture ? s->limits.picture_queue : s->limits.item_queue;
    if (wanted > most)
        wanted = most;
    return wanted > 0 ? wanted : 1;
}

/* Of one item that is to be created or modified. */
struct wish {
    struct request *request;
    struct subscription *subscription;
    const struct node *node;
    uint32_t attribute;
    int32_t timestamps;
    const struct ua_monitoring_parameters *parameters;
};

/* Events are not sampled: of the parameters, the queue and the filter matter. */
static ua_status revise_event_item(const struct wish *wish, struct item_settings *out,
                                   struct ua_extension_object *filter_result)
{
    const struct ua_monitoring_parameters *wanted = wish->parameters;
    struct subscription *sub = wish->subscription;
    *out = (struct item_settings){
        .client_handle = wanted->client_handle,
        .queue_size = event_item_revise_queue(sub->server, wanted->queue_size),
        .discard_oldest = wanted->discard_oldest,
    };
    return event_item_read_filter(sub, wish->node, &wanted->filter, &wish->request->arena, &out->event_filter,
                                  filter_result);
}

static ua_status revise(const struct wish *wish, struct item_settings *out,
                        struct ua_extension_object *filter_result)
{
    const struct ua_monitoring_parameters *wanted = wish->parameters;
    const struct subscription *sub = wish->subscription;
    struct server *s = sub->server;
    *out = (struct item_settings){0};
    if (wish->attribute == ATTRIBUTE_EVENT_NOTIFIER)
        return revise_event_item(wish, out, filter_result);
    if (isnan(wanted->sampling_interval))
        return UA_BAD_INVALID_ARGUMENT;
    *out = (struct item_settings){
        .client_handle = wanted->client_handle,
        .timestamps = wish->timestamps,
        .sampling_interval_ms = sampling_revise(s, wish->node, wish->attribute, wanted->sampling_interval,
                                                sub->settings.publishing_interval_ms),
        .queue_size = revise_queue(s, wish->node, wish->attribute, wanted->queue_size),
        .discard_oldest = wanted->discard_oldest,
    };
    return data_change_filter_of(s, wish->node, wish->attribute, &wanted->filter, &out->filter);
}

/* What can be told of an item before it is sampled; all else comes as the status of its first sample. */
static ua_status check_target(const struct node *n, const struct ua_read_value_id *what)
{
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (!attribute_exists(n, what->attribute_id))
        return UA_BAD_ATTRIBUTE_ID_INVALID;
    return attribute_check_encoding(what->attribute_id, &what->data_encoding);
}

static ua_status create_item(struct request *r, struct subscription *sub,
                             const struct ua_monitored_item_create_request *in, int32_t timestamps,
                             struct ua_monitored_item_create_result *out)
{
    const struct ua_read_value_id *what = &in->item_to_monitor;
    struct server *s = sub->server;
    if (!mode_is_known(in->monitoring_mode))
        return UA_BAD_MONITORING_MODE_INVALID;
    const struct node *n = space_find(s->space, &what->node_id);
    ua_status status = check_target(n, what);
    struct index_range range = {0};
    if (!status)
        status = index_range_parse(what->index_range, &range);
    if (!status && sub->items.count >= s->limits.items_per_subscription)
        status = UA_BAD_TOO_MANY_MONITORED_ITEMS;
    struct item_settings settings = {0};
    struct wish wish = {r, sub, n, what->attribute_id, timestamps, &in->requested_parameters};
    if (!status)
        status = revise(&wish, &settings, &out->filter_result);
    if (status)
        return status;
    struct monitored_item *item =
        monitored_item_new(sub, &what->node_id, what->attribute_id, &range, &settings);
    if (!item) {
        event_item_drop_filter(sub, settings.event_filter);
        return UA_BAD_OUT_OF_MEMORY;
    }
    status = monitored_item_set_mode(item, in->monitoring_mode);
    if (status) {
        monitored_item_free(item);
        return status;
    }
    out->monitored_item_id = item->id;
    out->revised_sampling_interval = settings.sampling_interval_ms;
    out->revised_queue_size = settings.queue_size;
    return UA_GOOD;
}

void create_monitored_items(struct request *r, const void *decoded)
{
    const struct ua_create_monitored_items_request *req = decoded;
    size_t count = req->items_to_create_len;
    struct ua_monitored_item_create_result *results = request_results(r, count, sizeof *results);
    if (!results || !check_timestamps(r, req->timestamps_to_return))
        return;
    struct subscription *sub = subscription_of_request(r, req->subscription_id);
    if (!sub)
        return;
    for (size_t i = 0; i < count; i++)
        results[i].status_code =
            create_item(r, sub, &req->items_to_create[i], req->timestamps_to_return, &results[i]);
    struct ua_create_monitored_items_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}

static ua_status modify_item(struct request *r, struct subscription *sub,
                             const struct ua_monitored_item_modify_request *in, int32_t timestamps,
                             struct ua_monitored_item_modify_result *out)
{
    struct monitored_item *item = subscription_item(sub, in->monitored_item_id);
    if (!item)
        return UA_BAD_MONITORED_ITEM_ID_INVALID;
    const struct node *n = space_find(sub->server->space, &item->node_id);
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    struct item_settings settings;
    struct wish wish = {r, sub, n, item->attribute, timestamps, &in->requested_parameters};
    ua_status status = revise(&wish, &settings, &out->filter_result);
    if (!status)
        status = monitored_item_modify(item, &settings);
    if (status)
        return status;
    out->revised_sampling_interval = settings.sampling_interval_ms;
    out->revised_queue_size = settings.queue_size;
    return UA_GOOD;
}

void modify_monitored_items(struct request *r, const void *decoded)
{
    const struct ua_modify_monitored_items_request *req = decoded;
    size_t count = req->items_to_modify_len;
    struct ua_monitored_item_modify_result *results = request_results(r, count, sizeof *results);
    if (!results || !check_timestamps(r, req->timestamps_to_return))
        return;
    struct subscription *sub = subscription_of_request(r, req->subscription_id);
    if (!sub)
        return;
    for (size_t i = 0; i < count; i++)
        results[i].status_code =
            modify_item(r, sub, &req->items_to_modify[i], req->timestamps_to_return, &results[i]);
    struct ua_modify_monitored_items_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}

void delete_monitored_items(struct request *r, const void *decoded)
{
    const struct ua_delete_monitored_items_request *req = decoded;
    size_t count = req->monitored_item_ids_len;
    ua_status *results = request_results(r, count, sizeof *results);
    struct subscription *sub = results ? subscription_of_request(r, req->subscription_id) : NULL;
    if (!sub)
        return;
    for (size_t i = 0; i < count; i++) {
        struct monitored_item *item = subscription_item(sub, req->monitored_item_ids[i]);
        results[i] = item ? UA_GOOD : UA_BAD_MONITORED_ITEM_ID_INVALID;
        if (item)
            monitored_item_free(item);
    }
    struct ua_delete_monitored_items_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}

void set_monitoring_mode(struct request *r, const void *decoded)
{
    const struct ua_set_monitoring_mode_request *req = decoded;
    size_t count = req->monitored_item_ids_len;
    ua_status *results = request_results(r, count, sizeof *results);
    struct subscription *sub = results ? subscription_of_request(r, req->subscription_id) : NULL;
    if (!sub)
        return;
    if (!mode_is_known(req->monitoring_mode)) {
        request_fault(r, UA_BAD_MONITORING_MODE_INVALID);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct monitored_item *item = subscription_item(sub, req->monitored_item_ids[i]);
        results[i] =
            item ? monitored_item_set_mode(item, req->monitoring_mode) : UA_BAD_MONITORED_ITEM_ID_INVALID;
    }
    struct ua_set_monitoring_mode_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}
