/* SPDX-License-Identifier: Apache-2.0
 * A whole server: the input is a conversation of requests with a valid session, whose fields are the
 * fuzzer's.
 *
 * A record is a service (one byte), a length (two bytes) and that many bytes behind the RequestHeader.
 * Between records time passes; some records break the connection and bring the session to a new one. */
#include "service/dispatch.h"
#include "service/event/event.h"
#include "service/server.h"
#include "support/fake_clock.h"
#include "support/open_access.h"
#include "wire/messages_gen.h"
#include "wire/reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORD_HEAD = 3, MOST_RECORDS = 40, MOST_WAITING = 8, STEP_MS = 70 };

struct world {
    struct fake_clock time;
    struct timer_queue timers;
    struct space *space;
    struct server_identity identity;
    struct server *server;
    struct peer peer;
    uint8_t token[32];
    bool active; /* the session has been activated */
    uint32_t last_id;
    struct value_answer *waiting[MOST_WAITING]; /* reads that the slow variable keeps */
    struct value_write *writing[MOST_WAITING];  /* writes */
};

/* Services in the order of the records' first byte. */
static const struct ua_structure *const requests[] = {
    &ua_read_request_structure,
    &ua_write_request_structure,
    &ua_call_request_structure,
    &ua_browse_request_structure,
    &ua_browse_next_request_structure,
    &ua_translate_browse_paths_to_node_ids_request_structure,
    &ua_register_nodes_request_structure,
    &ua_unregister_nodes_request_structure,
    &ua_create_monitored_items_request_structure,
    &ua_modify_monitored_items_request_structure,
    &ua_delete_monitored_items_request_structure,
    &ua_set_monitoring_mode_request_structure,
    &ua_set_triggering_request_structure,
    &ua_create_subscription_request_structure,
    &ua_modify_subscription_request_structure,
    &ua_delete_subscriptions_request_structure,
    &ua_transfer_subscriptions_request_structure,
    &ua_set_publishing_mode_request_structure,
    &ua_publish_request_structure,
    &ua_republish_request_structure,
    &ua_find_servers_request_structure,
    &ua_get_endpoints_request_structure,
    &ua_create_session_request_structure,
    &ua_activate_session_request_structure,
    &ua_close_session_request_structure,
    &ua_cancel_request_structure,
};

/* ---- a variable whose value comes later ---- */

static void slow_read(void *user, const struct node *n, struct value_answer *a)
{
    (void)n;
    struct world *w = user;
    for (size_t i = 0; i < MOST_WAITING; i++) {
        if (w->waiting[i])
            continue;
        w->waiting[i] = a;
        a->parked = w;
        return;
    }
    a->give(a, &(struct ua_data_value){.status = UA_BAD_RESOURCE_UNAVAILABLE});
}

static void slow_cancel(void *user, struct value_answer *a)
{
    struct world *w = user;
    for (size_t i = 0; i < MOST_WAITING; i++)
        if (w->waiting[i] == a)
            w->waiting[i] = NULL;
}

static void give_waiting(struct world *w)
{
    static const uint8_t picture[5000];
    struct blob *blob = blob_copy((struct slice){picture, sizeof picture});
    if (!blob)
        abort();
    struct ua_data_value value = {.value = ua_variant_blob(blob, blob->bytes), .has_value = true};
    for (size_t i = 0; i < MOST_WAITING; i++) {
        struct value_answer *a = w->waiting[i];
        w->waiting[i] = NULL;
        if (a)
            a->give(a, &value);
    }
    blob_unref(blob);
}

static void slow_write(void *user, const struct node *n, const struct ua_data_value *value,
                       struct value_write *write)
{
    (void)n;
    (void)value;
    struct world *w = user;
    for (size_t i = 0; i < MOST_WAITING; i++) {
        if (w->writing[i])
            continue;
        w->writing[i] = write;
        return;
    }
    write->done(write, UA_BAD_RESOURCE_UNAVAILABLE);
}

static void slow_cancel_write(void *user, struct value_write *write)
{
    struct world *w = user;
    for (size_t i = 0; i < MOST_WAITING; i++)
        if (w->writing[i] == write)
            w->writing[i] = NULL;
}

/* The last first: results come in another order than the writes. */
static void finish_writing(struct world *w)
{
    for (size_t i = MOST_WAITING; i-- > 0;) {
        struct value_write *write = w->writing[i];
        w->writing[i] = NULL;
        if (write)
            write->done(write, UA_GOOD);
    }
}

static const struct value_source slow_source = {
    .read = slow_read,
    .cancel = slow_cancel,
    .write = slow_write,
    .cancel_write = slow_cancel_write,
};

static void add_variable(struct world *w, const char *name, uint32_t data_type,
                         const struct value_source *source, struct ua_variant value)
{
    struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of(name)),
        .node_class = NODE_VARIABLE,
        .browse_name = {1, slice_of(name)},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE),
        .variable =
            {
                .data_type = ua_nodeid_numeric(0, data_type),
                .value_rank = VALUE_RANK_SCALAR,
                .access_level = ACCESS_READ | ACCESS_WRITE,
                .source = source,
                .source_user = w,
            },
        .value = value,
    };
    if (space_add(w->space, &spec, NULL))
        abort();
}

/* ---- the other end ---- */

static void learn_token(struct world *w, struct slice bytes)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    struct reader r;
    reader_init(&r, bytes, &arena);
    struct ua_nodeid encoding = read_nodeid(&r);
    if (ua_nodeid_is(&encoding, ua_create_session_response_structure.encoding_id)) {
        struct ua_create_session_response response;
        ua_create_session_response_read(&r, &response);
        memcpy(w->token, response.authentication_token.string.data, sizeof w->token);
    }
    arena_clear(&arena);
}

static ua_status respond(void *user, uint32_t request_id, struct rope *response)
{
    struct world *w = user;
    if (response->len > w->peer.max_response)
        return UA_BAD_RESPONSE_TOO_LARGE;
    if (request_id == 1)
        learn_token(w, buf_slice(&response->own));
    rope_clear(response);
    return UA_GOOD;
}

static size_t unsent(void *user)
{
    (void)user;
    return 0;
}

static void activated(void *user)
{
    ((struct world *)user)->active = true;
}

static const struct peer_ops ops = {.respond = respond, .activated = activated, .unsent = unsent};

static void send(struct world *w, const struct ua_structure *request, struct slice fields)
{
    struct rope body;
    struct writer out;
    rope_init(&body, 1 << 20);
    writer_init(&out, &body);
    struct ua_nodeid encoding = ua_nodeid_numeric(0, request->encoding_id);
    struct ua_request_header header = {
        .authentication_token = {.kind = UA_ID_OPAQUE, .string = {w->token, sizeof w->token}},
        .request_handle = w->last_id % 4,
        .timeout_hint = 1000,
    };
    write_nodeid(&out, &encoding);
    ua_request_header_write(&out, &header);
    write_bytes(&out, fields.data, fields.len);
    server_receive(w->server, &w->peer, ++w->last_id, buf_slice(&body.own));
    rope_clear(&body);
}

static void connect(struct world *w)
{
    w->peer = (struct peer){.ops = &ops,
                            .user = w,
                            .channel_id = 1,
                            .address = "127.0.0.1",
                            .loopback = true,
                            .security_policy_uri = open_offer.policy_uri,
                            .security_mode = open_offer.mode,
                            .max_response = 20000};
    w->last_id = 0;
    static const uint8_t zeroes[128];
    send(w, &ua_create_session_request_structure, (struct slice){zeroes, sizeof zeroes});
    send(w, &ua_activate_session_request_structure, (struct slice){zeroes, sizeof zeroes});
    if (!w->active)
        abort(); /* nothing else would be reached */
}

static void pass_time(struct world *w)
{
    w->time.mono += STEP_MS * NS_PER_MS;
    w->time.utc += STEP_MS * NS_PER_MS;
    const struct event e = {
        .type = UA_ID_SYSTEMEVENTTYPE, .severity = 500, .message = slice_of("time has passed")};
    server_emit(w->server, NULL, &e);
    timers_run(&w->timers);
    give_waiting(w);
    finish_writing(w);
}

static void play(struct world *w, struct slice input)
{
    for (size_t n = 0; n < MOST_RECORDS && input.len >= RECORD_HEAD; n++) {
        uint8_t what = input.data[0];
        size_t len = input.data[1] | (size_t)input.data[2] << 8;
        input.data += RECORD_HEAD;
        input.len -= RECORD_HEAD;
        if (len > input.len)
            len = input.len;
        if (what < ARRAY_LEN(requests)) {
            send(w, requests[what], (struct slice){input.data, len});
        } else if (what == 0xff) {
            server_peer_gone(&w->peer);
            connect(w);
        } else {
            server_receive(w->server, &w->peer, ++w->last_id, (struct slice){input.data, len});
        }
        pass_time(w);
        input.data += len;
        input.len -= len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct world w = {.time = fake_clock(NS_PER_S)};
    w.identity.application_uri = slice_of("urn:host:uacam");
    w.identity.host = slice_of("host");
    timers_init(&w.timers, &w.time.clock);
    w.space = space_new(w.identity.application_uri);
    w.server =
        w.space ? server_new(w.space, &w.timers, &w.identity, &server_default_limits, &open_access) : NULL;
    if (!w.server)
        abort();
    add_variable(&w, "slow", UA_ID_IMAGEJPG, &slow_source, (struct ua_variant){0});
    add_variable(&w, "number", UA_DOUBLE, NULL, ua_variant_double(1));
    connect(&w);
    play(&w, (struct slice){data, size});
    server_peer_gone(&w.peer);
    server_free(w.server);
    space_free(w.space);
    timers_clear(&w.timers);
    return 0;
}
