/* SPDX-License-Identifier: Apache-2.0
 * Publish, Republish (Part 4 §5.14.5, §5.14.6): how messages of subscriptions reach the client.
 *
 * Publish requests wait in the session until a subscription has something to say; the first to come is the
 * first to be answered. A client that does not take what was sent gets no notifications until it does: which
 * ones is chosen then. Keep-alives and changes of status are small, and do not wait for that. */
#include "service/server_private.h"
#include "service/session/session.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/notification_message.h"

#include <stdlib.h>

/* A Publish request that waits, in its own arena. */
struct publish {
    struct list_link link; /* in session->publishes */
    struct request *request;
    struct timer timeout;
    ua_status *results; /* of its acknowledgements */
    size_t result_count;
};

static struct publish *publish_at(struct list_link *link)
{
    return container_of(link, struct publish, link);
}

static void stop_waiting(struct publish *p)
{
    list_remove(&p->request->session->publishes, &p->link);
    timer_stop(p->request->server->timers, &p->timeout);
}

static void cancel_publish(struct request *r)
{
    stop_waiting(r->parked);
}

/* Part 4 §7.33: the client does not wait longer than its timeoutHint. */
static void time_out(struct timer *t)
{
    request_give_up(container_of(t, struct publish, timeout)->request, UA_BAD_TIMEOUT);
}

/* The fields of a PublishResponse before and behind its NotificationMessage. */
static void write_front(struct writer *w, uint32_t subscription_id, const struct subscription *sub, bool more)
{
    write_u32(w, subscription_id);
    write_array_len(w, sub ? sub->sent.count : 0);
    for (struct list_link *l = sub ? sub->sent.first : NULL; l; l = l->next)
        write_u32(w, container_of(l, struct notification_message, link)->sequence_number);
    write_bool(w, more);
}

static void send_response(struct publish *p, struct rope *rope, struct writer *w)
{
    write_array_len(w, p->result_count);
    for (size_t i = 0; i < p->result_count; i++)
        write_status(w, p->results[i]);
    write_array_len(w, 0); /* diagnosticInfos */
    stop_waiting(p);
    request_send(p->request, rope, w);
}

static void send_farewell(struct publish *p, struct farewell *f)
{
    struct request *r = p->request;
    struct rope rope;
    struct writer w;
    list_remove(&r->session->farewells, &f->link);
    request_begin(r, &rope, &w);
    write_front(&w, f->subscription_id, NULL, false);
    write_status_change_message(&w, r->server, f);
    send_response(p, &rope, &w);
    free(f);
}

static void send_keep_alive(struct publish *p, struct subscription *sub)
{
    struct rope rope;
    struct writer w;
    request_begin(p->request, &rope, &w);
    write_front(&w, sub->id, sub, false);
    write_keep_alive_message(&w, sub);
    subscription_message_sent(sub, false, false);
    send_response(p, &rope, &w);
}

/* Bytes of the response that are left for a message, behind the `begun` ones of its header. */
static size_t room_for_message(const struct publish *p, const struct subscription *sub, size_t begun)
{
    const struct request *r = p->request;
    size_t most = r->server->limits.response_bytes;
    if (r->peer->max_response < most)
        most = r->peer->max_response;
    /* The identifier, more or not, and three arrays; the message itself will be among the available ones. */
    size_t around = begun + 4 + 1 + (4 + 4 * (sub->sent.count + 1)) + (4 + 4 * p->result_count) + 4;
    return most > around ? most - around : 0;
}

/* False without memory: the news wait for the next publishing interval. */
static bool send_notifications(struct publish *p, struct subscription *sub)
{
    struct rope rope;
    struct writer w;
    request_begin(p->request, &rope, &w);
    const struct notification_message *m =
        w.status ? NULL : notification_message_new(sub, room_for_message(p, sub, rope.len));
    if (!m) {
        rope_clear(&rope);
        return false;
    }
    bool more = sub->ready.count > 0;
    write_front(&w, sub->id, sub, more);
    int rc = w.status ? 0 : rope_append_rope(&rope, &m->rope);
    if (rc)
        writer_fail(&w, ua_status_of_err(rc));
    subscription_message_sent(sub, true, more);
    send_response(p, &rope, &w);
    return true;
}

static bool takes_more(const struct server *s, const struct peer *p)
{
    return p->ops->unsent(p->user) <= s->limits.notification_bytes;
}

/* True: it has notifications, which its client does not take now. */
static bool hold_back(struct subscription *sub)
{
    struct session *s = sub->session;
    if (!subscription_has_news(sub) || takes_more(s->server, s->peer))
        return false;
    s->held_back = s->peer->holds_back = true;
    return true;
}

/* The first of those with the highest priority: they stand in the order in which they were served. */
static struct subscription *most_urgent(const struct session *s)
{
    struct subscription *best = NULL;
    for (struct list_link *l = s->subscriptions.first; l; l = l->next) {
        struct subscription *sub = container_of(l, struct subscription, link);
        bool more_urgent = !best || sub->settings.priority > best->settings.priority;
        if (more_urgent && subscription_wants_to_send(sub) && !hold_back(sub))
            best = sub;
    }
    return best;
}

void publish_deliver(struct session *s)
{
    while (s->publishes.first) {
        struct publish *p = publish_at(s->publishes.first);
        if (s->farewells.first) {
            send_farewell(p, container_of(s->farewells.first, struct farewell, link));
            continue;
        }
        struct subscription *sub = most_urgent(s);
        if (!sub)
            return;
        if (!subscription_has_news(sub))
            send_keep_alive(p, sub);
        else if (!send_notifications(p, sub))
            return;
    }
}

static struct session *held_back(const struct peer *p)
{
    for (struct list_link *l = p->sessions.first; l; l = l->next) {
        struct session *s = container_of(l, struct session, peer_link);
        if (s->held_back)
            return s;
    }
    return NULL;
}

void server_peer_took(struct server *server, struct peer *p)
{
    struct session *s;
    if (!p->holds_back || !takes_more(server, p))
        return;
    p->holds_back = false;
    while (!p->holds_back && (s = held_back(p))) {
        s->held_back = false;
        publish_deliver(s);
    }
}

void publish_refuse_idle(struct session *s)
{
    if (s->subscriptions.count > 0 || s->farewells.count > 0)
        return;
    while (s->publishes.first)
        request_give_up(publish_at(s->publishes.first)->request, UA_BAD_NO_SUBSCRIPTION);
}

static ua_status acknowledge(const struct session *s, const struct ua_subscription_acknowledgement *ack)
{
    struct subscription *sub = subscription_find(s->server, ack->subscription_id);
    if (!sub || sub->session != s)
        return UA_BAD_SUBSCRIPTION_ID_INVALID;
    return notification_message_acknowledge(sub, ack->sequence_number) ? UA_GOOD
                                                                       : UA_BAD_SEQUENCE_NUMBER_UNKNOWN;
}

/* Acknowledges what the client has, and keeps the request. False: it was answered. */
static bool park(struct request *r, const struct ua_publish_request *req)
{
    size_t count = req->subscription_acknowledgements_len;
    struct publish *p = request_alloc(r, 1, sizeof *p);
    if (!p)
        return false;
    p->request = r;
    p->timeout.callback = time_out;
    p->result_count = count;
    p->results = request_alloc(r, count, sizeof *p->results);
    if (!p->results)
        return false;
    int64_t wait_ns = (int64_t)(r->timeout_hint_ms * (double)NS_PER_MS);
    if (wait_ns > 0 && timer_start_in(r->server->timers, &p->timeout, wait_ns)) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        p->results[i] = acknowledge(r->session, &req->subscription_acknowledgements[i]);
    list_append(&r->session->publishes, &p->link);
    request_park(r, cancel_publish, p);
    return true;
}

void publish(struct request *r, const void *decoded)
{
    const struct ua_publish_request *req = decoded;
    struct session *s = r->session;
    const struct server_limits *limits = &r->server->limits;
    for (struct list_link *l = s->subscriptions.first; l; l = l->next)
        subscription_touch(container_of(l, struct subscription, link));
    if (s->subscriptions.count == 0 && s->farewells.count == 0) {
        request_fault(r, UA_BAD_NO_SUBSCRIPTION);
        return;
    }
    if (req->subscription_acknowledgements_len > limits->operations_per_call) {
        request_fault(r, UA_BAD_TOO_MANY_OPERATIONS);
        return;
    }
    if (!park(r, req))
        return;
    publish_deliver(s);
    if (s->publishes.count > limits->publishes_per_session)
        request_give_up(publish_at(s->publishes.first)->request, UA_BAD_TOO_MANY_PUBLISH_REQUESTS);
    publish_refuse_idle(s);
}

void republish(struct request *r, const void *decoded)
{
    const struct ua_republish_request *req = decoded;
    struct subscription *sub = subscription_of_request(r, req->subscription_id);
    if (!sub)
        return;
    sub->counts.republish_requests++;
    const struct notification_message *m = notification_message_find(sub, req->retransmit_sequence_number);
    if (!m) {
        request_fault(r, UA_BAD_MESSAGE_NOT_AVAILABLE);
        return;
    }
    sub->counts.republished_messages++;
    struct rope rope;
    struct writer w;
    request_begin(r, &rope, &w);
    int rc = w.status ? 0 : rope_append_rope(&rope, &m->rope);
    if (rc)
        writer_fail(&w, ua_status_of_err(rc));
    request_send(r, &rope, &w);
}
