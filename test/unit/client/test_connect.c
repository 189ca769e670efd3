/* SPDX-License-Identifier: Apache-2.0
 * From a URL to a session and back, and every way to fail on it. */
#include "support/unit.h"

#include "stage.h"

#include <string.h>

static struct stage s;

static int set_up(void **state)
{
    (void)state;
    stage_init(&s);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    stage_clear(&s);
    return 0;
}

static void assert_failed_with(const char *text)
{
    assert_int_equal(s.ready_count, 0);
    if (!strstr(s.why.text, text))
        fail_msg("'%s' is not in: %s", text, s.why.text);
}

static void there_and_back(void **state)
{
    (void)state;
    stage_run(&s);
    assert_int_equal(s.ready_count, 1);
    assert_string_equal(s.why.text, "");
    assert_int_equal(s.created, 1);
    assert_int_equal(s.activated, 1);
    assert_int_equal(s.closed, 1);
    assert_true(s.deleted_subscriptions);
    assert_true(s.saw_token);
    assert_int_equal(s.ended, UA_GOOD);
}

/* ---- nobody, or somebody else ---- */

static void nothing_listens(void **state)
{
    (void)state;
    tcp_listener_close(s.listener);
    s.listener = NULL;
    loop_run(s.loop);
    stage_run(&s);
    assert_failed_with("uacam serve");
    assert_failed_with("127.0.0.1");
}

static void a_bad_url(void **state)
{
    (void)state;
    struct err_text why;
    struct client *c = (struct client *)&s;
    const struct client_config config = {.url = "127.0.0.1", .name = "", .timeout_ms = 1};
    assert_int_equal(client_open(s.loop, &config, &c, &why), ERR_INVALID);
    assert_null(c);
    assert_non_null(strstr(why.text, "opc.tcp://"));
}

static void a_web_server(void **state)
{
    (void)state;
    s.manner = STAGE_FOREIGN;
    stage_run(&s);
    assert_failed_with("does not speak OPC UA");
}

static void nobody_answers(void **state)
{
    (void)state;
    s.manner = STAGE_SILENT;
    s.timeout_ms = 50;
    stage_run(&s);
    assert_failed_with("does not answer");
}

static void hung_up_at_once(void **state)
{
    (void)state;
    s.manner = STAGE_LEAVES;
    stage_run(&s);
    assert_failed_with("has ended");
}

/* ---- no session ---- */

static void too_many_sessions(void **state)
{
    (void)state;
    s.create_result = UA_BAD_TOO_MANY_SESSIONS;
    stage_run(&s);
    assert_failed_with("Bad_TooManySessions");
    assert_int_equal(s.activated, 0);
    assert_int_equal(s.ended, UA_GOOD); /* it took its leave properly */
}

static void not_let_in(void **state)
{
    (void)state;
    s.activate_result = UA_BAD_IDENTITY_TOKEN_REJECTED;
    stage_run(&s);
    assert_failed_with("anonymous");
}

static struct ua_user_token_policy name_policy = {.policy_id = {(const uint8_t *)"by name", 7},
                                                  .token_type = UA_USER_TOKEN_TYPE_USER_NAME};
static struct ua_user_token_policy policies[] = {
    {.policy_id = {(const uint8_t *)"by name", 7}, .token_type = UA_USER_TOKEN_TYPE_USER_NAME},
    {.policy_id = {(const uint8_t *)"nobody", 6}, .token_type = UA_USER_TOKEN_TYPE_ANONYMOUS},
};

static void the_anonymous_policy_is_named(void **state)
{
    (void)state;
    struct ua_endpoint_description endpoints[] = {
        {.security_mode = UA_MESSAGE_SECURITY_MODE_SIGN,
         .user_identity_tokens = policies + 1,
         .user_identity_tokens_len = 1},
        {.security_mode = UA_MESSAGE_SECURITY_MODE_NONE,
         .user_identity_tokens = policies,
         .user_identity_tokens_len = 2},
    };
    s.endpoints = endpoints;
    s.endpoint_count = 2;
    stage_run(&s);
    assert_int_equal(s.ready_count, 1);
    assert_string_equal(s.policy_id, "nobody");
}

static void only_with_a_name(void **state)
{
    (void)state;
    struct ua_endpoint_description endpoint = {.security_mode = UA_MESSAGE_SECURITY_MODE_NONE,
                                               .user_identity_tokens = &name_policy,
                                               .user_identity_tokens_len = 1};
    s.endpoints = &endpoint;
    s.endpoint_count = 1;
    stage_run(&s);
    assert_failed_with("anonymous");
    assert_int_equal(s.activated, 0);
}

static void only_encrypted(void **state)
{
    (void)state;
    struct ua_endpoint_description endpoint = {.security_mode = UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT,
                                               .user_identity_tokens = policies,
                                               .user_identity_tokens_len = 2};
    s.endpoints = &endpoint;
    s.endpoint_count = 1;
    stage_run(&s);
    assert_failed_with("encryption");
    assert_int_equal(s.activated, 0);
}

static struct ua_endpoint_description before, after; /* what GetEndpoints tells, and CreateSession */

static void tell_endpoint(struct stage *stage, uint32_t id, const struct ua_structure *type,
                          const void *request)
{
    (void)request;
    assert_ptr_equal(type, &ua_get_endpoints_request_structure);
    struct ua_get_endpoints_response response = {.endpoints = &before, .endpoints_len = 1};
    stage_answer(stage, id, &ua_get_endpoints_response_structure, &response);
}

static void tell_one_endpoint(void)
{
    static const struct client_security any = {.wish = CLIENT_WANTS_BEST};
    before = (struct ua_endpoint_description){
        .server = {.application_uri = slice_of("urn:server"), .product_uri = slice_of("urn:product")},
        .server_certificate = slice_of("a certificate"),
        .security_mode = UA_MESSAGE_SECURITY_MODE_NONE,
        .security_policy_uri = slice_of(security_policy_none.uri),
        .user_identity_tokens = policies + 1,
        .user_identity_tokens_len = 1,
    };
    after = before;
    after.server_certificate = after.server.product_uri = (struct slice){0};
    s.security = &any;
    s.serve = tell_endpoint;
    s.endpoints = &after;
    s.endpoint_count = 1;
}

static void the_session_tells_the_same_endpoints(void **state)
{
    (void)state;
    tell_one_endpoint();
    stage_run(&s);
    assert_string_equal(s.why.text, "");
    assert_int_equal(s.ready_count, 1);
    assert_string_equal(s.policy_id, "nobody");
}

static void the_session_tells_other_endpoints(void **state)
{
    (void)state;
    tell_one_endpoint();
    after.security_mode = UA_MESSAGE_SECURITY_MODE_SIGN;
    stage_run(&s);
    assert_failed_with("other endpoints");
    assert_int_equal(s.activated, 0);
}

static void no_answer_to_create_session(struct stage *stage, uint32_t id, struct slice body)
{
    (void)body;
    stage_send(stage, id, slice_of("\x01\x00\xff\xff")); /* of a structure that there is not */
}

static void nonsense_for_a_session(void **state)
{
    (void)state;
    s.serve_body = no_answer_to_create_session;
    stage_run(&s);
    assert_failed_with("session");
}

/* ---- leaving early ---- */

static void close_now(void *user)
{
    client_close(((struct stage *)user)->client);
}

static void closed_while_connecting(void **state)
{
    (void)state;
    assert_int_equal(loop_post(s.loop, close_now, &s), 0);
    stage_run(&s);
    assert_int_equal(s.ready_count, 0);
    assert_string_equal(s.why.text, "");
}

static void hang_up_when_ready(struct stage *stage)
{
    stage_hang_up(stage);
}

static void lost_later(void **state)
{
    (void)state;
    s.ready = hang_up_when_ready;
    stage_run(&s);
    assert_int_equal(s.ready_count, 1);
    assert_non_null(strstr(s.why.text, "has ended"));
}

static void close_twice(struct stage *stage)
{
    client_close(stage->client);
    client_close(stage->client);
}

static void closed_twice(void **state)
{
    (void)state;
    s.ready = close_twice;
    stage_run(&s);
    assert_int_equal(s.closed, 1);
    assert_string_equal(s.why.text, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(there_and_back),
        TEST(nothing_listens),
        TEST(a_bad_url),
        TEST(a_web_server),
        TEST(nobody_answers),
        TEST(hung_up_at_once),
        TEST(too_many_sessions),
        TEST(not_let_in),
        TEST(the_anonymous_policy_is_named),
        TEST(only_with_a_name),
        TEST(only_encrypted),
        TEST(the_session_tells_the_same_endpoints),
        TEST(the_session_tells_other_endpoints),
        TEST(nonsense_for_a_session),
        TEST(closed_while_connecting),
        TEST(lost_later),
        TEST(closed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
