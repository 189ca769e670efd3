/* SPDX-License-Identifier: Apache-2.0 */
#include "service/attribute.h"
#include "service/server_private.h"
#include "service/session.h"

static ua_status put(struct server *s, struct node *n, const struct ua_data_value *value)
{
    const struct variable *v = &n->variable;
    if (v->source)
        return v->source->write ? v->source->write(v->source_user, n, value) : UA_BAD_NOT_WRITABLE;
    struct ua_data_value stored = *value;
    stored.source_timestamp = server_datetime(s);
    return space_store(s->space, n, &stored);
}

/* Timestamps that a client sends along are ignored rather than refused: common stacks always send one, and
 * ours tell when the value took effect. */
static ua_status write_one(struct request *r, const struct ua_write_value *what)
{
    struct node *n = space_find(r->server->space, &what->node_id);
    if (!n)
        return UA_BAD_NODE_ID_UNKNOWN;
    if (!attribute_exists(n, what->attribute_id))
        return UA_BAD_ATTRIBUTE_ID_INVALID;
    if (what->attribute_id != ATTRIBUTE_VALUE || n->node_class != NODE_VARIABLE ||
        !(n->variable.access_level & ACCESS_WRITE))
        return UA_BAD_NOT_WRITABLE;
    if (!session_may_write(r->session))
        return UA_BAD_USER_ACCESS_DENIED;
    if (what->index_range.len || what->value.status)
        return UA_BAD_WRITE_NOT_SUPPORTED;
    if (!what->value.has_value)
        return UA_BAD_TYPE_MISMATCH;
    ua_status status = space_check_type(r->server->space, &n->variable, &what->value.value);
    return status ? status : put(r->server, n, &what->value);
}

void write_attributes(struct request *r, const void *decoded)
{
    const struct ua_write_request *req = decoded;
    size_t count = req->nodes_to_write_len;
    if (!request_check_count(r, count))
        return;
    struct ua_write_response out = {.results_len = count};
    out.results = request_alloc(r, count, sizeof *out.results);
    if (!out.results)
        return;
    for (size_t i = 0; i < count; i++)
        out.results[i] = write_one(r, &req->nodes_to_write[i]);
    request_finish(r, &out);
}
