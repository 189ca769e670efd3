/* SPDX-License-Identifier: Apache-2.0
 * Which endpoint is taken: the best there is, what is wished, and never one that would give a password away.
 */
#include "client/endpoint_choice.h"
#include "support/unit.h"

#include <string.h>

#define POLICY(name) "http://opcfoundation.org/UA/SecurityPolicy#" name
#define ENCRYPT      UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT
#define SIGN         UA_MESSAGE_SECURITY_MODE_SIGN
#define NONE         UA_MESSAGE_SECURITY_MODE_NONE

enum { ANONYMOUS = 1, USER = 2, CLEAR_USER = 4 };

static struct ua_endpoint_description endpoints[8];
static struct ua_user_token_policy tokens[8][3];
static size_t count;

static int set_up(void **state)
{
    (void)state;
    count = 0;
    return 0;
}

static void offer(const char *policy, uint32_t mode, unsigned kinds)
{
    struct ua_endpoint_description *e = &endpoints[count];
    struct ua_user_token_policy *t = tokens[count++];
    *e = (struct ua_endpoint_description){
        .security_policy_uri = slice_of(policy),
        .security_mode = mode,
        .user_identity_tokens = t,
    };
    if (kinds & CLEAR_USER)
        t[e->user_identity_tokens_len++] = (struct ua_user_token_policy){
            .policy_id = slice_of("clear"),
            .token_type = UA_USER_TOKEN_TYPE_USER_NAME,
            .security_policy_uri = slice_of(POLICY("None")),
        };
    if (kinds & USER)
        t[e->user_identity_tokens_len++] = (struct ua_user_token_policy){
            .policy_id = slice_of("user"),
            .token_type = UA_USER_TOKEN_TYPE_USER_NAME,
            .security_policy_uri = slice_of(mode == NONE ? POLICY("Basic256Sha256") : NULL),
        };
    if (kinds & ANONYMOUS)
        t[e->user_identity_tokens_len++] = (struct ua_user_token_policy){
            .policy_id = slice_of("anonymous"),
            .token_type = UA_USER_TOKEN_TYPE_ANONYMOUS,
        };
}

static void offer_all(void)
{
    offer(POLICY("None"), NONE, ANONYMOUS | USER);
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS | USER);
    offer(POLICY("Aes256_Sha256_RsaPss"), SIGN, ANONYMOUS | USER);
    offer(POLICY("Basic256Sha256"), ENCRYPT, ANONYMOUS | USER);
    offer(POLICY("Aes256_Sha256_RsaPss"), ENCRYPT, ANONYMOUS | USER);
    offer(POLICY("Aes128_Sha256_RsaOaep"), ENCRYPT, ANONYMOUS | USER);
}

static void assert_chosen(struct client_security wishes, bool loopback, const char *policy, uint32_t mode)
{
    struct endpoint_choice c;
    struct err_text why;
    assert_int_equal(endpoint_choose(endpoints, count, &wishes, loopback, &c, &why), 0);
    assert_string_equal(c.policy->uri, policy);
    assert_int_equal(c.mode, mode);
}

static void assert_none(struct client_security wishes, const char *words)
{
    struct endpoint_choice c;
    struct err_text why;
    assert_int_equal(endpoint_choose(endpoints, count, &wishes, false, &c, &why), ERR_UNSUPPORTED);
    assert_null(c.policy);
    if (!strstr(why.text, words))
        fail_msg("'%s' is not in '%s'", words, why.text);
}

static void the_best(void **state)
{
    (void)state;
    struct client_security any = {0}, named = {.user = "anna"};
    offer_all();
    assert_chosen(any, false, POLICY("Aes256_Sha256_RsaPss"), ENCRYPT);
    assert_chosen(named, false, POLICY("Aes256_Sha256_RsaPss"), ENCRYPT);
    assert_chosen(any, true, POLICY("None"), NONE);
    assert_chosen(named, true, POLICY("None"), NONE);
}

static void what_is_wished(void **state)
{
    (void)state;
    struct client_security w = {.wish = CLIENT_WANTS_SIGN};
    offer_all();
    assert_chosen(w, true, POLICY("Aes256_Sha256_RsaPss"), SIGN);
    w.policy = "Basic256Sha256";
    assert_chosen(w, true, POLICY("Basic256Sha256"), SIGN);
    w.wish = CLIENT_WANTS_BEST;
    assert_chosen(w, true, POLICY("Basic256Sha256"), ENCRYPT);
    w.wish = CLIENT_WANTS_ENCRYPT;
    w.policy = "Aes128_Sha256_RsaOaep";
    assert_chosen(w, false, POLICY("Aes128_Sha256_RsaOaep"), ENCRYPT);
    assert_chosen((struct client_security){.wish = CLIENT_WANTS_NONE}, false, POLICY("None"), NONE);
}

static void the_token_counts(void **state)
{
    (void)state;
    offer(POLICY("Aes256_Sha256_RsaPss"), ENCRYPT, USER);
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS);
    assert_chosen((struct client_security){0}, false, POLICY("Basic256Sha256"), SIGN);
    assert_chosen((struct client_security){.user = "anna"}, false, POLICY("Aes256_Sha256_RsaPss"), ENCRYPT);
}

static void how_the_password_is_encrypted(void **state)
{
    (void)state;
    struct client_security w = {.user = "anna"};
    struct endpoint_choice c;
    offer(POLICY("None"), NONE, USER);
    assert_int_equal(endpoint_choose(endpoints, count, &w, false, &c, NULL), 0);
    assert_ptr_equal(c.token_suite, &suite_basic256sha256);
    assert_true(slice_is(c.token_policy_id, "user"));
    set_up(NULL);
    offer(POLICY("Aes256_Sha256_RsaPss"), SIGN, USER);
    assert_int_equal(endpoint_choose(endpoints, count, &w, false, &c, NULL), 0);
    assert_ptr_equal(c.token_suite, &suite_aes256_sha256_rsapss);
    set_up(NULL);
    offer(POLICY("Aes256_Sha256_RsaPss"), ENCRYPT, CLEAR_USER);
    assert_int_equal(endpoint_choose(endpoints, count, &w, false, &c, NULL), 0);
    assert_null(c.token_suite);
}

/* A password is never sent where it could be read. */
static void passwords_stay_secret(void **state)
{
    (void)state;
    offer(POLICY("None"), NONE, CLEAR_USER | ANONYMOUS);
    offer(POLICY("Basic256Sha256"), SIGN, CLEAR_USER);
    assert_none((struct client_security){.user = "anna"}, "sent safely");
}

/* ---- once there is a session ---- */

static bool confirms(const struct endpoint_choice *chosen, const struct client_security *wishes)
{
    struct err_text why;
    int rc = endpoint_confirm(endpoints, count, wishes, false, chosen, &why);
    if (rc) {
        assert_int_equal(rc, ERR_DENIED);
        assert_non_null(strstr(why.text, "somebody on the way"));
    }
    return !rc;
}

/* What a choice needs, each not as it was told before. */
static void the_session_tells_the_truth(void **state)
{
    (void)state;
    const struct client_security any = {0}, named = {.user = "anna"};
    struct endpoint_choice chosen;
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS);
    endpoints[0].server_certificate = slice_of("not told again");
    assert_int_equal(endpoint_choose(endpoints, count, &any, false, &chosen, NULL), 0);
    endpoints[0].server_certificate = (struct slice){0};
    assert_true(confirms(&chosen, &any));
    endpoints[0].server.application_uri = slice_of("urn:another");
    assert_false(confirms(&chosen, &any));
    endpoints[0].server.application_uri = (struct slice){0};
    tokens[0][0].policy_id = slice_of("another");
    assert_false(confirms(&chosen, &any));
    count = 0;
    assert_false(confirms(&chosen, &any));
    offer(POLICY("None"), NONE, ANONYMOUS); /* worse than what we have: it does not matter */
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS);
    assert_true(confirms(&chosen, &any));
    offer(POLICY("Basic256Sha256"), ENCRYPT, ANONYMOUS);
    assert_false(confirms(&chosen, &any));
    set_up(NULL);
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS);
    offer(POLICY("Aes256_Sha256_RsaPss"), SIGN, ANONYMOUS);
    assert_false(confirms(&chosen, &any));
    set_up(NULL);
    offer(POLICY("Basic256Sha256"), ENCRYPT, USER);
    assert_int_equal(endpoint_choose(endpoints, count, &named, false, &chosen, NULL), 0);
    tokens[0][0].security_policy_uri = slice_of(POLICY("None"));
    assert_false(confirms(&chosen, &named));
}

/* Anonymous, in clear, since nothing else was told: the way in that a stripped list leaves. */
static void a_list_that_was_stripped(void **state)
{
    (void)state;
    const struct client_security any = {0};
    struct endpoint_choice chosen;
    offer(POLICY("None"), NONE, ANONYMOUS);
    assert_int_equal(endpoint_choose(endpoints, count, &any, false, &chosen, NULL), 0);
    offer(POLICY("Basic256Sha256"), SIGN, ANONYMOUS);
    assert_false(confirms(&chosen, &any));
}

static void nothing_fits(void **state)
{
    (void)state;
    assert_none((struct client_security){0}, "no endpoints");
    offer(POLICY("Basic256"), ENCRYPT, ANONYMOUS);
    offer(POLICY("None"), ENCRYPT, ANONYMOUS);
    offer(POLICY("Basic256Sha256"), NONE, ANONYMOUS);
    offer(POLICY("Basic256Sha256"), 17, ANONYMOUS);
    offer(POLICY("None"), NONE, ANONYMOUS);
    endpoints[4].transport_profile_uri =
        slice_of("http://opcfoundation.org/UA-Profile/Transport/https-uabinary");
    assert_none((struct client_security){0}, "can speak");
    offer(POLICY("Aes256_Sha256_RsaPss"), ENCRYPT, USER);
    assert_none((struct client_security){0}, "--user NAME");
    assert_none((struct client_security){.wish = CLIENT_WANTS_NONE}, "without encryption");
    assert_none((struct client_security){.wish = CLIENT_WANTS_SIGN}, "does not offer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_best, set_up),
        cmocka_unit_test_setup(what_is_wished, set_up),
        cmocka_unit_test_setup(the_token_counts, set_up),
        cmocka_unit_test_setup(how_the_password_is_encrypted, set_up),
        cmocka_unit_test_setup(passwords_stay_secret, set_up),
        cmocka_unit_test_setup(the_session_tells_the_truth, set_up),
        cmocka_unit_test_setup(a_list_that_was_stripped, set_up),
        cmocka_unit_test_setup(nothing_fits, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
