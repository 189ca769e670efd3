/* SPDX-License-Identifier: Apache-2.0
 * The Subscription Service Set (Part 4 §5.14) but Publish and Republish. */
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/subscription/notification_message.h"

#include <math.h>

enum { MAX_KEEP_ALIVE_COUNT = 10000, MAX_LIFETIME_COUNT = 100000, LIFETIME_PER_KEEP_ALIVE = 3 };

static const double longest_interval_ms = 3600e3;

static uint32_t clamp(uint32_t v, uint32_t least, uint32_t most)
{
    return v < least ? least : v > most ? most : v;
}

/* Part 4 §5.14.2.2 */
static struct subscription_settings revise(const struct server *s, double interval_ms, uint32_t lifetime,
                                           uint32_t keep_alive, uint32_t max_notifications, uint8_t priority)
{
    struct subscription_settings out = {.max_notifications = max_notifications, .priority = priority};
    /* Of two numbers of which one is none, fmax() gives the other. */
    out.publishing_interval_ms =
        fmin(fmax(interval_ms, s->limits.min_publishing_interval_ms), longest_interval_ms);
    out.max_keep_alive_count = clamp(keep_alive, 1, MAX_KEEP_ALIVE_COUNT);
    out.lifetime_count =
        clamp(lifetime, LIFETIME_PER_KEEP_ALIVE * out.max_keep_alive_count, MAX_LIFETIME_COUNT);
    return out;
}

/* Part 4 §5.14.7.1: the same user of the same application. Without security there is nobody to tell an
 * application from another by. */
static bool may_transfer(const struct subscription *sub, const struct session *s)
{
    const struct principal *owner = sub->session ? &sub->session->who : &sub->owner;
    return principal_same_user(owner, &s->who) && principal_same_application(owner, &s->who);
}

void create_subscription(struct request *r, const void *decoded)
{
    const struct ua_create_subscription_request *req = decoded;
    struct server *s = r->server;
    if (r->session->subscriptions.count >= s->limits.subscriptions_per_session) {
        request_fault(r, UA_BAD_TOO_MANY_SUBSCRIPTIONS);
        return;
    }
    struct subscription_settings settings =
        revise(s, req->requested_publishing_interval, req->requested_lifetime_count,
               req->requested_max_keep_alive_count, req->max_notifications_per_publish, req->priority);
    struct subscription *sub = subscription_new(r->session, &settings, req->publishing_enabled);
    if (!sub) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    s->counts.cumulated_subscriptions++;
    struct ua_create_subscription_response out = {
        .subscription_id = sub->id,
        .revised_publishing_interval = settings.publishing_interval_ms,
        .revised_lifetime_count = settings.lifetime_count,
        .revised_max_keep_alive_count = settings.max_keep_alive_count,
    };
    request_finish(r, &out);
}

void modify_subscription(struct request *r, const void *decoded)
{
    const struct ua_modify_subscription_request *req = decoded;
    struct subscription *sub = subscription_of_request(r, req->subscription_id);
    if (!sub)
        return;
    struct subscription_settings settings =
        revise(r->server, req->requested_publishing_interval, req->requested_lifetime_count,
               req->requested_max_keep_alive_count, req->max_notifications_per_publish, req->priority);
    subscription_modify(sub, &settings);
    struct ua_modify_subscription_response out = {
        .revised_publishing_interval = settings.publishing_interval_ms,
        .revised_lifetime_count = settings.lifetime_count,
        .revised_max_keep_alive_count = settings.max_keep_alive_count,
    };
    request_finish(r, &out);
}

/* NULL: not one of this session. */
static struct subscription *own_subscription(const struct request *r, uint32_t id)
{
    struct subscription *sub = subscription_find(r->server, id);
    return sub && sub->session == r->session ? sub : NULL;
}

void delete_subscriptions(struct request *r, const void *decoded)
{
    const struct ua_delete_subscriptions_request *req = decoded;
    size_t count = req->subscription_ids_len;
    ua_status *results = request_results(r, count, sizeof *results);
    if (!results)
        return;
    for (size_t i = 0; i < count; i++) {
        struct subscription *sub = own_subscription(r, req->subscription_ids[i]);
        results[i] = sub ? UA_GOOD : UA_BAD_SUBSCRIPTION_ID_INVALID;
        if (sub)
            subscription_free(sub);
    }
    struct session *session = r->session;
    struct ua_delete_subscriptions_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
    publish_refuse_idle(session);
}

static ua_status set_publishing(struct subscription *sub, bool enabled)
{
    if (!sub)
        return UA_BAD_SUBSCRIPTION_ID_INVALID;
    subscription_touch(sub);
    sub->publishing_enabled = enabled;
    sub->more = false;
    *(enabled ? &sub->counts.enable : &sub->counts.disable) += 1;
    return UA_GOOD;
}

void set_publishing_mode(struct request *r, const void *decoded)
{
    const struct ua_set_publishing_mode_request *req = decoded;
    size_t count = req->subscription_ids_len;
    ua_status *results = request_results(r, count, sizeof *results);
    if (!results)
        return;
    for (size_t i = 0; i < count; i++)
        results[i] = set_publishing(own_subscription(r, req->subscription_ids[i]), req->publishing_enabled);
    struct ua_set_publishing_mode_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}

static ua_status transfer_one(struct request *r, uint32_t id, bool send_initial_values,
                              struct ua_transfer_result *out)
{
    struct subscription *sub = subscription_find(r->server, id);
    if (!sub)
        return UA_BAD_SUBSCRIPTION_ID_INVALID;
    if (!may_transfer(sub, r->session))
        return UA_BAD_USER_ACCESS_DENIED;
    bool comes = sub->session != r->session;
    if (comes && r->session->subscriptions.count >= r->server->limits.subscriptions_per_session)
        return UA_BAD_TOO_MANY_SUBSCRIPTIONS;
    uint32_t *numbers = arena_alloc(&r->arena, sub->sent.count, sizeof *numbers);
    if (!numbers)
        return UA_BAD_OUT_OF_MEMORY;
    notification_message_numbers(sub, numbers);
    out->available_sequence_numbers = numbers;
    out->available_sequence_numbers_len = sub->sent.count;
    sub->counts.transfer_requests++;
    if (comes)
        subscription_transfer(sub, r->session);
    if (send_initial_values)
        subscription_resend(sub);
    return UA_GOOD;
}

void transfer_subscriptions(struct request *r, const void *decoded)
{
    const struct ua_transfer_subscriptions_request *req = decoded;
    size_t count = req->subscription_ids_len;
    struct ua_transfer_result *results = request_results(r, count, sizeof *results);
    if (!results)
        return;
    for (size_t i = 0; i < count; i++)
        results[i].status_code =
            transfer_one(r, req->subscription_ids[i], req->send_initial_values, &results[i]);
    struct ua_transfer_subscriptions_response out = {.results = results, .results_len = count};
    request_finish(r, &out);
}
