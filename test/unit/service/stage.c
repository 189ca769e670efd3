/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include "support/open_access.h"
#include "wire/reader.h"
#include "wire/writer.h"

#include <stdio.h>
#include <string.h>

void stage_init_access(struct stage *s, const struct server_limits *limits,
                       const struct server_access *access)
{
    *s = (struct stage){
        .access = *access,
        .time = fake_clock(NS_PER_S),
        .identity = {.application_uri = slice_of("urn:host:uacam"), .host = slice_of("host"), .port = 4840},
    };
    timers_init(&s->timers, &s->time.clock);
    s->space = space_new(s->identity.application_uri);
    assert_non_null(s->space);
    s->server = server_new(s->space, &s->timers, &s->identity, limits, &s->access);
    assert_non_null(s->server);
}

void stage_init(struct stage *s, const struct server_limits *limits)
{
    stage_init_access(s, limits, &open_access);
}

void stage_clear(struct stage *s)
{
    server_free(s->server);
    space_free(s->space);
    timers_clear(&s->timers);
}

void stage_pass(struct stage *s, int64_t ms)
{
    int64_t end = s->time.mono + ms * NS_PER_MS;
    while (timers_next(&s->timers) <= end) {
        int64_t next = timers_next(&s->timers);
        if (next > s->time.mono) {
            s->time.utc += next - s->time.mono;
            s->time.mono = next;
        }
        timers_run(&s->timers);
    }
    s->time.utc += end - s->time.mono;
    s->time.mono = end;
}

void stage_pass_publishing(struct stage *s)
{
    stage_pass(s, 110 - s->time.mono / NS_PER_MS % 100);
}

static struct node *add(struct stage *s, const char *name, uint32_t data_type, struct ua_variant value,
                        const struct value_source *source, void *user)
{
    struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of(name)),
        .node_class = NODE_VARIABLE,
        .browse_name = {1, slice_of(name)},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE),
        .variable = {.data_type = ua_nodeid_numeric(0, data_type),
                     .value_rank = value.is_array ? VALUE_RANK_ARRAY : VALUE_RANK_SCALAR,
                     .access_level = ACCESS_READ,
                     .source = source,
                     .source_user = user},
        .value = value,
    };
    struct node *n;
    assert_int_equal(space_add(s->space, &spec, &n), UA_GOOD);
    return n;
}

struct node *stage_add(struct stage *s, const char *name, uint32_t data_type, struct ua_variant value)
{
    return add(s, name, data_type, value, NULL, NULL);
}

struct node *stage_add_source(struct stage *s, const char *name, uint32_t data_type,
                              const struct value_source *source, void *user)
{
    return add(s, name, data_type, (struct ua_variant){0}, source, user);
}

void stage_store_status(struct stage *s, struct node *n, struct ua_variant value, ua_status status,
                        int64_t source_timestamp)
{
    struct ua_data_value v = {
        .value = value, .has_value = true, .status = status, .source_timestamp = source_timestamp};
    assert_int_equal(space_store(s->space, n, &v), UA_GOOD);
}

void stage_store(struct stage *s, struct node *n, struct ua_variant value)
{
    stage_store_status(s, n, value, UA_GOOD, 0);
}

void stage_add_range(struct stage *s, struct node *n, double low, double high)
{
    struct ua_range range = {low, high};
    struct ua_extension_object object = {.structure = &ua_range_structure, .value = &range};
    char name[64];
    snprintf(name, sizeof name, "%.*s.EURange", SLICE_ARGS(n->browse_name.name));
    struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of(name)),
        .node_class = NODE_VARIABLE,
        .browse_name = {0, slice_of("EURange")},
        .parent = n->id,
        .reference_type = UA_ID_HASPROPERTY,
        .type_definition = ua_nodeid_numeric(0, UA_ID_PROPERTYTYPE),
        .variable = {.data_type = ua_nodeid_numeric(0, UA_ID_RANGE),
                     .value_rank = VALUE_RANK_SCALAR,
                     .access_level = ACCESS_READ},
        .value = ua_variant_structure(&object),
    };
    assert_int_equal(space_add(s->space, &spec, NULL), UA_GOOD);
}

/* ---- clients ---- */

static void receive(struct client *c, uint32_t request_id, const struct rope *response)
{
    uint8_t *bytes = arena_alloc(&c->arena, response->len, 1);
    assert_non_null(bytes);
    struct rope_cursor at = {0};
    size_t len = 0;
    for (struct slice part; (part = rope_next(response, &at, SIZE_MAX)).len; len += part.len)
        memcpy(bytes + len, part.data, part.len);
    assert_int_equal(len, response->len);
    struct reader r;
    reader_init(&r, (struct slice){bytes, len}, &c->arena);
    struct ua_nodeid encoding = read_nodeid(&r);
    const struct ua_structure *structure = ua_structure_by_encoding(encoding.numeric);
    assert_non_null(structure);
    void *value = arena_alloc(&c->arena, 1, structure->size);
    assert_non_null(value);
    structure->read(&r, value);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    assert_true(c->response_count < CLIENT_RESPONSES_MAX);
    c->responses[c->response_count++] = (struct client_response){request_id, structure, value};
}

static ua_status respond(void *user, uint32_t request_id, struct rope *response)
{
    struct client *c = user;
    if (response->len > c->peer.max_response)
        return UA_BAD_RESPONSE_TOO_LARGE;
    if (response->len > c->largest)
        c->largest = response->len;
    receive(c, request_id, response);
    if (c->clogs)
        c->unsent = SIZE_MAX;
    rope_clear(response);
    return UA_GOOD;
}

static size_t unsent(void *user)
{
    return ((struct client *)user)->unsent;
}

static void deserted(void *user)
{
    ((struct client *)user)->deserted++;
}

static const struct peer_ops ops = {.respond = respond, .deserted = deserted, .unsent = unsent};

static struct peer fresh_peer(struct client *c)
{
    return (struct peer){
        .ops = &ops,
        .user = c,
        .endpoint_url = slice_of("opc.tcp://host:4840"),
        .address = "127.0.0.1",
        .loopback = true,
        .security_policy_uri = slice_of("http://opcfoundation.org/UA/SecurityPolicy#None"),
        .security_mode = UA_MESSAGE_SECURITY_MODE_NONE,
        .max_response = SIZE_MAX,
    };
}

void client_open(struct client *c, struct stage *s)
{
    memset(c, 0, sizeof *c);
    c->stage = s;
    arena_init(&c->arena, SIZE_MAX);
    c->peer = fresh_peer(c);
    c->connected = true;
}

static void activate(struct client *c)
{
    struct ua_activate_session_request req = {0};
    client_call(c, &ua_activate_session_request_structure, &req, &ua_activate_session_response_structure);
}

void client_connect(struct client *c, struct stage *s)
{
    client_open(c, s);
    struct ua_create_session_request req = {.session_name = slice_of("test"),
                                            .requested_session_timeout = 3600e3};
    const struct ua_create_session_response *created =
        client_call(c, &ua_create_session_request_structure, &req, &ua_create_session_response_structure);
    c->token = created->authentication_token;
    activate(c);
}

static void lose(struct client *c)
{
    if (c->connected)
        server_peer_gone(&c->peer);
    c->connected = false;
}

void client_disconnect(struct client *c)
{
    lose(c);
    arena_clear(&c->arena);
}

void client_reconnect(struct client *c)
{
    lose(c);
    size_t max_response = c->peer.max_response;
    c->peer = fresh_peer(c);
    c->peer.max_response = max_response;
    c->connected = true;
    activate(c);
}

uint32_t client_send(struct client *c, const struct ua_structure *structure, void *request)
{
    struct ua_request_header *header = request; /* the first member of every request */
    header->authentication_token = c->token;
    header->request_handle = ++c->last_request_id;
    header->timeout_hint = c->timeout_hint;
    struct rope rope;
    struct writer w;
    rope_init(&rope, SIZE_MAX);
    writer_init(&w, &rope);
    struct ua_nodeid encoding = ua_nodeid_numeric(0, structure->encoding_id);
    write_nodeid(&w, &encoding);
    structure->write(&w, request);
    assert_int_equal(w.status, UA_GOOD);
    uint32_t id = c->last_request_id;
    server_receive(c->stage->server, &c->peer, id, buf_slice(&rope.own));
    rope_clear(&rope);
    return id;
}

static struct client_response take_at(struct client *c, size_t i)
{
    struct client_response found = c->responses[i];
    memmove(&c->responses[i], &c->responses[i + 1], (--c->response_count - i) * sizeof c->responses[0]);
    return found;
}

const void *client_take(struct client *c, uint32_t id, const struct ua_structure *structure)
{
    for (size_t i = 0; i < c->response_count; i++) {
        if (c->responses[i].request_id != id)
            continue;
        assert_string_equal(c->responses[i].structure->name, structure->name);
        return take_at(c, i).value;
    }
    return NULL;
}

ua_status client_take_fault(struct client *c, uint32_t id)
{
    const struct ua_service_fault *fault = client_take(c, id, &ua_service_fault_structure);
    return fault ? fault->response_header.service_result : UA_GOOD;
}

const void *client_call(struct client *c, const struct ua_structure *request_structure, void *request,
                        const struct ua_structure *response_structure)
{
    const void *response = client_take(c, client_send(c, request_structure, request), response_structure);
    assert_non_null(response);
    return response;
}

ua_status client_refused(struct client *c, const struct ua_structure *structure, void *request)
{
    return client_take_fault(c, client_send(c, structure, request));
}

/* ---- subscriptions ---- */

uint32_t client_subscribe(struct client *c, double publishing_interval_ms)
{
    struct ua_create_subscription_request req = {
        .requested_publishing_interval = publishing_interval_ms,
        .requested_lifetime_count = 30,
        .requested_max_keep_alive_count = 10,
        .publishing_enabled = true,
    };
    const struct ua_create_subscription_response *out = client_call(
        c, &ua_create_subscription_request_structure, &req, &ua_create_subscription_response_structure);
    return out->subscription_id;
}

struct ua_monitored_item_create_result client_try_monitor(struct client *c, uint32_t subscription,
                                                          struct item_wish wish)
{
    double interval = wish.every ? 0 : wish.interval_ms == 0 ? -1 : wish.interval_ms;
    struct ua_monitored_item_create_request item = {
        .item_to_monitor = {.node_id = ua_nodeid_string(1, slice_of(wish.name)),
                            .attribute_id = wish.attribute ? wish.attribute : ATTRIBUTE_VALUE,
                            .index_range = slice_of(wish.range)},
        .monitoring_mode = wish.disabled   ? UA_MONITORING_MODE_DISABLED
                           : wish.sampling ? UA_MONITORING_MODE_SAMPLING
                                           : UA_MONITORING_MODE_REPORTING,
        .requested_parameters = {.client_handle = wish.handle,
                                 .sampling_interval = interval,
                                 .queue_size = wish.queue,
                                 .discard_oldest = !wish.keep_oldest},
    };
    if (wish.filter) {
        item.requested_parameters.filter.structure = &ua_data_change_filter_structure;
        item.requested_parameters.filter.value = wish.filter;
    }
    struct ua_create_monitored_items_request req = {
        .subscription_id = subscription,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_NEITHER,
        .items_to_create = &item,
        .items_to_create_len = 1,
    };
    const struct ua_create_monitored_items_response *out = client_call(
        c, &ua_create_monitored_items_request_structure, &req, &ua_create_monitored_items_response_structure);
    assert_int_equal(out->results_len, 1);
    return out->results[0];
}

uint32_t client_monitor(struct client *c, uint32_t subscription, struct item_wish wish)
{
    struct ua_monitored_item_create_result result = client_try_monitor(c, subscription, wish);
    assert_int_equal(result.status_code, UA_GOOD);
    return result.monitored_item_id;
}

ua_status client_set_mode(struct client *c, uint32_t subscription, uint32_t item, int32_t mode)
{
    struct ua_set_monitoring_mode_request req = {
        .subscription_id = subscription,
        .monitoring_mode = mode,
        .monitored_item_ids = &item,
        .monitored_item_ids_len = 1,
    };
    const struct ua_set_monitoring_mode_response *out = client_call(
        c, &ua_set_monitoring_mode_request_structure, &req, &ua_set_monitoring_mode_response_structure);
    return out->results[0];
}

uint32_t client_publish_ack(struct client *c, uint32_t subscription, uint32_t sequence_number)
{
    struct ua_subscription_acknowledgement ack = {subscription, sequence_number};
    struct ua_publish_request req = {
        .subscription_acknowledgements = &ack,
        .subscription_acknowledgements_len = sequence_number ? 1 : 0,
    };
    return client_send(c, &ua_publish_request_structure, &req);
}

uint32_t client_publish(struct client *c)
{
    return client_publish_ack(c, 0, 0);
}

const struct ua_publish_response *client_published(struct client *c)
{
    for (size_t i = 0; i < c->response_count; i++)
        if (c->responses[i].structure == &ua_publish_response_structure)
            return take_at(c, i).value;
    return NULL;
}

const struct ua_data_change_notification *data_changes(const struct ua_publish_response *p)
{
    if (p->notification_message.notification_data_len == 0)
        return NULL;
    assert_int_equal(p->notification_message.notification_data_len, 1);
    const struct ua_extension_object *data = &p->notification_message.notification_data[0];
    return data->structure == &ua_data_change_notification_structure ? data->value : NULL;
}

ua_status status_change(const struct ua_publish_response *p)
{
    if (p->notification_message.notification_data_len == 0)
        return UA_GOOD;
    const struct ua_extension_object *data = &p->notification_message.notification_data[0];
    if (data->structure != &ua_status_change_notification_structure)
        return UA_GOOD;
    return ((const struct ua_status_change_notification *)data->value)->status;
}
