/* SPDX-License-Identifier: Apache-2.0 */
#include "service/method_service.h"

#include "service/event/audit.h"
#include "service/results.h"
#include "service/server_private.h"
#include "service/session/permission.h"
#include "service/session/session.h"
#include "wire/reader.h"

struct call_operation {
    struct method_call call;
    struct call_job *job;
    const struct method_handler *handler; /* not NULL: an answer is awaited from it */
    void *handler_user;
    struct audited_call audited;
    ua_status *input_results; /* of each input argument; NULL: not looked at */
};

/* One Call request: some of its answers may come later. In the request's arena. */
struct call_job {
    struct request *request;
    struct results results;
    struct call_operation *operations;
};

static void put_result(struct call_operation *op, ua_status status, const struct ua_variant *outputs,
                       size_t count)
{
    struct call_job *job = op->job;
    size_t i = (size_t)(op - job->operations);
    audit_end_call(job->request, &op->audited, status);
    /* ua_call_method_result_write() does not change what it is given. */
    struct ua_call_method_result result = {
        .status_code = status,
        .input_argument_results = op->input_results,
        .input_argument_results_len = op->input_results ? op->call.input_count : 0,
        .output_arguments = (struct ua_variant *)outputs,
        .output_arguments_len = count,
    };
    struct writer aside, *w = results_writer(&job->results, i, &aside);
    ua_call_method_result_write(w, &result);
    results_written(&job->results, i, w);
}

static void give(struct method_call *m, ua_status status, const struct ua_variant *outputs,
                 size_t output_count)
{
    struct call_operation *op = container_of(m, struct call_operation, call);
    op->handler = NULL;
    put_result(op, status, outputs, output_count);
}

/* The Arguments of a method's InputArguments property; false when they cannot be read. */
static bool input_arguments(struct request *r, const struct node *method, struct ua_variant *out)
{
    *out = (struct ua_variant){0};
    struct ua_qualified_name name = {0, slice_of("InputArguments")};
    const struct node *property = space_child(r->server->space, method, name);
    if (!property || !property->variable.stored.data)
        return true;
    struct reader reader;
    reader_init(&reader, property->variable.stored, &r->arena);
    *out = read_variant(&reader);
    return !reader.status && out->is_array && out->type == UA_EXTENSIONOBJECT;
}

/* Part 4 §5.12.2.4 */
static ua_status check_inputs(struct call_operation *op)
{
    struct request *r = op->job->request;
    struct ua_variant arguments;
    if (!input_arguments(r, op->call.method, &arguments))
        return UA_BAD_INTERNAL_ERROR;
    if (op->call.input_count < arguments.len)
        return UA_BAD_ARGUMENTS_MISSING;
    if (op->call.input_count > arguments.len)
        return UA_BAD_TOO_MANY_ARGUMENTS;
    ua_status *results = arena_alloc(&r->arena, arguments.len, sizeof *results);
    if (!results)
        return UA_BAD_OUT_OF_MEMORY;
    const struct ua_extension_object *objects = arguments.array;
    ua_status worst = UA_GOOD;
    for (size_t i = 0; i < arguments.len; i++) {
        if (objects[i].structure != &ua_argument_structure)
            return UA_BAD_INTERNAL_ERROR;
        const struct ua_argument *a = objects[i].value;
        struct variable shape = {.data_type = a->data_type, .value_rank = a->value_rank};
        results[i] = space_check_type(r->server->space, &shape, &op->call.inputs[i]);
        if (results[i])
            worst = UA_BAD_INVALID_ARGUMENT;
    }
    if (worst)
        op->input_results = results;
    return worst;
}

static ua_status prepare(struct call_operation *op, const struct ua_call_method_request *what)
{
    struct request *r = op->job->request;
    const struct space *space = r->server->space;
    const struct node *object = space_find(space, &what->object_id);
    if (!object)
        return UA_BAD_NODE_ID_UNKNOWN;
    const struct node *method = space_method_of(space, object, &what->method_id);
    if (!method)
        return UA_BAD_METHOD_INVALID;
    if (!method->method.handler)
        return UA_BAD_NOT_EXECUTABLE;
    op->call = (struct method_call){
        .give = give,
        .object = object,
        .method = method,
        .inputs = what->input_arguments,
        .input_count = what->input_arguments_len,
        .session_key = r->session->key,
        .deadline_ns = r->deadline_ns,
        .arena = &r->arena,
    };
    audit_begin_call(r, &op->call, &op->audited);
    if (!permission_call(session_role(r->session), method))
        return UA_BAD_USER_ACCESS_DENIED;
    return check_inputs(op);
}

static void start(struct call_operation *op, const struct ua_call_method_request *what)
{
    ua_status status = prepare(op, what);
    if (status) {
        put_result(op, status, NULL, 0);
        return;
    }
    op->handler = op->call.method->method.handler;
    op->handler_user = op->call.method->method.handler_user;
    op->handler->call(op->handler_user, &op->call);
}

static void cancel_call(struct request *r)
{
    struct call_job *job = r->parked;
    for (size_t i = 0; i < job->results.count; i++) {
        struct call_operation *op = &job->operations[i];
        if (!op->handler)
            continue;
        if (op->handler->cancel)
            op->handler->cancel(op->handler_user, &op->call);
        op->handler = NULL;
        audit_end_call(r, &op->audited, UA_BAD_REQUEST_CANCELLED_BY_CLIENT);
    }
    results_clear(&job->results);
}

void call_methods(struct request *r, const void *decoded)
{
    const struct ua_call_request *req = decoded;
    size_t count = req->methods_to_call_len;
    if (!request_check_count(r, count))
        return;
    struct call_job *job = request_alloc(r, 1, sizeof *job);
    if (!job)
        return;
    job->request = r;
    job->operations = request_alloc(r, count, sizeof *job->operations);
    if (!job->operations || !results_begin(&job->results, r, count))
        return;
    for (size_t i = 0; i < count; i++) {
        job->operations[i].job = job;
        start(&job->operations[i], &req->methods_to_call[i]);
    }
    results_started(&job->results, cancel_call, job);
}
