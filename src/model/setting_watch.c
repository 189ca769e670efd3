/* SPDX-License-Identifier: Apache-2.0
 * Watching settings: a change is told when it happens, never faster than the watch wants. */
#include "base/log.h"
#include "model/model_private.h"
#include "model/setting_nodes.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_LOOK_NS (100 * NS_PER_MS)

struct setting_watch {
    struct list_link link; /* in node->watches */
    struct setting_node *node;
    struct value_watch *watch;
    struct timer next; /* runs while something is to be told that came too early */
    struct timer look; /* runs while the device must be read to see changes */
    int64_t told_mono_ns;
};

static struct timer_queue *timers_of(const struct setting_watch *w)
{
    return w->node->owner->model->timers;
}

static void tell(struct setting_watch *w)
{
    timer_stop(timers_of(w), &w->next);
    w->told_mono_ns = clock_mono_ns(w->node->owner->model->clock);
    struct ua_data_value value = setting_told(w->node);
    w->watch->sample(w->watch, &value);
}

static void time_is_up(struct timer *t)
{
    tell(container_of(t, struct setting_watch, next));
}

static int64_t interval_ns(const struct setting_watch *w)
{
    return (int64_t)(fmin(w->watch->interval_ms, INT32_MAX) * (double)NS_PER_MS);
}

static int64_t due_ns(const struct setting_watch *w)
{
    return w->told_mono_ns + interval_ns(w);
}

static int64_t longer(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Without memory for the timer changes are still seen, at the camera's own pace. */
static void pace(struct setting_watch *w)
{
    if (!w->node->is_volatile)
        timer_stop(timers_of(w), &w->look);
    else if (timer_start_in(timers_of(w), &w->look, longer(interval_ns(w), LEAST_LOOK_NS)))
        log_debug("model", "%s is read less often: no memory", w->node->path);
}

static void look_again(struct timer *t)
{
    struct setting_watch *w = container_of(t, struct setting_watch, look);
    if (w->node->status != UA_BAD_NO_COMMUNICATION)
        setting_look(w->node->owner);
    pace(w);
}

void setting_repace(struct setting_node *n)
{
    for (struct list_link *l = n->watches.first; l; l = l->next)
        pace(container_of(l, struct setting_watch, link));
}

void setting_tell(struct setting_node *n)
{
    int64_t now = clock_mono_ns(n->owner->model->clock);
    for (struct list_link *l = n->watches.first, *next; l; l = next) {
        next = l->next;
        struct setting_watch *w = container_of(l, struct setting_watch, link);
        if (due_ns(w) <= now || timer_start_at(timers_of(w), &w->next, due_ns(w)))
            tell(w);
    }
}

/* Others' changes are looked for while anybody watches. */
static void count(struct setting_nodes *s, size_t watches)
{
    bool before = s->watch_count, after = watches;
    s->watch_count = watches;
    if (before != after)
        camera_watch_settings(s->camera, after);
}

static void watch_free(struct setting_watch *w)
{
    struct setting_node *n = w->node;
    list_remove(&n->watches, &w->link);
    timer_stop(timers_of(w), &w->next);
    timer_stop(timers_of(w), &w->look);
    w->watch->state = NULL;
    free(w);
    count(n->owner, n->owner->watch_count - 1);
}

ua_status setting_watch(void *user, const struct node *node, struct value_watch *watch)
{
    (void)node;
    struct setting_node *n = user;
    struct setting_watch *w = watch->state;
    if (w) {
        pace(w);
        if (timer_running(&w->next) && timer_start_at(timers_of(w), &w->next, due_ns(w)))
            return UA_BAD_OUT_OF_MEMORY;
        return UA_GOOD;
    }
    w = watch->state = calloc(1, sizeof *w);
    if (!w)
        return UA_BAD_OUT_OF_MEMORY;
    w->node = n;
    w->watch = watch;
    w->next.callback = time_is_up;
    w->look.callback = look_again;
    list_append(&n->watches, &w->link);
    count(n->owner, n->owner->watch_count + 1);
    pace(w);
    tell(w);
    return UA_GOOD;
}

void setting_unwatch(void *user, struct value_watch *watch)
{
    (void)user;
    watch_free(watch->state);
}

void setting_watches_end(struct setting_node *n)
{
    while (n->watches.first) {
        struct setting_watch *w = container_of(n->watches.first, struct setting_watch, link);
        struct value_watch *watch = w->watch;
        watch_free(w);
        watch->sample(watch, &(struct ua_data_value){.status = UA_BAD_NODE_ID_UNKNOWN});
    }
}
