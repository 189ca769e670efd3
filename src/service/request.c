/* SPDX-License-Identifier: Apache-2.0 */
#include "service/request.h"

#include "base/err.h"
#include "base/log.h"
#include "service/dispatch.h"
#include "service/server_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { IDLE_REQUESTS_KEPT = 64 };

struct request *request_new(struct server *s, struct peer *p, uint32_t id)
{
    struct list_link *idle = list_pop(&s->idle_requests);
    struct request *r = idle ? container_of(idle, struct request, link) : calloc(1, sizeof *r);
    if (!r)
        return NULL;
    struct arena arena = r->arena;
    *r = (struct request){.server = s, .peer = p, .id = id, .arena = arena};
    if (!idle)
        arena_init(&r->arena, s->limits.arena_bytes);
    list_append(&p->requests, &r->link);
    return r;
}

static void request_free(struct request *r)
{
    struct server *s = r->server;
    list_remove(&r->peer->requests, &r->link);
    arena_reset(&r->arena);
    if (s->idle_requests.count < IDLE_REQUESTS_KEPT) {
        list_append(&s->idle_requests, &r->link);
        return;
    }
    arena_clear(&r->arena);
    free(r);
}

void requests_free_idle(struct server *s)
{
    struct list_link *link;
    while ((link = list_pop(&s->idle_requests))) {
        struct request *r = container_of(link, struct request, link);
        arena_clear(&r->arena);
        free(r);
    }
}

/* Its answer is out, or nobody waits for one. While the handler runs, the request must outlive it. */
static void ended(struct request *r)
{
    r->answered = true;
    if (!r->handling)
        request_free(r);
}

void request_handle(struct request *r, const void *decoded)
{
    r->handling = true;
    r->service->handle(r, decoded);
    r->handling = false;
    if (r->answered)
        request_free(r);
    else
        assert(r->cancel); /* neither answered nor parked */
}

static void fill_header(const struct request *r, ua_status result, struct ua_response_header *h)
{
    *h = (struct ua_response_header){
        .timestamp = server_datetime(r->server),
        .request_handle = r->handle,
        .service_result = result,
    };
}

static void begin(struct request *r, const struct ua_structure *s, ua_status result, struct rope *rope,
                  struct writer *w)
{
    rope_init(rope, r->server->limits.response_bytes);
    writer_init(w, rope);
    struct ua_nodeid encoding = ua_nodeid_numeric(0, s->encoding_id);
    struct ua_response_header header;
    fill_header(r, result, &header);
    write_nodeid(w, &encoding);
    ua_response_header_write(w, &header);
}

void request_begin(struct request *r, struct rope *rope, struct writer *w)
{
    begin(r, r->service->response, UA_GOOD, rope, w);
}

static void send_fault(struct request *r, ua_status status)
{
    struct rope rope;
    struct writer w;
    begin(r, &ua_service_fault_structure, status, &rope, &w);
    if (w.status || r->peer->ops->respond(r->peer->user, r->id, &rope))
        log_debug("service", "a ServiceFault could not be sent");
    rope_clear(&rope);
}

void request_send(struct request *r, struct rope *rope, const struct writer *w)
{
    ua_status status = w->status;
    if (status == UA_BAD_ENCODING_LIMITS_EXCEEDED)
        status = UA_BAD_RESPONSE_TOO_LARGE;
    if (!status)
        status = r->peer->ops->respond(r->peer->user, r->id, rope);
    if (status == UA_BAD_RESPONSE_TOO_LARGE)
        log_info("service",
                 "%s: a response of %zu bytes is larger than this client takes; raise its MaxMessageSize, or "
                 "read Thumbnail, ImageFile, or parts by IndexRange",
                 r->peer->address, rope->len);
    rope_clear(rope);
    if (status)
        send_fault(r, status);
    ended(r);
}

void request_finish(struct request *r, void *response)
{
    struct rope rope;
    struct writer w;
    const struct ua_structure *s = r->service->response;
    rope_init(&rope, r->server->limits.response_bytes);
    writer_init(&w, &rope);
    struct ua_nodeid encoding = ua_nodeid_numeric(0, s->encoding_id);
    struct ua_response_header *header = response; /* the first member of every response */
    fill_header(r, header->service_result, header);
    write_nodeid(&w, &encoding);
    s->write(&w, response);
    request_send(r, &rope, &w);
}

void request_fault(struct request *r, ua_status status)
{
    r->server->counts.rejected_requests++;
    send_fault(r, status);
    ended(r);
}

void request_refuse(struct request *r, ua_status status, const char *fmt, ...)
{
    struct err_text why;
    va_list args;
    va_start(args, fmt);
    vsnprintf(why.text, sizeof why.text, fmt, args);
    va_end(args);
    log_warning("service", "%s: %s (%s)", r->peer->address, why.text, ua_status_name(status));
    r->server->counts.security_rejected_requests++;
    request_fault(r, status);
}

void request_park(struct request *r, void (*cancel)(struct request *r), void *parked)
{
    assert(!r->answered);
    r->cancel = cancel;
    r->parked = parked;
}

void request_give_up(struct request *r, ua_status status)
{
    r->cancel(r);
    request_fault(r, status);
}

void request_drop(struct request *r)
{
    r->cancel(r);
    request_free(r);
}

void *request_alloc(struct request *r, size_t count, size_t size)
{
    void *out = arena_alloc(&r->arena, count, size);
    if (!out)
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
    return out;
}

bool request_check_count(struct request *r, size_t count)
{
    if (count == 0)
        request_fault(r, UA_BAD_NOTHING_TO_DO);
    else if (count > r->server->limits.operations_per_call)
        request_fault(r, UA_BAD_TOO_MANY_OPERATIONS);
    else
        return true;
    return false;
}

void *request_results(struct request *r, size_t count, size_t size)
{
    return request_check_count(r, count) ? request_alloc(r, count, size) : NULL;
}
