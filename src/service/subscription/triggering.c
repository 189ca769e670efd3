/* SPDX-License-Identifier: Apache-2.0
 * Triggering (Part 4 §5.13.1.6): a sample of one item lets others report theirs. */
#include "service/server_private.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/subscription.h"

#include <stdlib.h>

struct trigger_link {
    struct list_link in_trigger; /* trigger->triggers */
    struct list_link in_target;  /* target->triggered_by */
    struct monitored_item *trigger, *target;
};

static struct trigger_link *of_trigger(struct list_link *l)
{
    return container_of(l, struct trigger_link, in_trigger);
}

static struct trigger_link *of_target(struct list_link *l)
{
    return container_of(l, struct trigger_link, in_target);
}

/* Only items that sample without reporting wait for a trigger. */
void triggering_fire(struct monitored_item *item)
{
    for (struct list_link *l = item->triggers.first; l; l = l->next) {
        struct monitored_item *target = of_trigger(l)->target;
        if (target->mode == UA_MONITORING_MODE_SAMPLING)
            monitored_item_make_ready(target);
    }
}

/* Looks through the shorter of the two lists: a client decides how long they are. */
static struct trigger_link *find_link(const struct monitored_item *trigger,
                                      const struct monitored_item *target)
{
    if (trigger->triggers.count <= target->triggered_by.count) {
        for (struct list_link *l = trigger->triggers.first; l; l = l->next)
            if (of_trigger(l)->target == target)
                return of_trigger(l);
        return NULL;
    }
    for (struct list_link *l = target->triggered_by.first; l; l = l->next)
        if (of_target(l)->trigger == trigger)
            return of_target(l);
    return NULL;
}

static ua_status add_link(struct monitored_item *trigger, struct monitored_item *target)
{
    struct subscription *sub = trigger->subscription;
    if (find_link(trigger, target))
        return UA_GOOD;
    if (sub->trigger_links >= sub->server->limits.items_per_subscription)
        return UA_BAD_RESOURCE_UNAVAILABLE;
    struct trigger_link *link = calloc(1, sizeof *link);
    if (!link)
        return UA_BAD_OUT_OF_MEMORY;
    link->trigger = trigger;
    link->target = target;
    list_append(&trigger->triggers, &link->in_trigger);
    list_append(&target->triggered_by, &link->in_target);
    sub->trigger_links++;
    return UA_GOOD;
}

static void remove_link(struct trigger_link *link)
{
    list_remove(&link->trigger->triggers, &link->in_trigger);
    list_remove(&link->target->triggered_by, &link->in_target);
    link->trigger->subscription->trigger_links--;
    free(link);
}

void triggering_unlink(struct monitored_item *item)
{
    while (item->triggers.first)
        remove_link(of_trigger(item->triggers.first));
    while (item->triggered_by.first)
        remove_link(of_target(item->triggered_by.first));
}

static ua_status add_one(struct monitored_item *trigger, uint32_t target_id)
{
    struct monitored_item *target = subscription_item(trigger->subscription, target_id);
    return target ? add_link(trigger, target) : UA_BAD_MONITORED_ITEM_ID_INVALID;
}

static ua_status remove_one(struct monitored_item *trigger, uint32_t target_id)
{
    struct monitored_item *target = subscription_item(trigger->subscription, target_id);
    struct trigger_link *link = target ? find_link(trigger, target) : NULL;
    if (!link)
        return UA_BAD_MONITORED_ITEM_ID_INVALID;
    remove_link(link);
    return UA_GOOD;
}

/* Part 4 §5.13.5: removals come before additions. */
void set_triggering(struct request *r, const void *decoded)
{
    const struct ua_set_triggering_request *req = decoded;
    size_t adds = req->links_to_add_len, removes = req->links_to_remove_len;
    if (!request_check_count(r, adds + removes))
        return;
    struct subscription *sub = subscription_of_request(r, req->subscription_id);
    if (!sub)
        return;
    struct monitored_item *trigger = subscription_item(sub, req->triggering_item_id);
    if (!trigger) {
        request_fault(r, UA_BAD_MONITORED_ITEM_ID_INVALID);
        return;
    }
    ua_status *results = request_alloc(r, adds + removes, sizeof *results);
    if (!results)
        return;
    for (size_t i = 0; i < removes; i++)
        results[adds + i] = remove_one(trigger, req->links_to_remove[i]);
    for (size_t i = 0; i < adds; i++)
        results[i] = add_one(trigger, req->links_to_add[i]);
    struct ua_set_triggering_response out = {
        .add_results = results,
        .add_results_len = adds,
        .remove_results = results + adds,
        .remove_results_len = removes,
    };
    request_finish(r, &out);
}
