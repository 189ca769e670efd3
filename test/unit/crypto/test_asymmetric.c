/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/asymmetric.h"

#include "support/fixed_identity.h"
#include "support/unit.h"
#include "vectors.h"

#include <string.h>

static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                             &suite_aes256_sha256_rsapss};
static struct identity *server, *client, *longer;

static int set_up(void **state)
{
    (void)state;
    server = FIXED_IDENTITY(server);
    client = FIXED_IDENTITY(client);
    longer = FIXED_IDENTITY(long);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    identity_free(server);
    identity_free(client);
    identity_free(longer);
    return 0;
}

static void signatures_of_another_implementation(void **state)
{
    (void)state;
    struct slice message = slice_of("signed by another implementation");
    struct slice pkcs1 = {signed_pkcs1, sizeof signed_pkcs1}, pss = {signed_pss, sizeof signed_pss};
    const struct certificate *c = server->certificate;
    assert_true(asymmetric_verify(&suite_basic256sha256, c, &message, 1, pkcs1));
    assert_true(asymmetric_verify(&suite_aes128_sha256_rsaoaep, c, &message, 1, pkcs1));
    assert_true(asymmetric_verify(&suite_aes256_sha256_rsapss, c, &message, 1, pss));
    assert_false(asymmetric_verify(&suite_basic256sha256, c, &message, 1, pss));
    assert_false(asymmetric_verify(&suite_aes256_sha256_rsapss, c, &message, 1, pkcs1));
    assert_false(asymmetric_verify(&suite_basic256sha256, client->certificate, &message, 1, pkcs1));
}

static void secrets_of_another_implementation(void **state)
{
    (void)state;
    uint8_t out[256];
    size_t n;
    struct slice sha1 = {encrypted_oaep_sha1, sizeof encrypted_oaep_sha1};
    struct slice sha256 = {encrypted_oaep_sha256, sizeof encrypted_oaep_sha256};
    assert_int_equal(asymmetric_decrypt(&suite_basic256sha256, server, sha1, out, &n), 0);
    assert_int_equal(n, 8);
    assert_memory_equal(out, "a secret", 8);
    assert_int_equal(asymmetric_decrypt(&suite_aes256_sha256_rsapss, server, sha256, out, &n), 0);
    assert_int_equal(n, 8);
    assert_memory_equal(out, "a secret", 8);
    assert_int_equal(asymmetric_decrypt(&suite_aes256_sha256_rsapss, server, sha1, out, &n), ERR_INVALID);
    assert_int_equal(n, 0);
    assert_int_equal(asymmetric_decrypt(&suite_basic256sha256, client, sha1, out, &n), ERR_INVALID);
}

static void signatures_over_pieces(void **state)
{
    (void)state;
    const struct identity *signers[] = {server, longer};
    struct slice pieces[] = {slice_of("one"), {0}, slice_of("two")}, whole = slice_of("onetwo");
    struct slice other = slice_of("onetwp");
    for (size_t s = 0; s < ARRAY_LEN(suites); s++) {
        for (size_t i = 0; i < ARRAY_LEN(signers); i++) {
            uint8_t bytes[512];
            const struct certificate *c = signers[i]->certificate;
            struct slice signature = {bytes, c->key_size};
            assert_int_equal(asymmetric_sign(suites[s], signers[i], pieces, 3, bytes), 0);
            assert_true(asymmetric_verify(suites[s], c, &whole, 1, signature));
            assert_false(asymmetric_verify(suites[s], c, &other, 1, signature));
            signature.len--;
            assert_false(asymmetric_verify(suites[s], c, &whole, 1, signature));
            assert_false(asymmetric_verify(suites[s], c, &whole, 1, (struct slice){0}));
        }
    }
}

static void secrets_of_many_blocks(void **state)
{
    (void)state;
    const struct identity *receivers[] = {server, longer};
    uint8_t plain[1000], encrypted[4096], opened[4096];
    size_t n;
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = (uint8_t)i;
    for (size_t s = 0; s < ARRAY_LEN(suites); s++) {
        for (size_t i = 0; i < ARRAY_LEN(receivers); i++) {
            const struct certificate *c = receivers[i]->certificate;
            size_t block = asymmetric_plain_block(suites[s], c);
            const size_t sizes[] = {1, block - 1, block, block + 1, 2 * block, sizeof plain};
            for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
                size_t size = asymmetric_encrypted_size(suites[s], c, sizes[k]);
                struct slice bytes = {encrypted, size};
                assert_int_equal(asymmetric_encrypt(suites[s], c, (struct slice){plain, sizes[k]}, encrypted),
                                 0);
                assert_int_equal(asymmetric_decrypt(suites[s], receivers[i], bytes, opened, &n), 0);
                assert_int_equal(n, sizes[k]);
                assert_memory_equal(opened, plain, n);
                bytes.len--;
                assert_int_equal(asymmetric_decrypt(suites[s], receivers[i], bytes, opened, &n), ERR_INVALID);
            }
        }
    }
}

static void lengths_of_keys(void **state)
{
    (void)state;
    struct certificate c = {.key_bits = 0};
    static const struct {
        unsigned bits;
        bool fits;
    } cases[] = {{0, false}, {1024, false}, {2047, false}, {2048, true}, {4096, true}, {4097, false}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        c.key_bits = cases[i].bits;
        assert_int_equal(asymmetric_key_fits(&c), cases[i].fits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_of_another_implementation),
        cmocka_unit_test(secrets_of_another_implementation),
        cmocka_unit_test(signatures_over_pieces),
        cmocka_unit_test(secrets_of_many_blocks),
        cmocka_unit_test(lengths_of_keys),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
