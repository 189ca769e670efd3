/* SPDX-License-Identifier: Apache-2.0
 * The client and the true services with each other: a picture of many chunks, read and monitored. */
#include "support/unit.h"

#include "client/subscription.h"
#include "service/server.h"
#include "stage.h"
#include "support/open_access.h"

#include <stdlib.h>
#include <string.h>

enum { BIG = 8 << 20 };

static struct stage s;
static struct space *space;
static struct server *server;
static struct peer peer;
static struct blob *blob;
static bool peer_known;

/* ---- the server ---- */

static void read_big(void *user, const struct node *n, struct value_answer *a)
{
    (void)user;
    (void)n;
    struct ua_data_value value = {
        .value = ua_variant_blob(blob, blob->bytes), .has_value = true, .source_timestamp = 12345};
    a->give(a, &value);
}

static const struct value_source big_source = {.read = read_big};

static ua_status respond(void *user, uint32_t id, struct rope *response)
{
    (void)user;
    return channel_send(s.channel, id, response);
}

static void activated(void *user)
{
    (void)user;
}

static size_t unsent(void *user)
{
    (void)user;
    return tcp_unsent(s.tcp);
}

static const struct peer_ops ops = {.respond = respond, .activated = activated, .unsent = unsent};

static void to_the_services(struct stage *stage, uint32_t id, struct slice body)
{
    if (!peer_known) {
        peer = (struct peer){
            .ops = &ops,
            .channel_id = channel_id(stage->channel),
            .endpoint_url = channel_endpoint_url(stage->channel),
            .address = "127.0.0.1",
            .loopback = true,
            .security_policy_uri = slice_of(channel_policy(stage->channel)->uri),
            .security_mode = channel_security_mode(stage->channel),
            .max_response = channel_max_body(stage->channel),
        };
        peer_known = true;
    }
    server_receive(server, &peer, id, body);
}

static void make_blob(void)
{
    uint8_t *bytes;
    blob = blob_with_room(BIG, &bytes);
    assert_non_null(blob);
    for (size_t i = 0; i < BIG; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 24);
}

static int set_up(void **state)
{
    (void)state;
    static const struct server_identity identity = {.application_uri = {(const uint8_t *)"urn:test", 8},
                                                    .port = 4840};
    stage_init(&s);
    s.serve_body = to_the_services;
    make_blob();
    space = space_new(identity.application_uri);
    server = server_new(space, loop_timers(s.loop), &identity, &server_default_limits, &open_access);
    assert_non_null(server);
    struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of("Big")),
        .node_class = NODE_VARIABLE,
        .browse_name = {1, slice_of("Big")},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_ORGANIZES,
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE),
        .variable = {.data_type = ua_nodeid_numeric(0, UA_ID_IMAGEJPG),
                     .value_rank = VALUE_RANK_SCALAR,
                     .access_level = ACCESS_READ,
                     .source = &big_source},
    };
    assert_int_equal(space_add(space, &spec, NULL), UA_GOOD);
    peer_known = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (peer_known)
        server_peer_gone(&peer);
    server_free(server);
    space_free(space);
    stage_clear(&s);
    assert_int_equal(blob->refs, 1);
    blob_unref(blob);
    return 0;
}

/* ---- the client ---- */

static unsigned arrived;

static void assert_big(const struct ua_data_value *value)
{
    assert_int_equal(value->status, UA_GOOD);
    assert_int_equal(value->value.type, UA_BYTESTRING);
    assert_int_equal(value->value.bytes.len, BIG);
    assert_memory_equal(value->value.bytes.data, blob->bytes.data, BIG);
    assert_int_equal(value->source_timestamp, 12345);
    arrived++;
}

static void read_done(void *user, ua_status status, const void *response)
{
    (void)user;
    const struct ua_read_response *r = response;
    assert_int_equal(status, UA_GOOD);
    assert_int_equal(r->results_len, 1);
    assert_big(&r->results[0]);
    if (arrived == 4)
        client_close(s.client);
}

static void read_four_times(struct stage *stage)
{
    struct ua_nodeid big = ua_nodeid_string(1, slice_of("Big"));
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(client_read(stage->client, &big, 1, 0, 0, read_done, NULL), UA_GOOD);
}

static void read_pipelined(void **state)
{
    (void)state;
    arrived = 0;
    s.ready = read_four_times;
    stage_run(&s);
    assert_int_equal(arrived, 4);
    assert_string_equal(s.why.text, "");
    assert_int_equal(server_session_count(server), 0);
}

static void started(void *user, const struct ua_monitored_item_create_result *results, size_t count)
{
    (void)user;
    assert_int_equal(count, 1);
    assert_int_equal(results[0].status_code, UA_GOOD);
}

static void changed(void *user, size_t item, const struct ua_data_value *value)
{
    (void)user;
    assert_int_equal(item, 0);
    assert_big(value);
    client_close(s.client);
}

static void ended(void *user, const struct err_text *why)
{
    (void)user;
    fail_msg("%s", why->text);
}

static const struct client_subscription_events events = {started, changed, ended};

static void subscribe(struct stage *stage)
{
    const struct client_item item = {.node = ua_nodeid_string(1, slice_of("Big")),
                                     .sampling_interval_ms = 50};
    const struct client_subscription_config config = {
        .publishing_interval_ms = 50, .items = &item, .item_count = 1, .events = &events};
    assert_int_equal(client_subscribe(stage->client, &config), UA_GOOD);
}

static void monitored(void **state)
{
    (void)state;
    arrived = 0;
    s.ready = subscribe;
    stage_run(&s);
    assert_int_equal(arrived, 1);
    assert_int_equal(server_subscription_count(server), 0);
}

/* ---- finding ---- */

static void translated(void *user, ua_status status, const void *response)
{
    (void)user;
    const struct ua_translate_browse_paths_to_node_ids_response *r = response;
    assert_int_equal(status, UA_GOOD);
    assert_int_equal(r->results_len, 1);
    assert_int_equal(r->results[0].targets_len, 1);
    struct ua_nodeid big = ua_nodeid_string(1, slice_of("Big"));
    assert_true(ua_nodeid_equal(&r->results[0].targets[0].target_id.id, &big));
    arrived++;
}

static void browsed(void *user, ua_status status, const void *response)
{
    (void)user;
    const struct ua_browse_response *r = response;
    assert_int_equal(status, UA_GOOD);
    assert_int_equal(r->results_len, 1);
    for (size_t i = 0; i < r->results[0].references_len; i++)
        arrived += slice_is(r->results[0].references[i].browse_name.name, "Big");
    client_close(s.client);
}

static void look_for_it(struct stage *stage)
{
    struct ua_nodeid objects = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER);
    struct ua_nodeid root = ua_nodeid_numeric(0, UA_ID_ROOTFOLDER);
    struct ua_qualified_name names[] = {{0, slice_of("Objects")}, {1, slice_of("Big")}};
    assert_int_equal(client_translate(stage->client, &root, names, 2, translated, NULL), UA_GOOD);
    assert_int_equal(client_browse(stage->client, &objects, 0, browsed, NULL), UA_GOOD);
}

static void found_by_name(void **state)
{
    (void)state;
    arrived = 0;
    s.ready = look_for_it;
    stage_run(&s);
    assert_int_equal(arrived, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(read_pipelined),
        TEST(monitored),
        TEST(found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
