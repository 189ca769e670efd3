/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "visitor.h"

#include "crypto/asymmetric.h"
#include "support/fixed_identity.h"

#include <stdio.h>
#include <string.h>

static const uint8_t client_nonce[32] = "a nonce of the client";
static const char application_uri[] = "urn:test:client";

/* ---- the house ---- */

static void begin(struct checker *c, struct login *l)
{
    c->asked++;
    snprintf(c->user, sizeof c->user, "%.*s", SLICE_ARGS(l->user));
    c->login = l;
    l->parked = c;
    if (!c->later)
        checker_answer(c, c->answer, c->role);
}

static void check_password(void *user, struct login *l, struct slice password)
{
    struct checker *c = user;
    snprintf(c->password, sizeof c->password, "%.*s", SLICE_ARGS(password));
    begin(c, l);
}

static void check_certificate(void *user, struct login *l, const struct certificate *certificate)
{
    struct checker *c = user;
    assert_true(certificate->key_bits > 0);
    begin(c, l);
}

static void cancel_login(void *user, struct login *l)
{
    struct checker *c = user;
    assert_ptr_equal(c->login, l);
    c->login = NULL;
    c->cancelled++;
}

static const struct access_ops checker_ops = {check_password, check_certificate, cancel_login};

void checker_answer(struct checker *c, ua_status status, enum role role)
{
    struct login *l = c->login;
    assert_non_null(l);
    c->login = NULL;
    l->done(l, status, role);
}

static void add_offers(struct house *h, size_t *count, const char *uri, uint32_t mode, unsigned network)
{
    h->offers[(*count)++] = (struct endpoint_offer){
        .policy_uri = slice_of(uri),
        .mode = mode,
        .loopback_tokens = TOKEN_ANONYMOUS | TOKEN_USER_NAME | TOKEN_X509,
        .network_tokens = network,
    };
}

void house_init(struct house *h)
{
    static const struct suite *const suites[] = {&suite_aes256_sha256_rsapss, &suite_aes128_sha256_rsaoaep,
                                                 &suite_basic256sha256};
    size_t count = 0;
    *h = (struct house){.checker = {.role = ROLE_OPERATOR}};
    h->identity = FIXED_IDENTITY(server);
    h->client = FIXED_IDENTITY(client);
    h->stranger = FIXED_IDENTITY(long);
    h->present = h->identity;
    for (size_t i = 0; i < ARRAY_LEN(suites); i++) {
        add_offers(h, &count, suites[i]->uri, UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT,
                   TOKEN_USER_NAME | TOKEN_X509);
        add_offers(h, &count, suites[i]->uri, UA_MESSAGE_SECURITY_MODE_SIGN, TOKEN_USER_NAME | TOKEN_X509);
    }
    add_offers(h, &count, "http://opcfoundation.org/UA/SecurityPolicy#None", UA_MESSAGE_SECURITY_MODE_NONE,
               0);
    const struct server_access access = {
        .offers = h->offers,
        .offer_count = count,
        .own = &h->present,
        .anonymous_role = ROLE_ANONYMOUS,
        .ops = &checker_ops,
        .user = &h->checker,
    };
    stage_init_access(&h->stage, &server_default_limits, &access);
}

void house_clear(struct house *h)
{
    stage_clear(&h->stage);
    identity_free(h->identity);
    identity_free(h->client);
    identity_free(h->stranger);
}

/* ---- visitors ---- */

void visitor_open(struct visitor *v, struct house *h, const struct suite *suite, uint32_t mode,
                  const struct identity *own, bool loopback)
{
    *v = (struct visitor){.house = h, .suite = suite, .own = suite ? own : NULL};
    client_open(&v->client, &h->stage);
    struct peer *p = &v->client.peer;
    p->loopback = loopback;
    p->address = loopback ? "127.0.0.1" : "192.0.2.7";
    p->security_mode = mode;
    if (!suite)
        return;
    p->security_policy_uri = slice_of(suite->uri);
    p->client_certificate = own->certificate;
    p->own = h->identity;
}

struct ua_create_session_request visitor_creation(const struct visitor *v)
{
    struct ua_create_session_request req = {
        .client_description = {.application_uri = slice_of(application_uri)},
        .session_name = slice_of("visit"),
        .requested_session_timeout = 60e3,
    };
    if (v->suite) {
        req.client_description.application_uri = v->own->certificate->application_uri;
        req.client_nonce = (struct slice){client_nonce, sizeof client_nonce};
        req.client_certificate = v->own->certificate->der;
    }
    return req;
}

static void keep_nonce(struct visitor *v, struct slice nonce)
{
    assert_int_equal(nonce.len, sizeof v->nonce);
    assert_memory_not_equal(nonce.data, v->nonce, sizeof v->nonce);
    memcpy(v->nonce, nonce.data, sizeof v->nonce);
}

const struct ua_create_session_response *visitor_create(struct visitor *v)
{
    struct ua_create_session_request req = visitor_creation(v);
    const struct ua_create_session_response *r = client_call(&v->client, &ua_create_session_request_structure,
                                                             &req, &ua_create_session_response_structure);
    v->client.token = r->authentication_token;
    v->session_id = r->session_id;
    keep_nonce(v, r->server_nonce);
    const struct certificate *server = v->house->identity->certificate;
    assert_true(slice_equal(r->server_certificate, server->der));
    if (v->suite) {
        const struct slice parts[] = {v->own->certificate->der, {client_nonce, sizeof client_nonce}};
        assert_true(slice_is(r->server_signature.algorithm, v->suite->signature_uri));
        assert_true(asymmetric_verify(v->suite, server, parts, 2, r->server_signature.signature));
    } else {
        assert_int_equal(r->server_signature.signature.len, 0);
    }
    return r;
}

static struct ua_signature_data sign(const struct visitor *v, const struct suite *suite,
                                     const struct identity *own, uint8_t *out)
{
    const struct slice parts[] = {v->house->identity->certificate->der, {v->nonce, sizeof v->nonce}};
    assert_int_equal(asymmetric_sign(suite, own, parts, 2, out), 0);
    return (struct ua_signature_data){
        .algorithm = slice_of(suite->signature_uri),
        .signature = {out, own->certificate->key_size},
    };
}

/* How tokens are protected: as the channel, without one as most clients can. */
static const struct suite *token_suite(const struct visitor *v)
{
    return v->suite ? v->suite : &suite_basic256sha256;
}

static struct slice encrypt_password(const struct visitor *v, const char *password, uint8_t out[1024])
{
    uint8_t plain[1024];
    size_t n = strlen(password), all = n + sizeof v->nonce;
    const struct certificate *server = v->house->identity->certificate;
    plain[0] = (uint8_t)all;
    plain[1] = (uint8_t)(all >> 8);
    plain[2] = plain[3] = 0;
    memcpy(plain + 4, password, n);
    memcpy(plain + 4 + n, v->nonce, sizeof v->nonce);
    struct slice whole = {plain, 4 + all};
    size_t size = asymmetric_encrypted_size(token_suite(v), server, whole.len);
    assert_true(size <= 1024);
    assert_int_equal(asymmetric_encrypt(token_suite(v), server, whole, out), 0);
    return (struct slice){out, size};
}

static void begin_activation(struct visitor *v, struct activation_parts *parts)
{
    *parts = (struct activation_parts){.anonymous = {slice_of("anonymous")}};
    if (v->suite)
        parts->request.client_signature = sign(v, v->suite, v->own, parts->signature);
}

void visitor_activation(struct visitor *v, struct activation_parts *parts, const char *user,
                        const char *password)
{
    begin_activation(v, parts);
    struct ua_extension_object *token = &parts->request.user_identity_token;
    if (!user) {
        *token = (struct ua_extension_object){.structure = &ua_anonymous_identity_token_structure,
                                              .value = &parts->anonymous};
        return;
    }
    parts->user = (struct ua_user_name_identity_token){
        .user_name = slice_of(user),
        .password = encrypt_password(v, password, parts->password),
        .encryption_algorithm = slice_of(token_suite(v)->encryption_uri),
    };
    *token = (struct ua_extension_object){.structure = &ua_user_name_identity_token_structure,
                                          .value = &parts->user};
}

void visitor_activation_x509(struct visitor *v, struct activation_parts *parts, const struct identity *user)
{
    begin_activation(v, parts);
    parts->x509.certificate_data = user->certificate->der;
    parts->request.user_identity_token =
        (struct ua_extension_object){.structure = &ua_x509_identity_token_structure, .value = &parts->x509};
    parts->request.user_token_signature = sign(v, token_suite(v), user, parts->user_signature);
}

ua_status visitor_activated(struct visitor *v, uint32_t request)
{
    struct client *c = &v->client;
    for (size_t i = 0; i < c->response_count; i++) {
        if (c->responses[i].request_id != request)
            continue;
        if (c->responses[i].structure == &ua_service_fault_structure)
            return client_take_fault(c, request);
        const struct ua_activate_session_response *r =
            client_take(c, request, &ua_activate_session_response_structure);
        keep_nonce(v, r->server_nonce);
        return UA_GOOD;
    }
    fail_msg("no answer");
    return UA_BAD_INTERNAL_ERROR;
}

ua_status visitor_activate(struct visitor *v, struct activation_parts *parts)
{
    return visitor_activated(
        v, client_send(&v->client, &ua_activate_session_request_structure, &parts->request));
}

ua_status visitor_log_in(struct visitor *v, const char *user, const char *password)
{
    struct activation_parts parts;
    visitor_activation(v, &parts, user, password);
    return visitor_activate(v, &parts);
}

void visitor_take_over(struct visitor *v, const struct visitor *from)
{
    v->client.token = from->client.token;
    memcpy(v->nonce, from->nonce, sizeof v->nonce);
}

ua_status visitor_read(struct visitor *v)
{
    struct ua_read_value_id id = {
        .node_id = ua_nodeid_numeric(0, UA_ID_SERVER_SERVERSTATUS_STATE),
        .attribute_id = ATTRIBUTE_VALUE,
    };
    struct ua_read_request req = {.nodes_to_read = &id, .nodes_to_read_len = 1};
    uint32_t request = client_send(&v->client, &ua_read_request_structure, &req);
    struct client *c = &v->client;
    assert_int_equal(c->response_count, 1);
    if (c->responses[0].structure == &ua_service_fault_structure)
        return client_take_fault(c, request);
    client_take(c, request, &ua_read_response_structure);
    return UA_GOOD;
}
