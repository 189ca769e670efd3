/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include <string.h>

struct world {
    struct stage stage;
    struct client client;
};

static int setup_with(void **state, const struct server_limits *limits)
{
    struct world *w = test_calloc(1, sizeof *w);
    stage_init(&w->stage, limits);
    client_open(&w->client, &w->stage);
    *state = w;
    return 0;
}

static int setup(void **state)
{
    return setup_with(state, &server_default_limits);
}

static int teardown(void **state)
{
    struct world *w = *state;
    client_disconnect(&w->client);
    stage_clear(&w->stage);
    test_free(w);
    return 0;
}

static const struct ua_create_session_response *create(struct client *c, double timeout_ms)
{
    struct ua_create_session_request req = {.requested_session_timeout = timeout_ms};
    const struct ua_create_session_response *r =
        client_call(c, &ua_create_session_request_structure, &req, &ua_create_session_response_structure);
    c->token = r->authentication_token;
    return r;
}

static void activate(struct client *c)
{
    struct ua_activate_session_request req = {0};
    client_call(c, &ua_activate_session_request_structure, &req, &ua_activate_session_response_structure);
}

static ua_status try_read(struct client *c)
{
    struct ua_read_value_id id = {
        .node_id = ua_nodeid_numeric(0, UA_ID_SERVER_SERVERSTATUS_STATE),
        .attribute_id = ATTRIBUTE_VALUE,
    };
    struct ua_read_request req = {.nodes_to_read = &id, .nodes_to_read_len = 1};
    uint32_t handle = client_send(c, &ua_read_request_structure, &req);
    assert_int_equal(c->response_count, 1);
    if (c->responses[0].structure != &ua_service_fault_structure) {
        client_take(c, handle, &ua_read_response_structure);
        return UA_GOOD;
    }
    return client_take_fault(c, handle);
}

static void test_nothing_before_a_session(void **state)
{
    struct world *w = *state;
    assert_int_equal(try_read(&w->client), UA_BAD_SESSION_ID_INVALID);
}

static void test_nothing_before_activation(void **state)
{
    struct world *w = *state;
    create(&w->client, 60e3);
    assert_int_equal(try_read(&w->client), UA_BAD_SESSION_NOT_ACTIVATED);
    assert_int_equal(server_session_count(w->stage.server), 0); /* Part 4 §5.7.3: it is closed */
}

static void test_life(void **state)
{
    struct world *w = *state;
    const struct ua_create_session_response *r = create(&w->client, 60e3);
    assert_true(r->revised_session_timeout == 60e3);
    assert_int_equal(r->server_nonce.len, 32);
    assert_int_equal(r->server_endpoints_len, 1);
    assert_true(slice_is(r->server_endpoints[0].endpoint_url, "opc.tcp://host:4840"));
    activate(&w->client);
    assert_int_equal(try_read(&w->client), UA_GOOD);
    struct ua_close_session_request close = {.delete_subscriptions = true};
    client_call(&w->client, &ua_close_session_request_structure, &close,
                &ua_close_session_response_structure);
    assert_int_equal(try_read(&w->client), UA_BAD_SESSION_ID_INVALID);
}

static void close_one(struct client *c, struct ua_nodeid token)
{
    struct ua_close_session_request close = {.delete_subscriptions = true};
    c->token = token;
    client_call(c, &ua_close_session_request_structure, &close, &ua_close_session_response_structure);
}

/* A connection is told when its last session has left it, not when it is lost itself. */
static void test_the_last_session_leaves(void **state)
{
    struct world *w = *state;
    struct client *here = &w->client, there;
    struct ua_nodeid first = create(here, 60e3)->authentication_token;
    activate(here);
    struct ua_nodeid second = create(here, 60e3)->authentication_token;
    activate(here);
    close_one(here, first);
    assert_int_equal(here->deserted, 0);
    client_open(&there, &w->stage);
    there.token = second;
    activate(&there);
    assert_int_equal(here->deserted, 1);
    assert_int_equal(try_read(&there), UA_GOOD);
    client_disconnect(&there);
    assert_int_equal(there.deserted, 0);
    create(here, 60e3);
    activate(here);
    stage_pass(&w->stage, 70e3);
    assert_int_equal(server_session_count(w->stage.server), 0);
    assert_int_equal(here->deserted, 2);
}

static void test_timeouts_are_revised(void **state)
{
    struct world *w = *state;
    const struct server_limits *l = &server_default_limits;
    assert_true(create(&w->client, 1)->revised_session_timeout == l->min_session_timeout_ms);
    assert_true(create(&w->client, 1e99)->revised_session_timeout == l->max_session_timeout_ms);
    assert_true(create(&w->client, __builtin_nan(""))->revised_session_timeout == l->max_session_timeout_ms);
    assert_true(create(&w->client, -5)->revised_session_timeout == l->max_session_timeout_ms);
}

static void test_silence_ends_it(void **state)
{
    struct world *w = *state;
    create(&w->client, 60e3);
    activate(&w->client);
    stage_pass(&w->stage, 50000);
    assert_int_equal(try_read(&w->client), UA_GOOD);
    stage_pass(&w->stage, 50000); /* not yet: it was heard of */
    assert_int_equal(server_session_count(w->stage.server), 1);
    stage_pass(&w->stage, 20000);
    assert_int_equal(server_session_count(w->stage.server), 0);
}

static void test_a_session_never_activated_goes_soon(void **state)
{
    struct world *w = *state;
    create(&w->client, 3600e3);
    stage_pass(&w->stage, 41000);
    assert_int_equal(server_session_count(w->stage.server), 0);
}

static void test_a_token_is_good_on_its_own_channel_only(void **state)
{
    struct world *w = *state;
    create(&w->client, 60e3);
    activate(&w->client);
    struct client thief;
    client_open(&thief, &w->stage);
    thief.token = w->client.token;
    assert_int_equal(try_read(&thief), UA_BAD_SECURE_CHANNEL_ID_INVALID);
    assert_int_equal(try_read(&w->client), UA_GOOD);
    client_disconnect(&thief);
}

static void test_a_lost_connection_is_followed_by_another(void **state)
{
    struct world *w = *state;
    create(&w->client, 60e3);
    activate(&w->client);
    client_reconnect(&w->client);
    assert_int_equal(try_read(&w->client), UA_GOOD);
    assert_int_equal(server_session_count(w->stage.server), 1);
}

static void test_identities(void **state)
{
    struct world *w = *state;
    create(&w->client, 60e3);
    struct ua_user_name_identity_token user = {.policy_id = slice_of("user"), .user_name = slice_of("eve")};
    struct ua_activate_session_request req = {
        .user_identity_token = {.structure = &ua_user_name_identity_token_structure, .value = &user},
    };
    assert_int_equal(client_refused(&w->client, &ua_activate_session_request_structure, &req),
                     UA_BAD_IDENTITY_TOKEN_REJECTED);
    struct ua_anonymous_identity_token anonymous = {.policy_id = slice_of("other")};
    req.user_identity_token.structure = &ua_anonymous_identity_token_structure;
    req.user_identity_token.value = &anonymous;
    assert_int_equal(client_refused(&w->client, &ua_activate_session_request_structure, &req),
                     UA_BAD_IDENTITY_TOKEN_INVALID);
    anonymous.policy_id = slice_of("anonymous");
    client_call(&w->client, &ua_activate_session_request_structure, &req,
                &ua_activate_session_response_structure);
}

static void test_ceiling(void **state)
{
    struct server_limits limits = server_default_limits;
    limits.sessions = 2;
    teardown(state);
    setup_with(state, &limits);
    struct world *w = *state;
    create(&w->client, 60e3);
    activate(&w->client);
    create(&w->client, 60e3);
    activate(&w->client);
    struct ua_create_session_request req = {0};
    assert_int_equal(client_refused(&w->client, &ua_create_session_request_structure, &req),
                     UA_BAD_TOO_MANY_SESSIONS);
}

static void test_who_was_not_activated_makes_room(void **state)
{
    struct server_limits limits = server_default_limits;
    limits.sessions = 3;
    teardown(state);
    setup_with(state, &limits);
    struct world *w = *state;
    create(&w->client, 60e3);
    activate(&w->client);
    struct ua_nodeid active = w->client.token;
    create(&w->client, 60e3);
    struct ua_nodeid oldest = w->client.token;
    create(&w->client, 60e3);
    create(&w->client, 60e3);
    activate(&w->client);
    assert_int_equal(try_read(&w->client), UA_GOOD);
    w->client.token = oldest;
    assert_int_equal(try_read(&w->client), UA_BAD_SESSION_ID_INVALID);
    w->client.token = active;
    assert_int_equal(try_read(&w->client), UA_GOOD);
}

static void test_unknown_and_broken_requests(void **state)
{
    struct world *w = *state;
    struct ua_read_request req = {0};
    struct ua_structure unknown = ua_read_request_structure;
    unknown.encoding_id = 615; /* QueryFirstRequest */
    assert_int_equal(client_refused(&w->client, &unknown, &req), UA_BAD_SERVICE_UNSUPPORTED);
    static const uint8_t garbage[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    server_receive(w->stage.server, &w->client.peer, 77, (struct slice){garbage, sizeof garbage});
    assert_int_equal(client_take_fault(&w->client, 77), UA_BAD_DECODING_ERROR);
}

static void test_endpoints_carry_the_clients_host(void **state)
{
    struct world *w = *state;
    struct ua_get_endpoints_request req = {.endpoint_url = slice_of("opc.tcp://10.0.0.7:14840/any/path")};
    const struct ua_get_endpoints_response *r = client_call(&w->client, &ua_get_endpoints_request_structure,
                                                            &req, &ua_get_endpoints_response_structure);
    assert_true(slice_is(r->endpoints[0].endpoint_url, "opc.tcp://10.0.0.7:14840/any/path"));
    req.endpoint_url = slice_of("opc.tcp://<script>:4840");
    r = client_call(&w->client, &ua_get_endpoints_request_structure, &req,
                    &ua_get_endpoints_response_structure);
    assert_true(slice_is(r->endpoints[0].endpoint_url, "opc.tcp://host:4840"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_before_a_session, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nothing_before_activation, setup, teardown),
        cmocka_unit_test_setup_teardown(test_life, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_last_session_leaves, setup, teardown),
        cmocka_unit_test_setup_teardown(test_timeouts_are_revised, setup, teardown),
        cmocka_unit_test_setup_teardown(test_silence_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_session_never_activated_goes_soon, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_token_is_good_on_its_own_channel_only, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_lost_connection_is_followed_by_another, setup, teardown),
        cmocka_unit_test_setup_teardown(test_identities, setup, teardown),
        cmocka_unit_test_setup_teardown(test_ceiling, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_was_not_activated_makes_room, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unknown_and_broken_requests, setup, teardown),
        cmocka_unit_test_setup_teardown(test_endpoints_carry_the_clients_host, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
