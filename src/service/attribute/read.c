/* SPDX-License-Identifier: Apache-2.0 */
#include "service/attribute/attribute.h"
#include "service/attribute/index_range.h"
#include "service/results.h"

struct read_operation {
    struct attribute_read read;
    struct read_job *job;
    uint32_t attribute;
    struct index_range range;
};

/* One Read request: some of its answers may come later. In the request's arena. */
struct read_job {
    struct request *request;
    struct results results;
    int32_t timestamps;
    struct read_operation *operations;
};

static void put_result(struct read_operation *op, struct ua_data_value *value)
{
    struct read_job *job = op->job;
    if (op->range.count && value->has_value) {
        struct ua_variant part;
        ua_status status = index_range_cut(&op->range, &job->request->arena, &value->value, &part);
        if (status)
            *value = (struct ua_data_value){.status = status};
        else
            value->value = part;
    }
    attribute_stamp(job->request->server, op->attribute, job->timestamps, value);
    size_t i = (size_t)(op - job->operations);
    struct writer aside, *w = results_writer(&job->results, i, &aside);
    write_data_value(w, value);
    results_written(&job->results, i, w);
}

static void give(struct value_answer *a, const struct ua_data_value *given)
{
    struct read_operation *op =
        container_of(container_of(a, struct attribute_read, answer), struct read_operation, read);
    attribute_read_done(&op->read);
    struct ua_data_value value = *given;
    put_result(op, &value);
}

/* Part 4 §5.11.2.2 */
ua_status attribute_check_encoding(uint32_t attribute, const struct ua_qualified_name *encoding)
{
    if (encoding->name.len == 0)
        return UA_GOOD;
    if (attribute != ATTRIBUTE_VALUE)
        return UA_BAD_DATA_ENCODING_INVALID;
    if (encoding->ns == 0 && slice_is(encoding->name, "Default Binary"))
        return UA_GOOD;
    return UA_BAD_DATA_ENCODING_UNSUPPORTED;
}

static void start(struct read_operation *op, const struct ua_read_value_id *what, double max_age_ms)
{
    struct request *r = op->job->request;
    op->attribute = what->attribute_id;
    ua_status status = attribute_check_encoding(what->attribute_id, &what->data_encoding);
    if (!status)
        status = index_range_parse(what->index_range, &op->range);
    if (status) {
        put_result(op, &(struct ua_data_value){.status = status});
        return;
    }
    op->read.session = r->session;
    op->read.answer = (struct value_answer){
        .give = give,
        .max_age_ms = max_age_ms,
        .deadline_ns = r->deadline_ns,
        .arena = &r->arena,
    };
    attribute_read_start(r->server, &what->node_id, what->attribute_id, &op->read);
}

static void cancel_read(struct request *r)
{
    struct read_job *job = r->parked;
    for (size_t i = 0; i < job->results.count; i++)
        attribute_read_cancel(&job->operations[i].read);
    results_clear(&job->results);
}

void read_attributes(struct request *r, const void *decoded)
{
    const struct ua_read_request *req = decoded;
    if (!(req->max_age >= 0)) {
        request_fault(r, UA_BAD_MAX_AGE_INVALID);
        return;
    }
    if (req->timestamps_to_return < UA_TIMESTAMPS_TO_RETURN_SOURCE ||
        req->timestamps_to_return > UA_TIMESTAMPS_TO_RETURN_NEITHER) {
        request_fault(r, UA_BAD_TIMESTAMPS_TO_RETURN_INVALID);
        return;
    }
    size_t count = req->nodes_to_read_len;
    if (!request_check_count(r, count))
        return;
    struct read_job *job = request_alloc(r, 1, sizeof *job);
    if (!job)
        return;
    job->request = r;
    job->timestamps = req->timestamps_to_return;
    job->operations = request_alloc(r, count, sizeof *job->operations);
    if (!job->operations || !results_begin(&job->results, r, count))
        return;
    for (size_t i = 0; i < count; i++) {
        job->operations[i].job = job;
        start(&job->operations[i], &req->nodes_to_read[i], req->max_age);
    }
    results_started(&job->results, cancel_read, job);
}
