/* SPDX-License-Identifier: Apache-2.0
 * Which endpoints are told to whom, and who may create a session. */
#include "support/unit.h"

#include "visitor.h"

#include <string.h>

enum { SIGN = UA_MESSAGE_SECURITY_MODE_SIGN, BOTH = UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT };
enum { NONE = UA_MESSAGE_SECURITY_MODE_NONE };

struct fixture {
    struct house house;
    struct visitor v;
};

static int set_up(void **state)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    house_init(&f->house);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->v.client);
    house_clear(&f->house);
    test_free(f);
    return 0;
}

static void open_with(struct fixture *f, const struct suite *suite, uint32_t mode, bool loopback)
{
    visitor_open(&f->v, &f->house, suite, mode, f->house.client, loopback);
}

static ua_status refused(struct fixture *f, struct ua_create_session_request *req)
{
    return client_refused(&f->v.client, &ua_create_session_request_structure, req);
}

static const struct ua_get_endpoints_response *endpoints(struct fixture *f)
{
    struct ua_get_endpoints_request req = {.endpoint_url = slice_of("opc.tcp://host:4840")};
    return client_call(&f->v.client, &ua_get_endpoints_request_structure, &req,
                       &ua_get_endpoints_response_structure);
}

static void loopback_sees_all_endpoints(void **state)
{
    struct fixture *f = *state;
    open_with(f, NULL, NONE, true);
    const struct ua_get_endpoints_response *r = endpoints(f);
    assert_int_equal(r->endpoints_len, 7);
    for (size_t i = 0; i < r->endpoints_len; i++) {
        const struct ua_endpoint_description *e = &r->endpoints[i];
        assert_int_equal(e->user_identity_tokens_len, 3);
        assert_true(slice_equal(e->server_certificate, f->house.identity->certificate->der));
        const struct ua_user_token_policy *name = &e->user_identity_tokens[1];
        assert_int_equal(name->token_type, UA_USER_TOKEN_TYPE_USER_NAME);
        /* Passwords are never sent in clear, whatever the channel. */
        assert_true(slice_equal(name->security_policy_uri, e->security_mode == NONE
                                                               ? slice_of(suite_basic256sha256.uri)
                                                               : e->security_policy_uri));
        assert_int_equal(e->security_level == 0, e->security_mode == NONE);
    }
    assert_true(r->endpoints[0].security_level > r->endpoints[2].security_level); /* by its policy */
    assert_true(r->endpoints[2].security_level > r->endpoints[1].security_level); /* by its mode */
}

static void the_network_sees_secured_endpoints_for_users(void **state)
{
    struct fixture *f = *state;
    open_with(f, NULL, NONE, false);
    const struct ua_get_endpoints_response *r = endpoints(f);
    assert_int_equal(r->endpoints_len, 6);
    for (size_t i = 0; i < r->endpoints_len; i++) {
        assert_int_not_equal(r->endpoints[i].security_mode, NONE);
        assert_int_equal(r->endpoints[i].user_identity_tokens_len, 2);
        assert_int_not_equal(r->endpoints[i].user_identity_tokens[0].token_type,
                             UA_USER_TOKEN_TYPE_ANONYMOUS);
    }
}

static void without_a_certificate_there_is_none_alone(void **state)
{
    struct fixture *f = *state;
    f->house.present = NULL;
    open_with(f, NULL, NONE, true);
    const struct ua_get_endpoints_response *r = endpoints(f);
    assert_int_equal(r->endpoints_len, 1);
    assert_int_equal(r->endpoints[0].user_identity_tokens_len, 1);
    assert_int_equal(r->endpoints[0].user_identity_tokens[0].token_type, UA_USER_TOKEN_TYPE_ANONYMOUS);
}

static void the_network_has_no_session_without_security(void **state)
{
    struct fixture *f = *state;
    open_with(f, NULL, NONE, false);
    struct ua_create_session_request req = visitor_creation(&f->v);
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_POLICY_REJECTED);
    assert_int_equal(server_session_count(f->house.stage.server), 0);
}

static void a_mode_that_is_not_offered(void **state)
{
    struct fixture *f = *state;
    f->house.offers[1].network_tokens = 0; /* Sign of the first policy */
    open_with(f, &suite_aes256_sha256_rsapss, SIGN, false);
    struct ua_create_session_request req = visitor_creation(&f->v);
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_MODE_REJECTED);
    f->house.offers[0].network_tokens = 0;
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_POLICY_REJECTED);
}

/* visitor_create() checks what the server proves. */
static void every_policy_in_every_mode(void **state)
{
    struct fixture *f = *state;
    static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                                 &suite_aes256_sha256_rsapss};
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        for (uint32_t mode = SIGN; mode <= BOTH; mode++) {
            open_with(f, suites[i], mode, false);
            const struct ua_create_session_response *r = visitor_create(&f->v);
            const struct ua_get_endpoints_response *all = endpoints(f);
            assert_int_equal(r->server_endpoints_len, all->endpoints_len);
            for (size_t k = 0; k < all->endpoints_len; k++) {
                const struct ua_endpoint_description *a = &r->server_endpoints[k], *b = &all->endpoints[k];
                assert_true(slice_equal(a->security_policy_uri, b->security_policy_uri));
                assert_int_equal(a->security_mode, b->security_mode);
                assert_int_equal(a->security_level, b->security_level);
                assert_true(slice_equal(a->endpoint_url, b->endpoint_url));
                assert_int_equal(a->user_identity_tokens_len, b->user_identity_tokens_len);
            }
            client_disconnect(&f->v.client);
        }
    open_with(f, NULL, NONE, true);
    visitor_create(&f->v);
}

static void nonces_have_32_bytes_at_least(void **state)
{
    struct fixture *f = *state;
    uint8_t bytes[129] = {1};
    open_with(f, &suite_basic256sha256, BOTH, false);
    struct ua_create_session_request req = visitor_creation(&f->v);
    static const size_t wrong[] = {0, 31, 129};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        req.client_nonce = (struct slice){bytes, wrong[i]};
        assert_int_equal(refused(f, &req), UA_BAD_NONCE_INVALID);
    }
    req.client_nonce.len = 128;
    client_call(&f->v.client, &ua_create_session_request_structure, &req,
                &ua_create_session_response_structure);
}

static void the_certificate_is_that_of_the_channel(void **state)
{
    struct fixture *f = *state;
    uint8_t chain[8192];
    struct slice own = f->house.client->certificate->der, other = f->house.stranger->certificate->der;
    open_with(f, &suite_basic256sha256, BOTH, false);
    struct ua_create_session_request req = visitor_creation(&f->v);
    req.client_certificate = other;
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_CHECKS_FAILED);
    req.client_certificate = (struct slice){0};
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_CHECKS_FAILED);
    req.client_certificate = (struct slice){own.data, own.len - 1};
    assert_int_equal(refused(f, &req), UA_BAD_SECURITY_CHECKS_FAILED);
    memcpy(chain, own.data, own.len);
    memcpy(chain + own.len, other.data, other.len);
    req.client_certificate = (struct slice){chain, own.len + other.len}; /* with an issuer behind it */
    client_call(&f->v.client, &ua_create_session_request_structure, &req,
                &ua_create_session_response_structure);
}

static void the_application_uri_is_that_of_the_certificate(void **state)
{
    struct fixture *f = *state;
    open_with(f, &suite_basic256sha256, BOTH, false);
    struct ua_create_session_request req = visitor_creation(&f->v);
    req.client_description.application_uri = slice_of("urn:test:another");
    assert_int_equal(refused(f, &req), UA_BAD_CERTIFICATE_URI_INVALID);
    req.client_description.application_uri = (struct slice){0};
    assert_int_equal(refused(f, &req), UA_BAD_CERTIFICATE_URI_INVALID);
    struct certificate nameless = *f->house.client->certificate;
    nameless.application_uri = (struct slice){0};
    f->v.client.peer.client_certificate = &nameless;
    assert_int_equal(refused(f, &req), UA_BAD_CERTIFICATE_URI_INVALID);
    assert_int_equal(server_session_count(f->house.stage.server), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(loopback_sees_all_endpoints),
        TEST(the_network_sees_secured_endpoints_for_users),
        TEST(without_a_certificate_there_is_none_alone),
        TEST(the_network_has_no_session_without_security),
        TEST(a_mode_that_is_not_offered),
        TEST(every_policy_in_every_mode),
        TEST(nonces_have_32_bytes_at_least),
        TEST(the_certificate_is_that_of_the_channel),
        TEST(the_application_uri_is_that_of_the_certificate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
