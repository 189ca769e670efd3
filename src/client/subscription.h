/* SPDX-License-Identifier: Apache-2.0
 * One Subscription of a client with its MonitoredItems: what changes comes by itself.
 *
 * Some Publish requests are kept with the server, notifications are acknowledged, and a server that has
 * fallen silent is noticed. Loop thread only. */
#ifndef UACAM_CLIENT_SUBSCRIPTION_H
#define UACAM_CLIENT_SUBSCRIPTION_H

#include "client/client.h"

struct client_item {
    struct ua_nodeid node;
    double sampling_interval_ms;
    double deadband_percent; /* 0: none */
    uint32_t queue_size;
};

struct client_subscription_events {
    /* What the server made of each item, in their order; refused ones have a bad status. Once. */
    void (*started)(void *user, const struct ua_monitored_item_create_result *results, size_t count);

    /* A value of items[item]; borrowed until return. */
    void (*changed)(void *user, size_t item, const struct ua_data_value *value);

    /* It could not be made, or it is over; the client is still there. The last call. */
    void (*ended)(void *user, const struct err_text *why);
};

struct client_subscription_config {
    double publishing_interval_ms;
    const struct client_item *items; /* borrowed until return */
    size_t item_count;
    const struct client_subscription_events *events; /* borrowed for life */
    void *user;
};

/* One for each client, with which it ends. Bad_InvalidState: there is one already, else as client_request();
 * then no event comes. */
must_check ua_status client_subscribe(struct client *c, const struct client_subscription_config *config);

#endif
