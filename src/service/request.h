/* SPDX-License-Identifier: Apache-2.0
 * One request on its way through a service.
 *
 * A handler gets the decoded request, builds the response in request->arena, and calls request_finish() or
 * request_fault() exactly once: before it returns, or later after request_park(). What was decoded borrows
 * from the message and is gone when the handler returns: a parked request copies what it keeps. */
#ifndef UACAM_SERVICE_REQUEST_H
#define UACAM_SERVICE_REQUEST_H

#include "service/server.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"
#include "wire/writer.h"

struct session;
struct request;

/* One row of the table of services. */
struct service {
    const struct ua_structure *request;
    const struct ua_structure *response;
    void (*handle)(struct request *r, const void *decoded);
    bool needs_session;    /* else it is for anybody with a channel */
    bool needs_activation; /* of the session */
};

struct request {
    struct list_link link; /* in peer->requests */
    struct server *server;
    struct peer *peer;
    struct session *session; /* NULL for services without one */
    const struct service *service;
    uint32_t id;     /* of the message on its channel */
    uint32_t handle; /* RequestHeader.requestHandle */
    uint32_t return_diagnostics;
    int64_t deadline_ns; /* monotonic, by timeoutHint and the server's own limit */
    double timeout_hint_ms;
    struct slice audit_entry_id; /* in the arena */
    struct arena arena;

    /* Set by request_park(). */
    void (*cancel)(struct request *r); /* withdraws what it waits for; the request is freed afterwards */
    void *parked;
    bool handling; /* the handler is running */
    bool answered;
};

/* Fills the header of `response`, which must be of service->response, and sends it. Ends the request. Too
 * large for the client: a ServiceFault with Bad_ResponseTooLarge goes instead. */
void request_finish(struct request *r, void *response);

/* Sends a ServiceFault. Ends the request. */
void request_fault(struct request *r, ua_status status);

/* As request_fault(), for a reason of security: the log alone learns why, and from where it came. */
void request_refuse(struct request *r, ua_status status, const char *fmt, ...) printf_like(3, 4);

/* The two halves of request_finish() for responses that are not written from one struct: the encoding's
 * NodeId and the ResponseHeader; then whatever the service adds; then send. `rope` must be uninitialised; end
 * it with request_send(), which takes it in every case. */
void request_begin(struct request *r, struct rope *rope, struct writer *w);
void request_send(struct request *r, struct rope *rope, const struct writer *w);

/* Keeps the request until it is finished; `cancel` is called when the client, its session or its connection
 * gives it up. */
void request_park(struct request *r, void (*cancel)(struct request *r), void *parked);

/* Cancels a parked request with this status, which the client gets if it still can. */
void request_give_up(struct request *r, ua_status status);

/* Cancels a parked request without a word: its connection is gone. */
void request_drop(struct request *r);

/* Memory for results: an array in the arena. NULL was answered with a fault (Bad_OutOfMemory). */
must_check void *request_alloc(struct request *r, size_t count, size_t size);

/* Bad_NothingToDo or Bad_TooManyOperations were answered when this gives false. */
must_check bool request_check_count(struct request *r, size_t count);

/* Both: memory for a result of each of `count` operations. NULL was answered with a fault. */
must_check void *request_results(struct request *r, size_t count, size_t size);

#endif
