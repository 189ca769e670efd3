/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include <stdio.h>
#include <string.h>

enum { MAX_RESPONSE = 64 << 20, MAX_REQUEST = 1 << 20 };

/* ---- answering ---- */

static void encode(struct rope *out, const struct ua_structure *type, const void *value)
{
    struct writer w;
    struct ua_nodeid id = ua_nodeid_numeric(0, type->encoding_id);
    rope_init(out, MAX_RESPONSE);
    writer_init(&w, out);
    write_nodeid(&w, &id);
    type->write(&w, value);
    assert_int_equal(w.status, UA_GOOD);
}

static void send_rope(struct stage *s, uint32_t id, struct rope *body)
{
    assert_int_equal(channel_send(s->channel, id, body), UA_GOOD);
    rope_clear(body);
}

void stage_answer(struct stage *s, uint32_t id, const struct ua_structure *type, void *response)
{
    struct rope body;
    encode(&body, type, response);
    send_rope(s, id, &body);
}

void stage_fault(struct stage *s, uint32_t id, ua_status status)
{
    struct ua_service_fault fault = {.response_header = {.service_result = status}};
    stage_answer(s, id, &ua_service_fault_structure, &fault);
}

void stage_send(struct stage *s, uint32_t id, struct slice bytes)
{
    struct rope body;
    rope_init(&body, MAX_RESPONSE);
    assert_int_equal(rope_append(&body, bytes.data, bytes.len), 0);
    send_rope(s, id, &body);
}

void stage_hang_up(struct stage *s)
{
    tcp_close(s->tcp, 0);
}

/* ---- sessions ---- */

static void create_session(struct stage *s, uint32_t id)
{
    s->created++;
    struct ua_create_session_response response = {
        .response_header = {.service_result = s->create_result},
        .session_id = ua_nodeid_numeric(1, 1),
        .authentication_token = ua_nodeid_string(1, slice_of("a secret")),
        .revised_session_timeout = 60000,
        .server_endpoints = s->endpoints,
        .server_endpoints_len = s->endpoint_count,
    };
    stage_answer(s, id, &ua_create_session_response_structure, &response);
}

static void activate_session(struct stage *s, uint32_t id, const struct ua_activate_session_request *request)
{
    s->activated++;
    const struct ua_extension_object *token = &request->user_identity_token;
    assert_ptr_equal(token->structure, &ua_anonymous_identity_token_structure);
    struct slice policy_id = ((const struct ua_anonymous_identity_token *)token->value)->policy_id;
    snprintf(s->policy_id, sizeof s->policy_id, "%.*s", SLICE_ARGS(policy_id));
    struct ua_activate_session_response response = {
        .response_header = {.service_result = s->activate_result},
    };
    stage_answer(s, id, &ua_activate_session_response_structure, &response);
}

static void close_session(struct stage *s, uint32_t id, const struct ua_close_session_request *request)
{
    s->closed++;
    s->deleted_subscriptions = request->delete_subscriptions;
    struct ua_close_session_response response = {0};
    stage_answer(s, id, &ua_close_session_response_structure, &response);
}

static void look_at_header(struct stage *s, const struct ua_structure *type,
                           const struct ua_request_header *header)
{
    const struct ua_nodeid *token = &header->authentication_token;
    s->last_timeout_hint = header->timeout_hint;
    if (type != &ua_create_session_request_structure)
        s->saw_token &= token->kind == UA_ID_STRING && slice_is(token->string, "a secret");
}

static void serve(struct stage *s, uint32_t id, struct slice body)
{
    struct arena arena;
    struct reader r;
    arena_init(&arena, MAX_REQUEST);
    reader_init(&r, body, &arena);
    struct ua_nodeid encoding = read_nodeid(&r);
    const struct ua_structure *type = ua_structure_by_encoding(encoding.numeric);
    assert_non_null(type);
    void *request = reader_alloc(&r, 1, type->size);
    assert_non_null(request);
    type->read(&r, request);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    look_at_header(s, type, request);
    if (type == &ua_create_session_request_structure)
        create_session(s, id);
    else if (type == &ua_activate_session_request_structure)
        activate_session(s, id, request);
    else if (type == &ua_close_session_request_structure)
        close_session(s, id, request);
    else if (s->serve)
        s->serve(s, id, type, request);
    arena_clear(&arena);
}

/* ---- the server's channel and connection ---- */

static ua_status carry(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct stage *s = user;
    return tcp_send(s->tcp, parts, count, tag) ? UA_BAD_CONNECTION_CLOSED : UA_GOOD;
}

static void opened(void *user)
{
    (void)user;
}

static void message(void *user, uint32_t id, struct slice body)
{
    struct stage *s = user;
    if (s->serve_body)
        s->serve_body(s, id, body);
    else
        serve(s, id, body);
}

static void ended(void *user, ua_status status, const char *reason)
{
    (void)reason;
    struct stage *s = user;
    s->ended = status;
    tcp_close(s->tcp, 100);
}

static const struct channel_events channel_events = {
    .send = carry, .opened = opened, .message = message, .ended = ended};

static void received(void *user, struct slice bytes)
{
    static const struct slice other = {(const uint8_t *)"HTTP/1.1 400 Bad Request\r\n\r\n", 28};
    struct stage *s = user;
    if (s->manner == STAGE_FOREIGN)
        assert_int_equal(tcp_send(s->tcp, &other, 1, NULL), 0);
    else if (s->manner == STAGE_LEAVES)
        tcp_close(s->tcp, 0);
    else if (s->manner == STAGE_POLITE)
        channel_receive(s->channel, bytes);
}

static void sent(void *user, void *tag, int rc)
{
    (void)rc;
    struct stage *s = user;
    if (tag)
        channel_sent(s->channel, tag);
}

static void connection_closed(void *user, const struct err_text *why)
{
    (void)why;
    struct stage *s = user;
    s->tcp = NULL;
    channel_free(s->channel);
    s->channel = NULL;
}

static const struct tcp_events tcp_events = {received, sent, connection_closed};

static const struct tcp_events *accepted(void *user, struct tcp_conn *tcp, void **conn_user)
{
    struct stage *s = user;
    assert_null(s->tcp);
    s->tcp = tcp;
    s->channel = channel_new(&(struct channel_config){
        .role = CHANNEL_SERVER,
        .limits = channel_default_limits,
        .channel_id = 1,
        .token_lifetime_ms = 3600 * 1000,
        .timers = loop_timers(s->loop),
        .events = &channel_events,
        .user = s,
    });
    assert_non_null(s->channel);
    *conn_user = s;
    return &tcp_events;
}

/* ---- the client ---- */

static void client_ready(void *user)
{
    struct stage *s = user;
    s->ready_count++;
    if (s->ready)
        s->ready(s);
    else
        client_close(s->client);
}

static void client_closed(void *user, const struct err_text *why)
{
    struct stage *s = user;
    s->closed_count++;
    s->why = *why;
    s->client = NULL;
    if (s->listener)
        tcp_listener_close(s->listener);
    s->listener = NULL;
    if (s->tcp && s->manner != STAGE_POLITE)
        tcp_close(s->tcp, 0);
}

static const struct client_events client_events = {client_ready, client_closed};

void stage_init(struct stage *s)
{
    struct err_text why;
    *s = (struct stage){.timeout_ms = 5000, .saw_token = true, .ended = UA_BAD_NOTHING_TO_DO};
    assert_int_equal(loop_new(&s->loop, &why), 0);
    assert_int_equal(tcp_listen(s->loop, "127.0.0.1", 0, accepted, s, &s->listener, &why), 0);
    snprintf(s->url, sizeof s->url, "opc.tcp://127.0.0.1:%u/path", tcp_listener_port(s->listener));
}

void stage_run(struct stage *s)
{
    struct err_text why;
    const struct client_config config = {
        .url = s->url,
        .name = "a test",
        .timeout_ms = s->timeout_ms,
        .security = s->security,
        .events = &client_events,
        .user = s,
    };
    assert_int_equal(client_open(s->loop, &config, &s->client, &why), 0);
    loop_run(s->loop);
    assert_int_equal(s->closed_count, 1);
    assert_null(s->tcp);
}

void stage_clear(struct stage *s)
{
    if (s->listener)
        tcp_listener_close(s->listener);
    loop_run(s->loop);
    loop_free(s->loop);
}
