/* SPDX-License-Identifier: Apache-2.0 */
#include "service/server.h"

#include "base/log.h"
#include "crypto/random.h"
#include "service/dispatch.h"
#include "service/event/event.h"
#include "service/server_object.h"
#include "service/session/session.h"
#include "service/session/session_diagnostics.h"
#include "service/subscription/subscription.h"

#include <assert.h>
#include <stdlib.h>

enum { SHUTDOWN_SEVERITY = 500, REFUSALS_PER_SECOND = 10 };

const struct server_limits server_default_limits = {
    .sessions = 1000,
    .subscriptions_per_session = 100,
    .items_per_subscription = 10000,
    .publishes_per_session = 50,
    .browse_points_per_session = 50,
    .requests_per_peer = 200,
    .operations_per_call = 10000,
    .item_queue = 1000,
    .picture_queue = 10,
    .event_queue = 1000,
    .event_bytes = 4u << 20,
    .retransmissions = 20,
    .response_bytes = 256u << 20,
    .arena_bytes = 32u << 20,
    .retransmission_bytes = 64u << 20,
    .notification_bytes = 1u << 20,
    .min_session_timeout_ms = 10e3,
    .max_session_timeout_ms = 3600e3,
    .min_publishing_interval_ms = 10,
    .min_sampling_interval_ms = 20,
    .max_wait_ms = 60e3,
};

int64_t server_mono_ns(const struct server *s)
{
    return clock_mono_ns(s->timers->clock);
}

int64_t server_datetime(const struct server *s)
{
    return ua_datetime_of_utc_ns(clock_utc_ns(s->timers->clock));
}

struct server *server_new(struct space *space, struct timer_queue *timers,
                          const struct server_identity *identity, const struct server_limits *limits,
                          const struct server_access *access)
{
    struct server *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->space = space;
    s->timers = timers;
    s->identity = identity;
    s->limits = *limits;
    s->access = access;
    s->refusals.most = REFUSALS_PER_SECOND;
    s->started_at = server_datetime(s);
    buf_init(&s->shutdown_reason, 256);
    if (random_bytes(s->event_id, sizeof s->event_id) || server_object_attach(s) ||
        session_diagnostics_attach(s) || server_capabilities_store(s) || server_methods_attach(s)) {
        server_free(s);
        return NULL;
    }
    return s;
}

void server_free(struct server *s)
{
    if (!s)
        return;
    while (s->sessions.first)
        session_close(container_of(s->sessions.first, struct session, link), UA_BAD_SHUTDOWN, true);
    subscriptions_free_all(s);
    assert(s->subscriptions_by_id.count == 0);
    map_clear(&s->sessions_by_token);
    map_clear(&s->subscriptions_by_id);
    requests_free_idle(s);
    buf_clear(&s->shutdown_reason);
    free(s);
}

void server_peer_gone(struct peer *p)
{
    while (p->requests.first)
        request_drop(container_of(p->requests.first, struct request, link));
    while (p->sessions.first)
        session_lose_peer(container_of(p->sessions.first, struct session, peer_link));
}

void server_announce_shutdown(struct server *s, uint32_t seconds, struct slice reason)
{
    s->state = SERVER_SHUTDOWN;
    s->shutdown_at_ns = server_mono_ns(s) + (int64_t)seconds * NS_PER_S;
    s->shutdown_reason.len = 0;
    if (buf_append(&s->shutdown_reason, reason.data, reason.len))
        log_debug("service", "the reason of the shutdown is not told: no memory");
    const struct event_field state = {"SystemState", ua_variant_int32(SERVER_SHUTDOWN)};
    const struct event e = {
        .type = UA_ID_SYSTEMSTATUSCHANGEEVENTTYPE,
        .source_name = slice_of("Server"),
        .severity = SHUTDOWN_SEVERITY,
        .message = reason,
        .fields = &state,
        .field_count = 1,
    };
    server_emit(s, NULL, &e);
}

void server_observe(struct server *s, const struct server_observer *o)
{
    s->observer = o ? *o : (struct server_observer){0};
}

uint64_t server_values_replaced(const struct server *s)
{
    return s->counts.values_replaced;
}

size_t server_session_count(const struct server *s)
{
    return s->sessions.count;
}

size_t server_subscription_count(const struct server *s)
{
    return s->subscriptions_by_id.count;
}
