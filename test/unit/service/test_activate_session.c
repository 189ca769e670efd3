/* SPDX-License-Identifier: Apache-2.0
 * Who uses a session, from which channel: proofs, logins, transfers, thieves. */
#include "support/unit.h"

#include "visitor.h"

#include <string.h>

enum { SIGN = UA_MESSAGE_SECURITY_MODE_SIGN, BOTH = UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT };
enum { NONE = UA_MESSAGE_SECURITY_MODE_NONE };

struct fixture {
    struct house house;
    struct visitor v, other;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    house_init(&f->house);
    visitor_open(&f->v, &f->house, &suite_basic256sha256, BOTH, f->house.client, false);
    visitor_create(&f->v);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->v.client);
    if (f->other.house)
        client_disconnect(&f->other.client);
    assert_null(f->house.checker.login); /* whoever went away does not wait any more */
    house_clear(&f->house);
    test_free(f);
    return 0;
}

static size_t session_count(const struct fixture *f)
{
    return server_session_count(f->house.stage.server);
}

/* Another channel, with the token of the first one's session. */
static void open_other(struct fixture *f, uint32_t mode, const struct identity *own)
{
    const struct suite *suite = mode == NONE ? NULL : &suite_basic256sha256;
    visitor_open(&f->other, &f->house, suite, mode, own, mode == NONE);
    visitor_take_over(&f->other, &f->v);
}

static uint32_t begin(struct visitor *v, const char *user)
{
    struct activation_parts parts;
    visitor_activation(v, &parts, user, "secret");
    return client_send(&v->client, &ua_activate_session_request_structure, &parts.request);
}

/* ---- logging in ---- */

static void a_user_enters(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(visitor_log_in(&f->v, "eve", "pass word"), UA_GOOD);
    assert_string_equal(f->house.checker.user, "eve");
    assert_string_equal(f->house.checker.password, "pass word");
    assert_int_equal(visitor_read(&f->v), UA_GOOD);
    assert_int_equal(visitor_log_in(&f->v, "adam", ""), UA_GOOD); /* on the same channel another may follow */
    assert_string_equal(f->house.checker.user, "adam");
    assert_string_equal(f->house.checker.password, "");
}

static void a_user_enters_by_every_policy(void **state)
{
    struct fixture *f = *state;
    static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                                 &suite_aes256_sha256_rsapss, NULL};
    for (size_t i = 0; i < ARRAY_LEN(suites); i++) {
        visitor_open(&f->other, &f->house, suites[i], suites[i] ? SIGN : NONE, f->house.client, true);
        visitor_create(&f->other);
        assert_int_equal(visitor_log_in(&f->other, "eve", "secret"), UA_GOOD);
        assert_string_equal(f->house.checker.password, "secret");
        struct activation_parts parts;
        visitor_activation_x509(&f->other, &parts, f->house.stranger);
        assert_int_equal(visitor_activate(&f->other, &parts), UA_GOOD);
        assert_memory_equal(f->house.checker.user, "long (", 6); /* its common name */
        client_disconnect(&f->other.client);
    }
    f->other.house = NULL;
}

static void a_login_takes_its_time(void **state)
{
    struct fixture *f = *state;
    f->house.checker.later = true;
    uint32_t request = begin(&f->v, "eve");
    stage_pass(&f->house.stage, 1000);
    assert_int_equal(f->v.client.response_count, 0);
    assert_int_equal(client_refused(&f->v.client, &ua_activate_session_request_structure,
                                    &(struct ua_activate_session_request){0}),
                     UA_BAD_TOO_MANY_OPERATIONS); /* one login at a time */
    checker_answer(&f->house.checker, UA_GOOD, ROLE_OPERATOR);
    assert_int_equal(visitor_activated(&f->v, request), UA_GOOD);
    assert_int_equal(visitor_read(&f->v), UA_GOOD);
    request = begin(&f->v, "eve");
    checker_answer(&f->house.checker, UA_BAD_USER_ACCESS_DENIED, ROLE_ANONYMOUS);
    assert_int_equal(visitor_activated(&f->v, request), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(visitor_read(&f->v), UA_GOOD); /* the user before stays */
}

static void who_leaves_does_not_wait(void **state)
{
    struct fixture *f = *state;
    f->house.checker.later = true;
    begin(&f->v, "eve");
    server_peer_gone(&f->v.client.peer);
    assert_int_equal(f->house.checker.cancelled, 1);
}

static void a_session_that_ends_does_not_wait(void **state)
{
    struct fixture *f = *state;
    f->house.checker.later = true;
    uint32_t request = begin(&f->v, "eve");
    struct ua_close_session_request close = {0};
    client_call(&f->v.client, &ua_close_session_request_structure, &close,
                &ua_close_session_response_structure);
    assert_int_equal(f->house.checker.cancelled, 1);
    assert_int_equal(visitor_activated(&f->v, request), UA_BAD_SESSION_CLOSED);
}

static void a_session_never_activated_goes_soon(void **state)
{
    struct fixture *f = *state;
    f->house.checker.later = true;
    uint32_t request = begin(&f->v, "eve");
    stage_pass(&f->house.stage, 41000);
    assert_int_equal(session_count(f), 0);
    assert_int_equal(visitor_activated(&f->v, request), UA_BAD_SESSION_CLOSED);
}

static void a_few_failures_close_it(void **state)
{
    struct fixture *f = *state;
    f->house.checker.answer = UA_BAD_USER_ACCESS_DENIED;
    for (int i = 0; i < 4; i++)
        assert_int_equal(visitor_log_in(&f->v, "eve", "guess"), UA_BAD_USER_ACCESS_DENIED);
    f->house.checker.answer = UA_GOOD;
    assert_int_equal(visitor_log_in(&f->v, "eve", "right"), UA_GOOD); /* counts anew from here */
    f->house.checker.answer = UA_BAD_USER_ACCESS_DENIED;
    for (int i = 0; i < 5; i++)
        assert_int_equal(visitor_log_in(&f->v, "eve", "guess"), UA_BAD_USER_ACCESS_DENIED);
    assert_int_equal(session_count(f), 0);
    assert_int_equal(visitor_log_in(&f->v, "eve", "guess"), UA_BAD_SESSION_ID_INVALID);
}

static void a_late_failure_closes_it_too(void **state)
{
    struct fixture *f = *state;
    f->house.checker.later = true;
    for (int i = 0; i < 5; i++) {
        uint32_t request = begin(&f->v, "eve");
        checker_answer(&f->house.checker, UA_BAD_USER_ACCESS_DENIED, ROLE_ANONYMOUS);
        assert_int_equal(visitor_activated(&f->v, request), UA_BAD_USER_ACCESS_DENIED);
    }
    assert_int_equal(session_count(f), 0);
}

/* ---- tokens ---- */

static void nobody_is_anonymous_from_the_network(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(visitor_log_in(&f->v, NULL, NULL), UA_BAD_IDENTITY_TOKEN_REJECTED);
    struct activation_parts parts;
    visitor_activation(&f->v, &parts, NULL, NULL);
    parts.request.user_identity_token = (struct ua_extension_object){0};
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_REJECTED);
    assert_int_equal(visitor_read(&f->v), UA_BAD_SESSION_NOT_ACTIVATED);
}

static void a_password_that_is_not_fresh(void **state)
{
    struct fixture *f = *state;
    struct activation_parts old, fresh;
    visitor_activation(&f->v, &old, "eve", "secret");
    assert_int_equal(visitor_log_in(&f->v, "eve", "secret"), UA_GOOD);
    visitor_activation(&f->v, &fresh, "eve", "secret");
    fresh.user.password.data = old.password;
    assert_int_equal(visitor_activate(&f->v, &fresh), UA_BAD_IDENTITY_TOKEN_INVALID);
    assert_int_equal(f->house.checker.asked, 1);
}

static void a_user_without_the_key(void **state)
{
    struct fixture *f = *state;
    struct activation_parts parts;
    visitor_activation_x509(&f->v, &parts, f->house.stranger);
    parts.user_signature[7] ^= 1;
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_USER_SIGNATURE_INVALID);
    visitor_activation_x509(&f->v, &parts, f->house.stranger);
    parts.x509.certificate_data = f->house.client->certificate->der;
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_USER_SIGNATURE_INVALID);
    assert_int_equal(f->house.checker.asked, 0);
}

static void a_user_with_a_weak_key(void **state)
{
    struct fixture *f = *state;
    const struct identity_names names = {.common_name = "weak", .application_uri = "urn:test:weak"};
    struct identity *weak;
    struct activation_parts parts;
    assert_int_equal(identity_make(&names, 1700000000, 365, 1024, NULL, &weak, NULL), 0);
    visitor_activation_x509(&f->v, &parts, weak);
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_INVALID);
    identity_free(weak);
    assert_int_equal(f->house.checker.asked, 0);
}

static void a_user_that_is_no_text(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"", "a\nb", "a\x7f",
                                        "0123456789012345678901234567890123456789012345678901234567890123"
                                        "0123456789012345678901234567890123456789012345678901234567890123"};
    struct activation_parts parts;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        visitor_activation(&f->v, &parts, names[i], "secret");
        assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_INVALID);
    }
    assert_int_equal(f->house.checker.asked, 0);
}

static void a_policy_that_is_not_ours(void **state)
{
    struct fixture *f = *state;
    struct activation_parts parts;
    visitor_activation(&f->v, &parts, "eve", "secret");
    parts.user.policy_id = slice_of("username_aes256_sha256_rsapss"); /* of another endpoint */
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_INVALID);
    parts.user.policy_id = slice_of("username_basic256sha256");
    assert_int_equal(visitor_activate(&f->v, &parts), UA_GOOD);
}

static void a_kind_of_token_that_is_not_ours(void **state)
{
    struct fixture *f = *state;
    struct activation_parts parts;
    struct ua_issued_identity_token issued = {.policy_id = slice_of("issued")};
    visitor_activation(&f->v, &parts, "eve", "secret");
    parts.request.user_identity_token =
        (struct ua_extension_object){.structure = &ua_issued_identity_token_structure, .value = &issued};
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_REJECTED);
    parts.request.user_identity_token = (struct ua_extension_object){
        .type = ua_nodeid_numeric(0, 9999), .encoding = 1, .body = slice_of("what?")};
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_IDENTITY_TOKEN_INVALID);
}

/* ---- the application ---- */

static void the_application_signs(void **state)
{
    struct fixture *f = *state;
    struct activation_parts parts;
    visitor_activation(&f->v, &parts, "eve", "secret");
    parts.signature[3] ^= 1;
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_APPLICATION_SIGNATURE_INVALID);
    parts.signature[3] ^= 1;
    parts.request.client_signature.algorithm = slice_of(suite_aes256_sha256_rsapss.signature_uri);
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_APPLICATION_SIGNATURE_INVALID);
    parts.request.client_signature = (struct ua_signature_data){0};
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_APPLICATION_SIGNATURE_INVALID);
    assert_int_equal(f->house.checker.asked, 0);
}

static void an_activation_is_good_once(void **state)
{
    struct fixture *f = *state;
    struct activation_parts parts;
    visitor_activation(&f->v, &parts, "eve", "secret");
    assert_int_equal(visitor_activate(&f->v, &parts), UA_GOOD);
    assert_int_equal(visitor_activate(&f->v, &parts), UA_BAD_APPLICATION_SIGNATURE_INVALID);
}

/* ---- other channels ---- */

static void the_first_activation_comes_on_its_own_channel(void **state)
{
    struct fixture *f = *state;
    open_other(f, BOTH, f->house.client);
    assert_int_equal(visitor_log_in(&f->other, "eve", "secret"), UA_BAD_SECURE_CHANNEL_ID_INVALID);
    assert_int_equal(visitor_log_in(&f->v, "eve", "secret"), UA_GOOD);
}

static void a_session_moves_with_its_client(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.client);
    assert_int_equal(visitor_read(&f->other), UA_BAD_SECURE_CHANNEL_ID_INVALID);
    assert_int_equal(visitor_log_in(&f->other, "eve", "secret"), UA_GOOD);
    assert_int_equal(visitor_read(&f->other), UA_GOOD);
    assert_int_equal(visitor_read(&f->v), UA_BAD_SECURE_CHANNEL_ID_INVALID);
}

static void a_session_does_not_move_to_another_user(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.client);
    assert_int_equal(visitor_log_in(&f->other, "adam", "secret"), UA_BAD_IDENTITY_CHANGE_NOT_SUPPORTED);
    struct activation_parts parts;
    visitor_activation_x509(&f->other, &parts, f->house.stranger);
    assert_int_equal(visitor_activate(&f->other, &parts), UA_BAD_IDENTITY_CHANGE_NOT_SUPPORTED);
    assert_int_equal(f->house.checker.asked, 1);
    assert_int_equal(visitor_read(&f->v), UA_GOOD);
}

static void a_thief_with_its_token_gets_nothing(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.stranger);
    assert_int_equal(visitor_read(&f->other), UA_BAD_SECURE_CHANNEL_ID_INVALID);
    for (int i = 0; i < 9; i++) /* its failures are not the owner's */
        assert_int_equal(visitor_log_in(&f->other, "eve", "secret"), UA_BAD_SECURITY_CHECKS_FAILED);
    client_disconnect(&f->other.client);
    open_other(f, NONE, NULL);
    assert_int_equal(visitor_log_in(&f->other, NULL, NULL), UA_BAD_SECURITY_CHECKS_FAILED);
    assert_int_equal(visitor_log_in(&f->other, "eve", "secret"), UA_BAD_SECURITY_CHECKS_FAILED);
    assert_int_equal(visitor_read(&f->v), UA_GOOD);
    assert_int_equal(visitor_log_in(&f->v, "eve", "secret"), UA_GOOD);
}

static void a_thief_does_not_keep_it_alive(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.stranger);
    for (int i = 0; i < 4; i++) {
        stage_pass(&f->house.stage, 20000);
        visitor_log_in(&f->other, "eve", "secret");
    }
    assert_int_equal(session_count(f), 0);
}

static void a_login_on_another_channel_ends_with_the_session(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.client);
    f->house.checker.later = true;
    uint32_t request = begin(&f->other, "eve");
    struct ua_close_session_request close = {0};
    client_call(&f->v.client, &ua_close_session_request_structure, &close,
                &ua_close_session_response_structure);
    assert_int_equal(f->house.checker.cancelled, 1);
    assert_int_equal(visitor_activated(&f->other, request), UA_BAD_SESSION_CLOSED);
}

static void a_login_outlives_the_channel_before(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    open_other(f, BOTH, f->house.client);
    f->house.checker.later = true;
    uint32_t request = begin(&f->other, "eve");
    server_peer_gone(&f->v.client.peer);
    checker_answer(&f->house.checker, UA_GOOD, ROLE_OPERATOR);
    assert_int_equal(visitor_activated(&f->other, request), UA_GOOD);
    assert_int_equal(visitor_read(&f->other), UA_GOOD);
}

/* ---- subscriptions ---- */

static ua_status transfer(struct visitor *v, uint32_t id)
{
    struct ua_transfer_subscriptions_request req = {.subscription_ids = &id, .subscription_ids_len = 1};
    const struct ua_transfer_subscriptions_response *r =
        client_call(&v->client, &ua_transfer_subscriptions_request_structure, &req,
                    &ua_transfer_subscriptions_response_structure);
    return r->results[0].status_code;
}

static void subscriptions_go_to_the_same_user_and_application(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    uint32_t id = client_subscribe(&f->v.client, 100);
    visitor_open(&f->other, &f->house, &suite_basic256sha256, SIGN, f->house.client, false);
    visitor_create(&f->other);
    visitor_log_in(&f->other, "adam", "secret");
    assert_int_equal(transfer(&f->other, id), UA_BAD_USER_ACCESS_DENIED);
    visitor_log_in(&f->other, "eve", "secret");
    assert_int_equal(transfer(&f->other, id), UA_GOOD);
    client_disconnect(&f->other.client);
    visitor_open(&f->other, &f->house, &suite_basic256sha256, SIGN, f->house.stranger, false);
    visitor_create(&f->other);
    visitor_log_in(&f->other, "eve", "secret");
    assert_int_equal(transfer(&f->other, id), UA_BAD_USER_ACCESS_DENIED);
}

static void subscriptions_left_behind_keep_their_owner(void **state)
{
    struct fixture *f = *state;
    visitor_log_in(&f->v, "eve", "secret");
    uint32_t id = client_subscribe(&f->v.client, 100);
    struct ua_close_session_request close = {.delete_subscriptions = false};
    client_call(&f->v.client, &ua_close_session_request_structure, &close,
                &ua_close_session_response_structure);
    visitor_create(&f->v);
    visitor_log_in(&f->v, "adam", "secret");
    assert_int_equal(transfer(&f->v, id), UA_BAD_USER_ACCESS_DENIED);
    visitor_log_in(&f->v, "eve", "secret");
    assert_int_equal(transfer(&f->v, id), UA_GOOD);
}

/* ---- counts ---- */

static uint32_t count_of(struct visitor *v, uint32_t node)
{
    struct ua_read_value_id id = {.node_id = ua_nodeid_numeric(0, node), .attribute_id = ATTRIBUTE_VALUE};
    struct ua_read_request req = {.nodes_to_read = &id, .nodes_to_read_len = 1};
    const struct ua_read_response *r =
        client_call(&v->client, &ua_read_request_structure, &req, &ua_read_response_structure);
    return r->results[0].value.uint32;
}

#define SUMMARY(name) UA_ID_SERVER_SERVERDIAGNOSTICS_SERVERDIAGNOSTICSSUMMARY_##name

static void refusals_are_counted(void **state)
{
    struct fixture *f = *state;
    struct ua_create_session_request req = visitor_creation(&f->v);
    req.client_nonce.len = 5;
    client_refused(&f->v.client, &ua_create_session_request_structure, &req);
    f->house.checker.answer = UA_BAD_USER_ACCESS_DENIED;
    visitor_log_in(&f->v, "eve", "guess");
    f->house.checker.answer = UA_GOOD;
    visitor_log_in(&f->v, "eve", "right");
    assert_int_equal(count_of(&f->v, SUMMARY(SECURITYREJECTEDSESSIONCOUNT)), 2);
    assert_int_equal(count_of(&f->v, SUMMARY(REJECTEDSESSIONCOUNT)), 2);
    assert_int_equal(count_of(&f->v, SUMMARY(SECURITYREJECTEDREQUESTSCOUNT)), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_user_enters),
        TEST(a_user_enters_by_every_policy),
        TEST(a_login_takes_its_time),
        TEST(who_leaves_does_not_wait),
        TEST(a_session_that_ends_does_not_wait),
        TEST(a_session_never_activated_goes_soon),
        TEST(a_few_failures_close_it),
        TEST(a_late_failure_closes_it_too),
        TEST(nobody_is_anonymous_from_the_network),
        TEST(a_password_that_is_not_fresh),
        TEST(a_user_without_the_key),
        TEST(a_user_with_a_weak_key),
        TEST(a_user_that_is_no_text),
        TEST(a_policy_that_is_not_ours),
        TEST(a_kind_of_token_that_is_not_ours),
        TEST(the_application_signs),
        TEST(an_activation_is_good_once),
        TEST(the_first_activation_comes_on_its_own_channel),
        TEST(a_session_moves_with_its_client),
        TEST(a_session_does_not_move_to_another_user),
        TEST(a_thief_with_its_token_gets_nothing),
        TEST(a_thief_does_not_keep_it_alive),
        TEST(a_login_on_another_channel_ends_with_the_session),
        TEST(a_login_outlives_the_channel_before),
        TEST(subscriptions_go_to_the_same_user_and_application),
        TEST(subscriptions_left_behind_keep_their_owner),
        TEST(refusals_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
