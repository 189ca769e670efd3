/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/session/user_secret.h"
#include "support/fixed_identity.h"
#include "support/secret_maker.h"

static const uint8_t nonce_bytes[32] = "the nonce that we gave last";
static const struct slice nonce = {nonce_bytes, sizeof nonce_bytes};
static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                             &suite_aes256_sha256_rsapss};

static struct identity *own, *other;
static struct user_secret secret;

static int set_up(void **state)
{
    (void)state;
    own = FIXED_IDENTITY(server);
    other = FIXED_IDENTITY(client);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    identity_free(own);
    identity_free(other);
    return 0;
}

static struct user_secret_rules rules_of(const struct suite *suite)
{
    return (struct user_secret_rules){.suite = suite, .own = own, .nonce = nonce};
}

static bool opens(const struct user_secret_rules *rules, struct slice sent, const char *algorithm)
{
    const char *why = NULL;
    bool good = user_secret_open(rules, sent, slice_of(algorithm), &secret, &why);
    assert_true(good || why);
    assert_true(good || secret.len == 0);
    return good;
}

static void assert_secret(struct slice expected)
{
    assert_int_equal(secret.len, expected.len);
    if (expected.len)
        assert_memory_equal(secret.bytes, expected.data, expected.len);
}

/* ---- legacy ---- */

static size_t legacy(struct slice password, struct slice nonce_in, size_t length_error, uint8_t *out)
{
    size_t length = password.len + nonce_in.len + length_error;
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(length >> 8 * i);
    if (password.len)
        memcpy(out + 4, password.data, password.len);
    memcpy(out + 4 + password.len, nonce_in.data, nonce_in.len);
    return 4 + password.len + nonce_in.len;
}

static bool legacy_opens(const struct suite *suite, const struct certificate *receiver, struct slice password,
                         struct slice nonce_in, size_t length_error)
{
    uint8_t plain[2048], encrypted[4096];
    struct user_secret_rules rules = rules_of(suite);
    struct slice whole = {plain, legacy(password, nonce_in, length_error, plain)};
    return opens(&rules, secret_encrypt(suite, receiver, whole, encrypted), suite->encryption_uri);
}

static void legacy_secrets(void **state)
{
    (void)state;
    uint8_t longest[USER_SECRET_MAX + 1];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < ARRAY_LEN(suites); i++) {
        const struct slice good[] = {
            slice_of("secret"), slice_of(""), slice_of("p\xc3\xa4ss"), {longest, USER_SECRET_MAX}};
        for (size_t k = 0; k < ARRAY_LEN(good); k++) {
            assert_true(legacy_opens(suites[i], own->certificate, good[k], nonce, 0));
            assert_secret(good[k]);
        }
        struct slice too_long = {longest, sizeof longest};
        assert_false(legacy_opens(suites[i], own->certificate, too_long, nonce, 0));
        assert_false(legacy_opens(suites[i], other->certificate, good[0], nonce, 0));
    }
}

static void legacy_secrets_are_fresh_and_whole(void **state)
{
    (void)state;
    uint8_t stale[32] = "the nonce that we gave before";
    struct slice password = slice_of("secret"), stale_nonce = {stale, sizeof stale};
    const struct suite *suite = suites[0];
    const struct certificate *c = own->certificate;
    assert_false(legacy_opens(suite, c, password, stale_nonce, 0));
    assert_false(legacy_opens(suite, c, password, (struct slice){nonce_bytes, 31}, 0));
    assert_false(legacy_opens(suite, c, password, (struct slice){nonce_bytes, 0}, 0));
    assert_false(legacy_opens(suite, c, password, nonce, 1));
    assert_false(legacy_opens(suite, c, password, nonce, (size_t)-1));
    assert_false(legacy_opens(suite, c, password, nonce, 0x80000000));
}

static void the_algorithm_is_that_of_the_policy(void **state)
{
    (void)state;
    uint8_t plain[256], encrypted[256];
    struct slice whole = {plain, legacy(slice_of("secret"), nonce, 0, plain)};
    struct slice sent = secret_encrypt(&suite_basic256sha256, own->certificate, whole, encrypted);
    struct user_secret_rules rules = rules_of(&suite_basic256sha256);
    assert_true(opens(&rules, sent, suite_basic256sha256.encryption_uri));
    assert_false(opens(&rules, sent, suite_aes256_sha256_rsapss.encryption_uri));
    assert_false(opens(&rules, sent, "http://www.w3.org/2001/04/xmlenc#rsa-1_5"));
    assert_false(opens(&rules, sent, NULL));
    sent.len--;
    assert_false(opens(&rules, sent, suite_basic256sha256.encryption_uri));
    assert_false(opens(&rules, (struct slice){0}, suite_basic256sha256.encryption_uri));
}

static void too_many_blocks_are_not_even_tried(void **state)
{
    (void)state;
    static uint8_t huge[1 << 16];
    struct user_secret_rules rules = rules_of(suites[0]);
    assert_false(opens(&rules, (struct slice){huge, sizeof huge}, suites[0]->encryption_uri));
}

static void plain_only_where_the_channel_encrypts(void **state)
{
    (void)state;
    uint8_t long_one[USER_SECRET_MAX + 1] = {0};
    struct user_secret_rules rules = rules_of(suites[0]);
    assert_false(opens(&rules, slice_of("secret"), NULL));
    assert_false(opens(&rules, (struct slice){0}, NULL));
    rules.plain_allowed = true;
    assert_true(opens(&rules, slice_of("secret"), NULL));
    assert_secret(slice_of("secret"));
    assert_true(opens(&rules, (struct slice){0}, NULL));
    assert_false(opens(&rules, (struct slice){long_one, sizeof long_one}, NULL));
}

/* ---- EncryptedSecret ---- */

static uint8_t payload[2048], made[4096];

static struct secret_recipe recipe(const struct suite *suite, struct slice password)
{
    size_t n = secret_payload(nonce, password, payload);
    return (struct secret_recipe){.suite = suite, .receiver = own->certificate, .payload = {payload, n}};
}

static bool encrypted_opens(const struct secret_recipe *how)
{
    struct user_secret_rules rules = rules_of(how->suite);
    return opens(&rules, secret_make(how, made), NULL);
}

static void encrypted_secrets(void **state)
{
    (void)state;
    uint8_t longest[USER_SECRET_MAX + 1];
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < ARRAY_LEN(suites); i++) {
        for (size_t n = 0; n <= USER_SECRET_MAX; n += n < 40 ? 1 : 59) {
            struct secret_recipe how = recipe(suites[i], (struct slice){longest, n});
            assert_true(encrypted_opens(&how));
            assert_secret((struct slice){longest, n});
        }
        struct secret_recipe how = recipe(suites[i], (struct slice){longest, sizeof longest});
        assert_false(encrypted_opens(&how));
    }
}

static void encrypted_secrets_are_for_us(void **state)
{
    (void)state;
    struct secret_recipe how = recipe(suites[0], slice_of("secret"));
    how.thumbprint = (struct slice){other->certificate->thumbprint, THUMBPRINT_SIZE};
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secret"));
    how.policy_uri = suites[2]->uri;
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secret"));
    how.receiver = other->certificate;
    how.thumbprint = (struct slice){own->certificate->thumbprint, THUMBPRINT_SIZE};
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secret"));
    how.key_size = suites[0]->signing_key_size - 1;
    assert_false(encrypted_opens(&how));
}

static void encrypted_secrets_are_fresh_and_padded(void **state)
{
    (void)state;
    uint8_t stale[32] = "the nonce that we gave before";
    struct secret_recipe how = recipe(suites[0], slice_of("secret"));
    how.payload.len = secret_payload((struct slice){stale, 32}, slice_of("secret"), payload);
    assert_false(encrypted_opens(&how));
    how.payload.len = secret_payload((struct slice){0}, slice_of("secret"), payload);
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secret"));
    how.padding_size = 300;
    assert_false(encrypted_opens(&how));
    how.padding_size = 3;
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secrets"));
    assert_true(encrypted_opens(&how));
    how.untidy = true;
    assert_false(encrypted_opens(&how));
    how = recipe(suites[0], slice_of("secret"));
    how.payload.len = 3;
    assert_false(encrypted_opens(&how));
}

/* But for the time of signing, which is signed as well. */
static void every_changed_byte_is_noticed(void **state)
{
    (void)state;
    struct secret_recipe how = recipe(suites[0], slice_of("secret"));
    struct slice good = secret_make(&how, made);
    struct user_secret_rules rules = rules_of(how.suite);
    for (size_t i = 0; i < good.len; i++) {
        made[i] ^= 1;
        assert_false(opens(&rules, good, NULL));
        assert_false(opens(&rules, (struct slice){good.data, i}, NULL));
        made[i] ^= 1;
    }
    assert_true(opens(&rules, good, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(legacy_secrets),
        cmocka_unit_test(legacy_secrets_are_fresh_and_whole),
        cmocka_unit_test(the_algorithm_is_that_of_the_policy),
        cmocka_unit_test(too_many_blocks_are_not_even_tried),
        cmocka_unit_test(plain_only_where_the_channel_encrypts),
        cmocka_unit_test(encrypted_secrets),
        cmocka_unit_test(encrypted_secrets_are_for_us),
        cmocka_unit_test(encrypted_secrets_are_fresh_and_padded),
        cmocka_unit_test(every_changed_byte_is_noticed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
