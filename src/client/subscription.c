/* SPDX-License-Identifier: Apache-2.0
 * CreateSubscription, CreateMonitoredItems, then Publish after Publish (Part 4 §5.13, §5.14). */
#include "client/subscription.h"

#include "client/client_private.h"

#include <stdlib.h>

enum {
    PUBLISHES = 3, /* kept with the server */
    VALUE_ATTRIBUTE = 13,
    KEEP_ALIVE_MS = 5000,
    SILENCE_MS = 1000, /* borne beside MISSED keep-alives */
    MISSED = 3,
    LIFETIME_COUNT = 10, /* keep-alives */
    MAX_KEPT = 16 << 20, /* bytes of items */
    MAX_ARGUMENTS = 16 << 20,
};

struct client_subscription {
    struct client *client;
    struct client_subscription_config config; /* its items lie in `kept` */
    struct arena kept;
    uint32_t id;
    int64_t silence_ns; /* the longest one */
    struct timer silence;
    unsigned publishes; /* with the server */
    unsigned most_publishes;
    bool over;
};

void client_subscription_free(struct client_subscription *s)
{
    if (!s)
        return;
    timer_stop(loop_timers(s->client->loop), &s->silence);
    arena_clear(&s->kept);
    free(s);
}

/* ---- the end ---- */

static void end(struct client_subscription *s, ua_status status, const char *what)
{
    if (s->over)
        return;
    struct err_text why;
    client_explain(&why, status, "%s", what);
    s->over = true;
    timer_stop(loop_timers(s->client->loop), &s->silence);
    s->config.events->ended(s->config.user, &why);
}

static void silent(struct timer *t)
{
    struct client_subscription *s = container_of(t, struct client_subscription, silence);
    end(s, UA_BAD_TIMEOUT, "the server has fallen silent");
}

static void heard(struct client_subscription *s)
{
    if (timer_start_in(loop_timers(s->client->loop), &s->silence, s->silence_ns))
        end(s, UA_BAD_OUT_OF_MEMORY, "cannot wait for the server");
}

/* ---- publishing ---- */

static void published(void *user, ua_status status, const void *response);

/* `ack` NULL: nothing to acknowledge. */
static void publish(struct client_subscription *s, struct ua_subscription_acknowledgement *ack)
{
    struct ua_publish_request request = {
        .subscription_acknowledgements = ack,
        .subscription_acknowledgements_len = ack ? 1 : 0,
    };
    ua_status status = client_request(s->client, &(struct client_call){
                                                     .request_type = &ua_publish_request_structure,
                                                     .request = &request,
                                                     .response_type = &ua_publish_response_structure,
                                                     .timeout_ms = CLIENT_NO_TIMEOUT,
                                                     .answered = published,
                                                     .user = s,
                                                 });
    if (status)
        end(s, status, "cannot ask for notifications");
    else
        s->publishes++;
}

static bool is_alive(const struct client_subscription *s)
{
    return !s->over && s->client->state == CLIENT_READY;
}

static void take_changes(struct client_subscription *s, const struct ua_data_change_notification *n)
{
    for (size_t i = 0; i < n->monitored_items_len && is_alive(s); i++) {
        const struct ua_monitored_item_notification *item = &n->monitored_items[i];
        if (item->client_handle < s->config.item_count)
            s->config.events->changed(s->config.user, item->client_handle, &item->value);
    }
}

static void take_message(struct client_subscription *s, const struct ua_notification_message *message)
{
    for (size_t i = 0; i < message->notification_data_len && is_alive(s); i++) {
        const struct ua_extension_object *data = &message->notification_data[i];
        if (data->structure == &ua_data_change_notification_structure)
            take_changes(s, data->value);
        else if (data->structure == &ua_status_change_notification_structure)
            end(s, ((const struct ua_status_change_notification *)data->value)->status,
                "the server ended the Subscription");
    }
}

static void published(void *user, ua_status status, const void *response)
{
    struct client_subscription *s = user;
    const struct ua_publish_response *r = response;
    s->publishes--;
    if (s->over)
        return;
    if (status == UA_BAD_TOO_MANY_PUBLISH_REQUESTS && s->publishes > 0) {
        s->most_publishes = s->publishes;
        return;
    }
    if (status) {
        end(s, status, "the server gives no notifications");
        return;
    }
    heard(s);
    if (r->subscription_id == s->id)
        take_message(s, &r->notification_message);
    struct ua_subscription_acknowledgement ack = {r->subscription_id,
                                                  r->notification_message.sequence_number};
    bool has_data = r->notification_message.notification_data_len > 0;
    if (is_alive(s) && s->publishes < s->most_publishes)
        publish(s, has_data ? &ack : NULL);
}

/* ---- items ---- */

static void items_made(void *user, ua_status status, const void *response)
{
    struct client_subscription *s = user;
    const struct ua_create_monitored_items_response *r = response;
    if (!status && r->results_len != s->config.item_count)
        status = UA_BAD_UNKNOWN_RESPONSE;
    if (status) {
        end(s, status, "the server monitors nothing");
        return;
    }
    s->config.events->started(s->config.user, r->results, r->results_len);
    heard(s);
    while (is_alive(s) && s->publishes < s->most_publishes)
        publish(s, NULL);
}

static void fill_item(struct ua_monitored_item_create_request *out, const struct client_item *item,
                      uint32_t handle, struct ua_data_change_filter *filter)
{
    *out = (struct ua_monitored_item_create_request){
        .item_to_monitor = {.node_id = item->node, .attribute_id = VALUE_ATTRIBUTE},
        .monitoring_mode = UA_MONITORING_MODE_REPORTING,
        .requested_parameters =
            {
                .client_handle = handle,
                .sampling_interval = item->sampling_interval_ms,
                .queue_size = item->queue_size,
                .discard_oldest = true,
            },
    };
    if (item->deadband_percent <= 0)
        return;
    *filter = (struct ua_data_change_filter){
        .trigger = UA_DATA_CHANGE_TRIGGER_STATUS_VALUE,
        .deadband_type = UA_DEADBAND_TYPE_PERCENT,
        .deadband_value = item->deadband_percent,
    };
    out->requested_parameters.filter =
        (struct ua_extension_object){.structure = &ua_data_change_filter_structure, .value = filter};
}

static ua_status make_items(struct client_subscription *s)
{
    struct arena arena;
    arena_init(&arena, MAX_ARGUMENTS);
    size_t count = s->config.item_count;
    struct ua_monitored_item_create_request *items = arena_alloc(&arena, count, sizeof *items);
    struct ua_data_change_filter *filters = arena_alloc(&arena, count, sizeof *filters);
    ua_status status = UA_BAD_OUT_OF_MEMORY;
    if (!items || !filters)
        goto out;
    for (size_t i = 0; i < count; i++)
        fill_item(&items[i], &s->config.items[i], (uint32_t)i, &filters[i]);
    struct ua_create_monitored_items_request request = {
        .subscription_id = s->id,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .items_to_create = items,
        .items_to_create_len = count,
    };
    status = client_request(s->client, &(struct client_call){
                                           .request_type = &ua_create_monitored_items_request_structure,
                                           .request = &request,
                                           .response_type = &ua_create_monitored_items_response_structure,
                                           .answered = items_made,
                                           .user = s,
                                       });
out:
    arena_clear(&arena);
    return status;
}

/* ---- the subscription ---- */

/* How long the server may be silent: as it says itself, within reason. */
static int64_t longest_silence_ns(const struct ua_create_subscription_response *r)
{
    double keep_alive_ms = r->revised_publishing_interval * r->revised_max_keep_alive_count;
    bool sane = keep_alive_ms > 0 && keep_alive_ms < INT32_MAX;
    return ((sane ? (int64_t)keep_alive_ms : INT32_MAX) * MISSED + SILENCE_MS) * NS_PER_MS;
}

static void subscribed(void *user, ua_status status, const void *response)
{
    struct client_subscription *s = user;
    const struct ua_create_subscription_response *r = response;
    if (!status) {
        s->id = r->subscription_id;
        s->silence_ns = longest_silence_ns(r);
        status = make_items(s);
    }
    if (status)
        end(s, status, "the server gives no Subscription");
}

static bool keep_items(struct client_subscription *s)
{
    size_t count = s->config.item_count;
    struct client_item *items = arena_alloc(&s->kept, count, sizeof *items);
    for (size_t i = 0; items && i < count; i++) {
        items[i] = s->config.items[i];
        if (!client_keep_nodeid(&s->kept, &items[i].node))
            return false;
    }
    s->config.items = items;
    return items;
}

static ua_status ask_for_subscription(struct client_subscription *s)
{
    double interval_ms = s->config.publishing_interval_ms;
    bool often = interval_ms > 0 && interval_ms < KEEP_ALIVE_MS;
    uint32_t keep_alives = often ? (uint32_t)(KEEP_ALIVE_MS / interval_ms) : 1;
    struct ua_create_subscription_request request = {
        .requested_publishing_interval = interval_ms,
        .requested_max_keep_alive_count = keep_alives,
        .requested_lifetime_count = keep_alives * LIFETIME_COUNT,
        .publishing_enabled = true,
    };
    return client_request(s->client, &(struct client_call){
                                         .request_type = &ua_create_subscription_request_structure,
                                         .request = &request,
                                         .response_type = &ua_create_subscription_response_structure,
                                         .answered = subscribed,
                                         .user = s,
                                     });
}

ua_status client_subscribe(struct client *c, const struct client_subscription_config *config)
{
    if (c->subscription)
        return UA_BAD_INVALID_STATE;
    struct client_subscription *s = calloc(1, sizeof *s);
    if (!s)
        return UA_BAD_OUT_OF_MEMORY;
    *s = (struct client_subscription){
        .client = c,
        .config = *config,
        .silence = {.callback = silent},
        .most_publishes = PUBLISHES,
    };
    arena_init(&s->kept, MAX_KEPT);
    ua_status status = keep_items(s) ? ask_for_subscription(s) : UA_BAD_OUT_OF_MEMORY;
    if (status)
        client_subscription_free(s);
    else
        c->subscription = s;
    return status;
}
