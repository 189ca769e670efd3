/* SPDX-License-Identifier: Apache-2.0
 * Monitored items of the EventNotifier attribute: which events they take in, and how they tell of lost ones.
 */
#include "service/subscription/monitored_item.h"

#include "base/log.h"
#include "service/server_private.h"
#include "service/subscription/subscription.h"

/* Part 3 §8.59 */
enum { SUBSCRIBE_TO_EVENTS = 1 };

enum { DEFAULT_QUEUE = 100, OVERFLOW_SEVERITY = 500 };

static ua_status tell(const struct ua_event_filter_result *told, struct arena *arena,
                      struct ua_extension_object *out)
{
    if (told->select_clause_results_len == 0)
        return UA_GOOD;
    struct ua_event_filter_result *kept = arena_alloc(arena, 1, sizeof *kept);
    if (!kept)
        return UA_BAD_OUT_OF_MEMORY;
    *kept = *told;
    *out = (struct ua_extension_object){.structure = &ua_event_filter_result_structure, .value = kept};
    return UA_GOOD;
}

ua_status event_item_read_filter(struct subscription *sub, const struct node *n,
                                 const struct ua_extension_object *wanted, struct arena *told,
                                 struct event_filter **out, struct ua_extension_object *result)
{
    struct ua_event_filter_result parts;
    struct event_filter *f;
    *out = NULL;
    *result = (struct ua_extension_object){0};
    if (!(n->event_notifier & SUBSCRIBE_TO_EVENTS))
        return UA_BAD_NOT_SUPPORTED;
    if (ua_nodeid_is_null(&wanted->type))
        return UA_BAD_EVENT_FILTER_INVALID;
    if (wanted->structure != &ua_event_filter_structure)
        return wanted->structure ? UA_BAD_FILTER_NOT_ALLOWED : UA_BAD_MONITORED_ITEM_FILTER_UNSUPPORTED;
    ua_status status = event_filter_new(sub->server->space, wanted->body, told, &f, &parts);
    if (tell(&parts, told, result) && !status)
        status = UA_BAD_OUT_OF_MEMORY;
    if (!status && !event_budget_fits(&sub->event_budget, event_filter_size(f)))
        status = UA_BAD_TOO_MANY_MONITORED_ITEMS;
    if (status) {
        event_filter_free(f);
        return status;
    }
    sub->event_budget.used += event_filter_size(f);
    *out = f;
    return UA_GOOD;
}

void event_item_drop_filter(struct subscription *sub, struct event_filter *f)
{
    if (!f)
        return;
    sub->event_budget.used -= event_filter_size(f);
    event_filter_free(f);
}

uint32_t event_item_revise_queue(const struct server *s, uint32_t wanted)
{
    uint32_t size = wanted ? wanted : DEFAULT_QUEUE;
    return size < s->limits.event_queue ? size : s->limits.event_queue;
}

void event_item_start(struct monitored_item *item)
{
    list_append(&item->subscription->server->event_items, &item->event_link);
    item->listening = true;
}

void event_item_stop(struct monitored_item *item)
{
    if (item->listening)
        list_remove(&item->subscription->server->event_items, &item->event_link);
    item->listening = false;
}

/* NULL without memory. */
static struct event_note *note_of(const struct monitored_item *item, const struct event_view *e,
                                  struct arena *arena)
{
    struct event_note *n = event_note_new();
    if (!n)
        return NULL;
    struct writer w;
    writer_init(&w, &n->fields);
    event_filter_select(item->settings.event_filter, e, arena, &w);
    if (!w.status)
        return n;
    event_note_free(n);
    return NULL;
}

/* Part 4 §7.22.3: it passes every where clause, and goes to this item alone. */
void event_item_tell_loss(struct monitored_item *item)
{
    const struct event overflow = {
        .type = UA_ID_EVENTQUEUEOVERFLOWEVENTTYPE,
        .source_name = slice_of("Internal/EventQueueOverflow"),
        .severity = OVERFLOW_SEVERITY,
        .message = slice_of("Events were lost: more came than the queue of this item takes"),
    };
    item->subscription->counts.event_overflows++;
    if (item->events.overflow)
        return;
    struct event_view view;
    struct arena arena;
    arena_init(&arena, item->subscription->server->limits.arena_bytes);
    bool made = event_view_make(item->subscription->server, &overflow, &arena, &view);
    struct event_note *n = made ? note_of(item, &view, &arena) : NULL;
    if (n)
        event_queue_push_overflow(&item->events, n);
    else
        log_warning("service", "a client is not told that it lost events: no memory");
    arena_clear(&arena);
}

static void report(struct monitored_item *item)
{
    if (item->mode == UA_MONITORING_MODE_REPORTING)
        monitored_item_make_ready(item);
    triggering_fire(item);
}

void event_item_offer(struct monitored_item *item, const struct event_view *e, struct arena *arena)
{
    if (!event_filter_passes(item->settings.event_filter, e, arena))
        return;
    struct event_note *n = note_of(item, e, arena);
    if (!n || event_queue_push(&item->events, n))
        event_item_tell_loss(item);
    report(item);
}
