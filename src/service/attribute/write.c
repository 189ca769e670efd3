/* SPDX-License-Identifier: Apache-2.0 */
#include "service/attribute/attribute.h"
#include "service/event/audit.h"
#include "service/results.h"
#include "service/server_private.h"
#include "service/session/permission.h"
#include "service/session/session.h"

struct write_operation {
    struct value_write write;
    struct write_job *job;
    const struct value_source *source; /* not NULL: it has the write and is not done */
    void *source_user;
    struct audited_write audited;
};

/* One Write request: some of its results may come later. In the request's arena. */
struct write_job {
    struct request *request;
    struct results results;
    struct write_operation *operations;
};

static void put_result(struct write_operation *op, ua_status status)
{
    struct write_job *job = op->job;
    size_t i = (size_t)(op - job->operations);
    audit_end_write(job->request, &op->audited, status);
    struct writer aside, *w = results_writer(&job->results, i, &aside);
    write_status(w, status);
    results_written(&job->results, i, w);
}

static void done(struct value_write *w, ua_status status)
{
    struct write_operation *op = container_of(w, struct write_operation, write);
    op->source = NULL;
    put_result(op, status);
}

/* Timestamps that a client sends along are ignored rather than refused: common stacks always send one, and
 * ours tell when the value took effect. */
static ua_status check(const struct request *r, const struct ua_write_value *what, struct node **out)
{
    struct node *n = *out = space_find(r->server->space, &what->node_id);
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (!attribute_exists(n, what->attribute_id))
        return UA_BAD_ATTRIBUTE_ID_INVALID;
    if (what->attribute_id != ATTRIBUTE_VALUE || n->node_class != NODE_VARIABLE ||
        !(n->variable.access_level & ACCESS_WRITE))
        return UA_BAD_NOT_WRITABLE;
    if (!permission_write(session_role(r->session), n))
        return UA_BAD_USER_ACCESS_DENIED;
    if (what->index_range.len || what->value.status)
        return UA_BAD_WRITE_NOT_SUPPORTED;
    if (!what->value.has_value)
        return UA_BAD_TYPE_MISMATCH;
    if (n->variable.source && !n->variable.source->write)
        return UA_BAD_NOT_WRITABLE;
    return space_check_type(r->server->space, &n->variable, &what->value.value);
}

static void start(struct write_operation *op, const struct ua_write_value *what)
{
    struct request *r = op->job->request;
    struct node *n;
    ua_status status = check(r, what, &n);
    if (!status || status == UA_BAD_USER_ACCESS_DENIED)
        audit_begin_write(r, n, &what->value.value, &op->audited);
    if (!status && n->variable.source) {
        op->write =
            (struct value_write){.done = done, .deadline_ns = r->deadline_ns, .session_key = r->session->key};
        op->source = n->variable.source;
        op->source_user = n->variable.source_user;
        op->source->write(op->source_user, n, &what->value, &op->write);
        return;
    }
    if (!status) {
        struct ua_data_value stored = what->value;
        stored.source_timestamp = server_datetime(r->server);
        status = space_store(r->server->space, n, &stored);
    }
    put_result(op, status);
}

static void cancel_write(struct request *r)
{
    struct write_job *job = r->parked;
    for (size_t i = 0; i < job->results.count; i++) {
        struct write_operation *op = &job->operations[i];
        if (!op->source)
            continue;
        if (op->source->cancel_write)
            op->source->cancel_write(op->source_user, &op->write);
        op->source = NULL;
        audit_end_write(r, &op->audited, UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
    }
    results_clear(&job->results);
}

void write_attributes(struct request *r, const void *decoded)
{
    const struct ua_write_request *req = decoded;
    size_t count = req->nodes_to_write_len;
    if (!request_check_count(r, count))
        return;
    struct write_job *job = request_alloc(r, 1, sizeof *job);
    if (!job)
        return;
    job->request = r;
    job->operations = request_alloc(r, count, sizeof *job->operations);
    if (!job->operations || !results_begin(&job->results, r, count))
        return;
    for (size_t i = 0; i < count; i++) {
        job->operations[i].job = job;
        start(&job->operations[i], &req->nodes_to_write[i]);
    }
    results_started(&job->results, cancel_write, job);
}
