/* SPDX-License-Identifier: Apache-2.0
 * Requests under way, and the answers to them. */
#include "client/client_private.h"
#include "client/response.h"

#include <stdlib.h>

enum {
    MAX_UNDER_WAY = 1024,
    MAX_ENCODED = 64 << 20, /* bytes of a request */
    SERVER_FIRST_MS = 1000, /* the server's own word about lateness is better: it has this time to come */
};

struct request {
    struct list_link link; /* in client->requests */
    struct client *client;
    uint32_t id;
    const struct ua_structure *response_type;
    client_answered answered;
    void *user;
    struct timer late;
};

static void request_free(struct request *r)
{
    timer_stop(loop_timers(r->client->loop), &r->late);
    list_remove(&r->client->requests, &r->link);
    free(r);
}

/* ---- out ---- */

static void request_late(struct timer *t)
{
    struct request r = *container_of(t, struct request, late);
    request_free(container_of(t, struct request, late));
    r.answered(r.user, UA_BAD_TIMEOUT, NULL);
}

static ua_status encode(const struct ua_structure *type, const void *v, struct rope *out)
{
    struct writer w;
    struct ua_nodeid id = ua_nodeid_numeric(0, type->encoding_id);
    writer_init(&w, out);
    write_nodeid(&w, &id);
    type->write(&w, v);
    return w.status;
}

static ua_status send(struct client *c, const struct client_call *call, uint32_t id, uint32_t timeout_ms)
{
    *(struct ua_request_header *)call->request = (struct ua_request_header){
        .authentication_token = c->authentication_token,
        .timestamp = ua_datetime_of_utc_ns(clock_utc_ns(loop_timers(c->loop)->clock)),
        .request_handle = id,
        .timeout_hint = timeout_ms == CLIENT_NO_TIMEOUT ? 0 : timeout_ms,
    };
    struct rope body;
    rope_init(&body, MAX_ENCODED);
    ua_status status = encode(call->request_type, call->request, &body);
    if (!status)
        status = channel_send(c->channel, id, &body);
    rope_clear(&body);
    return status;
}

ua_status client_request_send(struct client *c, const struct client_call *call)
{
    if (c->requests.count >= MAX_UNDER_WAY)
        return UA_BAD_TOO_MANY_OPERATIONS;
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return UA_BAD_OUT_OF_MEMORY;
    *r = (struct request){
        .client = c,
        .id = channel_next_request_id(c->channel),
        .response_type = call->response_type,
        .answered = call->answered,
        .user = call->user,
        .late = {.callback = request_late},
    };
    list_append(&c->requests, &r->link);
    uint32_t timeout_ms = call->timeout_ms ? call->timeout_ms : c->config.timeout_ms;
    ua_status status = UA_GOOD;
    if (timeout_ms != CLIENT_NO_TIMEOUT &&
        timer_start_in(loop_timers(c->loop), &r->late, ((int64_t)timeout_ms + SERVER_FIRST_MS) * NS_PER_MS))
        status = UA_BAD_OUT_OF_MEMORY;
    if (!status)
        status = send(c, call, r->id, timeout_ms);
    if (status)
        request_free(r);
    return status;
}

ua_status client_request(struct client *c, const struct client_call *call)
{
    return c->state == CLIENT_READY ? client_request_send(c, call) : UA_BAD_SECURE_CHANNEL_CLOSED;
}

/* ---- in ---- */

/* Answers come nearly in order: the one sought is among the first. */
static struct request *find(const struct client *c, uint32_t id)
{
    for (struct list_link *l = c->requests.first; l; l = l->next) {
        struct request *r = container_of(l, struct request, link);
        if (r->id == id)
            return r;
    }
    return NULL;
}

void requests_message(struct client *c, uint32_t request_id, struct slice body)
{
    struct request *found = find(c, request_id);
    if (!found)
        return; /* given up before */
    struct request r = *found;
    request_free(found);
    const void *response;
    ua_status status = response_read(body, r.response_type, &c->decoded, &response);
    r.answered(r.user, status, response);
    arena_reset(&c->decoded);
}

void requests_aborted(struct client *c, uint32_t request_id, ua_status status)
{
    struct request *found = find(c, request_id);
    if (!found)
        return;
    struct request r = *found;
    request_free(found);
    r.answered(r.user, ua_is_bad(status) ? status : UA_BAD_UNEXPECTED_ERROR, NULL);
}

void requests_forget(struct client *c)
{
    while (c->requests.first)
        request_free(container_of(c->requests.first, struct request, link));
}
