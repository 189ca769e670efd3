/* SPDX-License-Identifier: Apache-2.0
 * The live values of the Server object: ServerStatus, arrays of names, diagnostics (Part 5 §6.3, §8.3). */
#include "service/server_object.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <stdlib.h>

struct live_value;

/* What is asked for, and where the answer may be built. */
struct live_request {
    const struct server *server;
    const struct live_value *row;
    struct arena *arena;
};

/* One row: a standard Variable, how it is read. */
struct live_value {
    uint32_t id;
    struct ua_variant (*read)(const struct live_request *ask);
    size_t offset; /* of the counter that read_count() reads */
};

static struct ua_variant structure(struct arena *arena, const struct ua_structure *type, const void *value)
{
    struct ua_extension_object *object = arena_alloc(arena, 1, sizeof *object);
    if (!object || !value)
        return (struct ua_variant){0};
    *object = (struct ua_extension_object){.structure = type, .value = value};
    return ua_variant_structure(object);
}

static struct ua_build_info build_info(const struct server *s)
{
    const struct server_identity *id = s->identity;
    return (struct ua_build_info){
        .product_uri = id->product_uri,
        .manufacturer_name = id->manufacturer,
        .product_name = id->product_name,
        .software_version = id->version,
        .build_number = id->version,
        .build_date = id->build_date,
    };
}

static uint32_t seconds_till_shutdown(const struct server *s)
{
    int64_t left = s->shutdown_at_ns - server_mono_ns(s);
    return s->state == SERVER_SHUTDOWN && left > 0 ? (uint32_t)((left + NS_PER_S - 1) / NS_PER_S) : 0;
}

static struct ua_variant read_status_structure(const struct live_request *ask)
{
    const struct server *s = ask->server;
    struct ua_server_status_data_type *status = arena_alloc(ask->arena, 1, sizeof *status);
    if (status)
        *status = (struct ua_server_status_data_type){
            .start_time = s->started_at,
            .current_time = server_datetime(s),
            .state = (int32_t)s->state,
            .build_info = build_info(s),
            .seconds_till_shutdown = seconds_till_shutdown(s),
            .shutdown_reason = {.text = buf_slice(&s->shutdown_reason)},
        };
    return structure(ask->arena, &ua_server_status_data_type_structure, status);
}

static struct ua_variant read_build_info(const struct live_request *ask)
{
    struct ua_build_info *info = arena_alloc(ask->arena, 1, sizeof *info);
    if (info)
        *info = build_info(ask->server);
    return structure(ask->arena, &ua_build_info_structure, info);
}

static struct ua_server_diagnostics_summary_data_type summary(const struct server *s)
{
    const struct server_counts *c = &s->counts;
    return (struct ua_server_diagnostics_summary_data_type){
        .current_session_count = (uint32_t)s->sessions.count,
        .cumulated_session_count = c->cumulated_sessions,
        .security_rejected_session_count = c->security_rejected_sessions,
        .rejected_session_count = c->rejected_sessions,
        .session_timeout_count = c->session_timeouts,
        .session_abort_count = c->session_aborts,
        .current_subscription_count = (uint32_t)s->subscriptions_by_id.count,
        .cumulated_subscription_count = c->cumulated_subscriptions,
        .security_rejected_requests_count = c->security_rejected_requests,
        .rejected_requests_count = c->rejected_requests,
    };
}

static struct ua_variant read_summary(const struct live_request *ask)
{
    struct ua_server_diagnostics_summary_data_type *out = arena_alloc(ask->arena, 1, sizeof *out);
    if (out)
        *out = summary(ask->server);
    return structure(ask->arena, &ua_server_diagnostics_summary_data_type_structure, out);
}

static struct ua_variant read_namespaces(const struct live_request *ask)
{
    size_t count = space_namespace_count(ask->server->space);
    struct slice *uris = arena_alloc(ask->arena, count, sizeof *uris);
    if (!uris)
        return (struct ua_variant){0};
    for (size_t i = 0; i < count; i++)
        uris[i] = space_namespace(ask->server->space, i);
    return ua_variant_array(UA_STRING, uris, count);
}

static struct ua_variant read_servers(const struct live_request *ask)
{
    return ua_variant_array(UA_STRING, &ask->server->identity->application_uri, 1);
}

static struct ua_variant read_current_time(const struct live_request *ask)
{
    return ua_variant_datetime(server_datetime(ask->server));
}

static struct ua_variant read_start_time(const struct live_request *ask)
{
    return ua_variant_datetime(ask->server->started_at);
}

static struct ua_variant read_state(const struct live_request *ask)
{
    return ua_variant_int32((int32_t)ask->server->state);
}

static struct ua_variant read_seconds_till_shutdown(const struct live_request *ask)
{
    return ua_variant_uint32(seconds_till_shutdown(ask->server));
}

static struct ua_variant read_shutdown_reason(const struct live_request *ask)
{
    return ua_variant_localized_text(buf_slice(&ask->server->shutdown_reason));
}

/* Part 5 §6.3.9: 255 is full health, 1..199 degraded. */
static struct ua_variant read_service_level(const struct live_request *ask)
{
    return (struct ua_variant){.type = UA_BYTE, .byte = ask->server->state == SERVER_RUNNING ? 255 : 1};
}

/* A counter of the summary. */
static struct ua_variant read_count(const struct live_request *ask)
{
    struct ua_server_diagnostics_summary_data_type all = summary(ask->server);
    return ua_variant_uint32(*(const uint32_t *)((const char *)&all + ask->row->offset));
}

#define STATUS(name) UA_ID_SERVER_SERVERSTATUS_##name
#define COUNT(name, field)                                                                                   \
    UA_ID_SERVER_SERVERDIAGNOSTICS_SERVERDIAGNOSTICSSUMMARY_##name, read_count,                              \
        offsetof(struct ua_server_diagnostics_summary_data_type, field)

static const struct live_value live_values[] = {
    {UA_ID_SERVER_SERVERSTATUS, read_status_structure, 0},
    {STATUS(STARTTIME), read_start_time, 0},
    {STATUS(CURRENTTIME), read_current_time, 0},
    {STATUS(STATE), read_state, 0},
    {STATUS(BUILDINFO), read_build_info, 0},
    {STATUS(SECONDSTILLSHUTDOWN), read_seconds_till_shutdown, 0},
    {STATUS(SHUTDOWNREASON), read_shutdown_reason, 0},
    {UA_ID_SERVER_SERVERARRAY, read_servers, 0},
    {UA_ID_SERVER_NAMESPACEARRAY, read_namespaces, 0},
    {UA_ID_SERVER_SERVICELEVEL, read_service_level, 0},
    {UA_ID_SERVER_SERVERDIAGNOSTICS_SERVERDIAGNOSTICSSUMMARY, read_summary, 0},
    {COUNT(SERVERVIEWCOUNT, server_view_count)},
    {COUNT(CURRENTSESSIONCOUNT, current_session_count)},
    {COUNT(CUMULATEDSESSIONCOUNT, cumulated_session_count)},
    {COUNT(SECURITYREJECTEDSESSIONCOUNT, security_rejected_session_count)},
    {COUNT(REJECTEDSESSIONCOUNT, rejected_session_count)},
    {COUNT(SESSIONTIMEOUTCOUNT, session_timeout_count)},
    {COUNT(SESSIONABORTCOUNT, session_abort_count)},
    {COUNT(CURRENTSUBSCRIPTIONCOUNT, current_subscription_count)},
    {COUNT(CUMULATEDSUBSCRIPTIONCOUNT, cumulated_subscription_count)},
    {COUNT(PUBLISHINGINTERVALCOUNT, publishing_interval_count)},
    {COUNT(SECURITYREJECTEDREQUESTSCOUNT, security_rejected_requests_count)},
    {COUNT(REJECTEDREQUESTSCOUNT, rejected_requests_count)},
};

static void read_live(void *user, const struct node *n, struct value_answer *a)
{
    struct ua_data_value value = {.has_value = true, .source_timestamp = server_datetime(user)};
    for (size_t i = 0; i < ARRAY_LEN(live_values); i++) {
        const struct live_value *row = &live_values[i];
        if (row->id == n->id.numeric)
            value.value = row->read(&(struct live_request){user, row, a->arena});
    }
    if (value.value.type == UA_NULL)
        value = (struct ua_data_value){.status = UA_BAD_OUT_OF_MEMORY};
    a->give(a, &value);
}

static const struct value_source live_source = {.read = read_live};

ua_status server_object_attach(struct server *s)
{
    for (size_t i = 0; i < ARRAY_LEN(live_values); i++) {
        struct node *n = space_ns0(s->space, live_values[i].id);
        if (!n)
            return UA_BAD_NODE_ID_UNKNOWN;
        n->variable.source = &live_source;
        n->variable.source_user = s;
    }
    return UA_GOOD;
}
