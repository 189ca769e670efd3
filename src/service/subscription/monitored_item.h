/* SPDX-License-Identifier: Apache-2.0
 * A MonitoredItem (Part 4 §5.13): samples one attribute of one node, keeps what is news, hands it to its
 * Subscription. One of the EventNotifier attribute gets events instead (event_item.c).
 *
 *     source or timer -> sample -> filter -> queue -> ready list of the subscription -> NotificationMessage
 *                        (sampling.c)        |
 *                                            +-> items that it triggers (triggering.c)
 *
 * Its node may vanish and come back: it is looked up anew for each sample. Loop thread only. */
#ifndef UACAM_SERVICE_SUBSCRIPTION_MONITORED_ITEM_H
#define UACAM_SERVICE_SUBSCRIPTION_MONITORED_ITEM_H

#include "service/attribute/attribute.h"
#include "service/attribute/index_range.h"
#include "service/event/event_filter.h"
#include "service/event/event_queue.h"
#include "service/subscription/data_change_filter.h"

struct subscription;

/* What ModifyMonitoredItems may change, as revised. */
struct item_settings {
    uint32_t client_handle;
    int32_t timestamps; /* enum ua_timestamps_to_return */
    double sampling_interval_ms;
    uint32_t queue_size;
    bool discard_oldest;
    struct data_change_filter filter;
    struct event_filter *event_filter; /* taken; NULL: the item is of data */
};

struct monitored_item {
    struct map_link by_id;       /* in subscription->items_by_id */
    struct list_link link;       /* in subscription->items */
    struct list_link ready_link; /* in subscription->ready while `ready` */
    struct subscription *subscription;
    uint32_t id;
    struct ua_nodeid node_id; /* its text is behind `node_id_text` */
    uint8_t *node_id_text;
    uint32_t attribute;
    struct index_range range;
    struct item_settings settings;
    int32_t mode; /* enum ua_monitoring_mode */
    struct sample_queue queue;
    struct event_queue events;   /* of an event item, in place of `queue` */
    struct list_link event_link; /* in server->event_items while `listening` */
    bool listening;
    bool ready;
    bool told_too_large; /* the log knows that a value of it is larger than the client takes */

    /* sampling.c: either the source watches, or the timer reads. */
    const struct value_source *watched_by;
    void *watched_user;
    struct value_watch watch;
    struct timer timer;
    struct attribute_read read;
    struct arena arena; /* for the value that is being read */
    bool lost;          /* the node was not there when it was last looked for */
    bool secret;        /* administrators alone see it (GUARD_SECRET) */

    struct list triggers;     /* struct trigger_link: items that this one triggers */
    struct list triggered_by; /* struct trigger_link */
};

/* In a subscription, disabled. NULL without memory: the event filter then stays the caller's. */
must_check struct monitored_item *monitored_item_new(struct subscription *sub,
                                                     const struct ua_nodeid *node_id, uint32_t attribute,
                                                     const struct index_range *range,
                                                     const struct item_settings *settings);

/* Removes it from its subscription, with all links. */
void monitored_item_free(struct monitored_item *item);

/* Part 4 §5.13.1.3. Starting to sample may fail; the mode then is what it was. */
must_check ua_status monitored_item_set_mode(struct monitored_item *item, int32_t mode);

/* Takes new settings over. On failure the old ones stay, and the new event filter stays the caller's. */
must_check ua_status monitored_item_modify(struct monitored_item *item, const struct item_settings *settings);

/* A new value of the attribute, as it was read. */
void monitored_item_sample(struct monitored_item *item, const struct ua_data_value *given);

/* Is it one of events? */
bool monitored_item_is_of_events(const struct monitored_item *item);

/* What waits in its queue: struct sample, or struct event_note. */
const struct list *monitored_item_waiting(const struct monitored_item *item);

/* Reports what its queue holds at the next publishing. Does nothing with an empty queue. */
void monitored_item_make_ready(struct monitored_item *item);

/* Lets the first of its queue go: it is in a message now. */
void monitored_item_take(struct monitored_item *item);

/* Reports its value again, when it has one and reports at all (Part 5 §9.2). */
void monitored_item_resend(struct monitored_item *item);

/* ---- sampling.c ---- */

/* The interval at which an attribute of `n` can be sampled when `wanted` is asked for (Part 4 §7.21). */
double sampling_revise(const struct server *s, const struct node *n, uint32_t attribute, double wanted_ms,
                       double publishing_interval_ms);

/* First sample as soon as possible. Bad_OutOfMemory, or what the source answers. */
must_check ua_status sampling_start(struct monitored_item *item);

/* Takes changed settings over while sampling. As sampling_start(); on failure it samples as before. */
must_check ua_status sampling_adjust(struct monitored_item *item);

void sampling_stop(struct monitored_item *item);

/* ---- event_item.c ---- */

/* Reads the filter that an event item of `n` is wanted with, and counts it to the subscription's budget.
 * Bad_NotSupported for a node without events, Bad_EventFilterInvalid without a filter, Bad_FilterNotAllowed
 * or Bad_MonitoredItemFilterUnsupported for one of another kind, Bad_TooManyMonitoredItems past the budget,
 * and those of event_filter_new(). `result` is what the client is told of it, in the arena. */
must_check ua_status event_item_read_filter(struct subscription *sub, const struct node *n,
                                            const struct ua_extension_object *wanted, struct arena *told,
                                            struct event_filter **out, struct ua_extension_object *result);

/* Frees it, and gives back what it counts. NULL is allowed. */
void event_item_drop_filter(struct subscription *sub, struct event_filter *f);

/* Part 4 §7.21 */
uint32_t event_item_revise_queue(const struct server *s, uint32_t wanted);

void event_item_start(struct monitored_item *item);
void event_item_stop(struct monitored_item *item);

/* An event of its node: is queued when it passes the filter. */
void event_item_offer(struct monitored_item *item, const struct event_view *e, struct arena *arena);

/* Events were lost: says so in the queue, once until that was sent. */
void event_item_tell_loss(struct monitored_item *item);

/* ---- triggering.c ---- */

/* A sample passed: the items that are linked to it report theirs (Part 4 §5.13.1.6). */
void triggering_fire(struct monitored_item *item);

/* Removes every link from and to it. */
void triggering_unlink(struct monitored_item *item);

void set_triggering(struct request *r, const void *decoded);

/* ---- item_services.c ---- */

void create_monitored_items(struct request *r, const void *decoded);
void modify_monitored_items(struct request *r, const void *decoded);
void delete_monitored_items(struct request *r, const void *decoded);
void set_monitoring_mode(struct request *r, const void *decoded);

#endif
