/* SPDX-License-Identifier: Apache-2.0 */
#include "service/subscription/subscription.h"

#include "base/log.h"
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/notification_message.h"

#include <assert.h>
#include <stdlib.h>

enum occasion { QUIET, KEEP_ALIVE_DUE, NEWS, NOTIFICATIONS_SENT, KEEP_ALIVE_SENT, ENDED, OCCASION_COUNT };

/* Part 4 §5.14.1.2, as in the header. 0, which is CREATING, stands for moves that do not exist. */
static const uint8_t moves[][OCCASION_COUNT] = {
    [SUBSCRIPTION_CREATING] =
        {
            [QUIET] = SUBSCRIPTION_LATE,
            [KEEP_ALIVE_DUE] = SUBSCRIPTION_LATE,
            [NEWS] = SUBSCRIPTION_LATE,
            [ENDED] = SUBSCRIPTION_CLOSED,
        },
    [SUBSCRIPTION_NORMAL] =
        {
            [QUIET] = SUBSCRIPTION_KEEP_ALIVE,
            [KEEP_ALIVE_DUE] = SUBSCRIPTION_LATE,
            [NEWS] = SUBSCRIPTION_LATE,
            [NOTIFICATIONS_SENT] = SUBSCRIPTION_NORMAL,
            [ENDED] = SUBSCRIPTION_CLOSED,
        },
    [SUBSCRIPTION_LATE] =
        {
            [QUIET] = SUBSCRIPTION_LATE,
            [KEEP_ALIVE_DUE] = SUBSCRIPTION_LATE,
            [NEWS] = SUBSCRIPTION_LATE,
            [NOTIFICATIONS_SENT] = SUBSCRIPTION_NORMAL,
            [KEEP_ALIVE_SENT] = SUBSCRIPTION_KEEP_ALIVE,
            [ENDED] = SUBSCRIPTION_CLOSED,
        },
    [SUBSCRIPTION_KEEP_ALIVE] =
        {
            [QUIET] = SUBSCRIPTION_KEEP_ALIVE,
            [KEEP_ALIVE_DUE] = SUBSCRIPTION_LATE,
            [NEWS] = SUBSCRIPTION_LATE,
            [ENDED] = SUBSCRIPTION_CLOSED,
        },
    [SUBSCRIPTION_CLOSED] = {0},
};

static void move(struct subscription *sub, enum occasion o)
{
    enum subscription_state next = moves[sub->state][o];
    assert(next != SUBSCRIPTION_CREATING);
    bool can_speak = sub->session && sub->session->publishes.count > 0;
    if (next == SUBSCRIPTION_LATE && sub->state != SUBSCRIPTION_LATE && !can_speak)
        sub->counts.late++;
    sub->state = next;
}

static struct subscription *subscription_at(struct list_link *link)
{
    return container_of(link, struct subscription, link);
}

struct subscription *subscription_find(const struct server *s, uint32_t id)
{
    struct map_link *l = map_first(&s->subscriptions_by_id, map_hash_u64(id));
    for (; l; l = map_next(l)) {
        struct subscription *sub = container_of(l, struct subscription, by_id);
        if (sub->id == id)
            return sub;
    }
    return NULL;
}

struct subscription *subscription_of_request(struct request *r, uint32_t id)
{
    struct subscription *sub = subscription_find(r->server, id);
    if (!sub || sub->session != r->session) {
        request_fault(r, UA_BAD_SUBSCRIPTION_ID_INVALID);
        return NULL;
    }
    subscription_touch(sub);
    return sub;
}

struct monitored_item *subscription_item(const struct subscription *sub, uint32_t item_id)
{
    struct map_link *l = map_first(&sub->items_by_id, map_hash_u64(item_id));
    for (; l; l = map_next(l)) {
        struct monitored_item *item = container_of(l, struct monitored_item, by_id);
        if (item->id == item_id)
            return item;
    }
    return NULL;
}

static int64_t interval_ns(const struct subscription *sub)
{
    return (int64_t)(sub->settings.publishing_interval_ms * (double)NS_PER_MS);
}

static void leave_session(struct subscription *sub)
{
    list_remove(sub->session ? &sub->session->subscriptions : &sub->server->orphans, &sub->link);
    sub->session = NULL;
}

static void enter_session(struct subscription *sub, struct session *session)
{
    sub->session = session;
    list_append(&session->subscriptions, &sub->link);
}

/* Tells the session that the subscription is no longer there. Old news give way when nobody comes for them.
 */
static void bid_farewell(struct subscription *sub, struct session *session, ua_status status)
{
    struct farewell *f = calloc(1, sizeof *f);
    if (!f)
        return; /* the client learns it by Bad_SubscriptionIdInvalid */
    f->subscription_id = sub->id;
    f->sequence_number = sub->next_sequence_number;
    f->status = status;
    list_append(&session->farewells, &f->link);
    if (session->farewells.count > sub->server->limits.subscriptions_per_session)
        free(container_of(list_pop(&session->farewells), struct farewell, link));
}

/* It comes back before the session heard that it had left. */
static void take_farewell_back(const struct subscription *sub, struct session *session)
{
    for (struct list_link *l = session->farewells.first, *next; l; l = next) {
        next = l->next;
        struct farewell *f = container_of(l, struct farewell, link);
        if (f->subscription_id != sub->id)
            continue;
        list_remove(&session->farewells, l);
        free(f);
    }
}

void subscription_free(struct subscription *sub)
{
    move(sub, ENDED);
    while (sub->items.first)
        monitored_item_free(container_of(sub->items.first, struct monitored_item, link));
    notification_messages_free(sub);
    timer_stop(sub->server->timers, &sub->timer);
    map_remove(&sub->server->subscriptions_by_id, &sub->by_id);
    map_clear(&sub->items_by_id);
    leave_session(sub);
    free(sub);
}

static void end(struct subscription *sub, ua_status why)
{
    log_info("service", "subscription %u ends: %s", sub->id, ua_status_name(why));
    if (sub->session)
        bid_farewell(sub, sub->session, why);
    subscription_free(sub);
}

bool subscription_has_news(const struct subscription *sub)
{
    return sub->publishing_enabled && sub->ready.count > 0;
}

/* The client's Publish requests are there: it is us who hold notifications back. */
static bool waits_for_its_client(const struct subscription *sub)
{
    return sub->session && sub->session->held_back && sub->session->publishes.count > 0;
}

/* One publishing interval has passed; the subscription may be gone afterwards. */
static void tick(struct subscription *sub)
{
    struct server *s = sub->server;
    int64_t now = server_mono_ns(s), next = sub->timer.deadline_ns + interval_ns(sub);
    if (waits_for_its_client(sub))
        subscription_touch(sub);
    if (--sub->lifetime_left == 0) {
        end(sub, UA_BAD_TIMEOUT);
        return;
    }
    if (timer_start_at(s->timers, &sub->timer, next > now ? next : now + interval_ns(sub))) {
        end(sub, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    sub->idle++;
    if (subscription_has_news(sub))
        move(sub, NEWS);
    else
        move(sub, sub->idle >= sub->settings.max_keep_alive_count ? KEEP_ALIVE_DUE : QUIET);
}

/* All of the session that are due pass together, so that the most urgent of them speaks first. */
static void interval_ends(struct timer *t)
{
    struct subscription *sub = container_of(t, struct subscription, timer);
    struct session *session = sub->session;
    int64_t now = server_mono_ns(sub->server);
    tick(sub);
    if (!session)
        return;
    for (struct list_link *l = session->subscriptions.first, *next; l; l = next) {
        next = l->next;
        struct subscription *other = subscription_at(l);
        if (other->timer.deadline_ns <= now)
            tick(other);
    }
    publish_deliver(session);
    publish_refuse_idle(session);
}

static uint32_t unused_id(struct server *s)
{
    do
        s->last_subscription_id++;
    while (s->last_subscription_id == 0 || subscription_find(s, s->last_subscription_id));
    return s->last_subscription_id;
}

struct subscription *subscription_new(struct session *session, const struct subscription_settings *settings,
                                      bool publishing_enabled)
{
    struct server *s = session->server;
    struct subscription *sub = calloc(1, sizeof *sub);
    if (!sub)
        return NULL;
    sub->server = s;
    sub->id = unused_id(s);
    sub->settings = *settings;
    sub->event_budget.most = s->limits.event_bytes;
    sub->publishing_enabled = publishing_enabled;
    sub->state = SUBSCRIPTION_CREATING;
    sub->next_sequence_number = 1;
    sub->timer.callback = interval_ends;
    subscription_touch(sub);
    if (map_add(&s->subscriptions_by_id, &sub->by_id, map_hash_u64(sub->id)))
        goto no_memory;
    if (timer_start_in(s->timers, &sub->timer, interval_ns(sub))) {
        map_remove(&s->subscriptions_by_id, &sub->by_id);
        goto no_memory;
    }
    enter_session(sub, session);
    return sub;

no_memory:
    free(sub);
    return NULL;
}

void subscription_touch(struct subscription *sub)
{
    sub->lifetime_left = sub->settings.lifetime_count;
}

void subscription_modify(struct subscription *sub, const struct subscription_settings *settings)
{
    sub->settings = *settings;
    sub->counts.modify++;
    subscription_touch(sub);
    /* The timer is running: moving it cannot fail. */
    if (timer_start_in(sub->server->timers, &sub->timer, interval_ns(sub)))
        assert(false);
}

void subscription_transfer(struct subscription *sub, struct session *to)
{
    struct session *from = sub->session;
    leave_session(sub);
    enter_session(sub, to);
    take_farewell_back(sub, to);
    subscription_touch(sub);
    if (!from)
        return;
    bid_farewell(sub, from, UA_GOOD_SUBSCRIPTION_TRANSFERRED);
    publish_deliver(from);
    publish_refuse_idle(from);
}

void subscription_resend(struct subscription *sub)
{
    for (struct list_link *l = sub->items.first; l; l = l->next)
        monitored_item_resend(container_of(l, struct monitored_item, link));
}

bool subscription_wants_to_send(const struct subscription *sub)
{
    return sub->state == SUBSCRIPTION_LATE ||
           (sub->state == SUBSCRIPTION_NORMAL && sub->more && subscription_has_news(sub));
}

void subscription_message_sent(struct subscription *sub, bool notifications, bool more)
{
    sub->more = more;
    sub->idle = 0;
    sub->counts.publish_requests++;
    subscription_touch(sub);
    move(sub, notifications ? NOTIFICATIONS_SENT : KEEP_ALIVE_SENT);
    list_remove(&sub->session->subscriptions, &sub->link);
    list_append(&sub->session->subscriptions, &sub->link);
}

/* A client could leave any number behind by closing session after session: the oldest give way. */
static void orphan(struct subscription *sub)
{
    struct server *s = sub->server;
    sub->owner = sub->session->who;
    leave_session(sub);
    list_append(&s->orphans, &sub->link);
    if (s->orphans.count > s->limits.subscriptions_per_session)
        end(subscription_at(s->orphans.first), UA_BAD_TOO_MANY_SUBSCRIPTIONS);
}

void subscriptions_session_closed(struct session *s, bool delete_subscriptions)
{
    while (s->subscriptions.first) {
        struct subscription *sub = subscription_at(s->subscriptions.first);
        if (delete_subscriptions)
            subscription_free(sub);
        else
            orphan(sub);
    }
    while (s->farewells.first)
        free(container_of(list_pop(&s->farewells), struct farewell, link));
}

void subscriptions_free_all(struct server *s)
{
    while (s->orphans.first)
        subscription_free(subscription_at(s->orphans.first));
}
