/* SPDX-License-Identifier: Apache-2.0 */
#include "service/dispatch.h"

#include "service/attribute/attribute.h"
#include "service/method_service.h"
#include "service/server_private.h"
#include "service/session/discovery.h"
#include "service/session/session.h"
#include "service/subscription/monitored_item.h"
#include "service/subscription/subscription.h"
#include "service/view/view.h"
#include "wire/reader.h"

enum { AUDIT_ENTRY_MAX = 256 };

#define ROW(name) .request = &ua_##name##_request_structure, .response = &ua_##name##_response_structure

/* Part 4 §5; what is not here answers Bad_ServiceUnsupported. */
static const struct service services[] = {
    {ROW(read), read_attributes, true, true},
    {ROW(publish), publish, true, true},
    {ROW(write), write_attributes, true, true},
    {ROW(call), call_methods, true, true},
    {ROW(browse), browse, true, true},
    {ROW(browse_next), browse_next, true, true},
    {ROW(translate_browse_paths_to_node_ids), translate_browse_paths, true, true},
    {ROW(register_nodes), register_nodes, true, true},
    {ROW(unregister_nodes), unregister_nodes, true, true},
    {ROW(create_monitored_items), create_monitored_items, true, true},
    {ROW(modify_monitored_items), modify_monitored_items, true, true},
    {ROW(delete_monitored_items), delete_monitored_items, true, true},
    {ROW(set_monitoring_mode), set_monitoring_mode, true, true},
    {ROW(set_triggering), set_triggering, true, true},
    {ROW(create_subscription), create_subscription, true, true},
    {ROW(modify_subscription), modify_subscription, true, true},
    {ROW(delete_subscriptions), delete_subscriptions, true, true},
    {ROW(transfer_subscriptions), transfer_subscriptions, true, true},
    {ROW(set_publishing_mode), set_publishing_mode, true, true},
    {ROW(republish), republish, true, true},
    {ROW(find_servers), find_servers, false, false},
    {ROW(get_endpoints), get_endpoints, false, false},
    {ROW(create_session), create_session, false, false},
    {ROW(activate_session), activate_session, true, false},
    {ROW(close_session), close_session, true, false},
    {ROW(cancel), cancel, true, true},
};

const struct service *service_of_encoding(uint32_t encoding_id)
{
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        if (services[i].request->encoding_id == encoding_id)
            return &services[i];
    return NULL;
}

/* Every request begins with the NodeId of its encoding; 0: not one of ours. */
static uint32_t read_encoding(struct reader *reader)
{
    struct ua_nodeid id = read_nodeid(reader);
    return id.ns == 0 && id.kind == UA_ID_NUMERIC ? id.numeric : 0;
}

/* Part 4 §7.33: timeoutHint counts from the client's sending; our own limit bounds what stays parked. */
static void take_header(struct request *r, const struct ua_request_header *h)
{
    const struct server *s = r->server;
    r->handle = h->request_handle;
    r->return_diagnostics = h->return_diagnostics;
    r->timeout_hint_ms = h->timeout_hint;
    struct slice entry = h->audit_entry_id;
    if (entry.len > AUDIT_ENTRY_MAX || !arena_copy(&r->arena, entry, &r->audit_entry_id))
        r->audit_entry_id = (struct slice){0};
    double wait_ms = s->limits.max_wait_ms;
    if (h->timeout_hint && h->timeout_hint < wait_ms)
        wait_ms = h->timeout_hint;
    r->deadline_ns = server_mono_ns(s) + (int64_t)(wait_ms * (double)NS_PER_MS);
}

static ua_status admit(struct request *r, const struct ua_request_header *h)
{
    if (!r->service->needs_session)
        return UA_GOOD;
    struct session *session = session_find(r->server, &h->authentication_token);
    if (!session)
        return UA_BAD_SESSION_ID_INVALID;
    /* Part 4 §5.7.3: ActivateSession alone may bring a session to another channel. */
    bool moves = r->service->handle == activate_session;
    if (session->peer != r->peer && !moves)
        return UA_BAD_SECURE_CHANNEL_ID_INVALID;
    if (!session->active && r->service->needs_activation) {
        session_close(session, UA_BAD_SESSION_CLOSED, true);
        return UA_BAD_SESSION_NOT_ACTIVATED;
    }
    r->session = session;
    if (session->peer == r->peer)
        session_touch(session);
    return UA_GOOD;
}

static ua_status decode(struct request *r, struct reader *reader, void **decoded)
{
    const struct ua_structure *s = r->service->request;
    *decoded = arena_alloc(&r->arena, 1, s->size);
    if (!*decoded)
        return UA_BAD_OUT_OF_MEMORY;
    s->read(reader, *decoded);
    return reader->status;
}

static ua_status begin(struct request *r, struct slice body, void **decoded)
{
    struct reader reader;
    reader_init(&reader, body, &r->arena);
    uint32_t encoding = read_encoding(&reader);
    struct reader header_reader = reader;
    struct ua_request_header header;
    ua_request_header_read(&header_reader, &header);
    if (header_reader.status)
        return header_reader.status;
    take_header(r, &header);
    r->service = service_of_encoding(encoding);
    if (!r->service)
        return UA_BAD_SERVICE_UNSUPPORTED;
    ua_status status = admit(r, &header);
    if (status)
        return status;
    return decode(r, &reader, decoded);
}

void server_receive(struct server *s, struct peer *p, uint32_t request_id, struct slice body)
{
    struct request *r = request_new(s, p, request_id);
    if (!r)
        return; /* nothing to answer with; the client's timeout ends it */
    void *decoded = NULL;
    ua_status status = begin(r, body, &decoded);
    if (!status && r->service->handle != publish && p->requests.count > s->limits.requests_per_peer)
        status = UA_BAD_TOO_MANY_OPERATIONS;
    if (status)
        request_fault(r, status);
    else
        request_handle(r, decoded);
}
