/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/symmetric.h"

#include "support/unit.h"
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

enum { CLEAR = 16 };

static const struct suite *const suites[] = {&suite_basic256sha256, &suite_aes128_sha256_rsaoaep,
                                             &suite_aes256_sha256_rsapss};

static uint8_t own_nonce[SUITE_NONCE_SIZE], peer_nonce[SUITE_NONCE_SIZE];
static struct slice own = {own_nonce, sizeof own_nonce}, peer = {peer_nonce, sizeof peer_nonce};

static int set_up(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < SUITE_NONCE_SIZE; i++) {
        own_nonce[i] = i;
        peer_nonce[i] = (uint8_t)(100 + i);
    }
    return 0;
}

static struct key_set keys_of(const struct suite *suite)
{
    struct key_set keys;
    assert_int_equal(key_set_derive(&keys, suite, own, peer), 0);
    return keys;
}

static void suites_by_uri(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(suites); i++)
        assert_ptr_equal(suite_by_uri(slice_of(suites[i]->uri)), suites[i]);
    assert_null(suite_by_uri(slice_of("http://opcfoundation.org/UA/SecurityPolicy#None")));
    assert_null(suite_by_uri(slice_of("http://opcfoundation.org/UA/SecurityPolicy#Basic256")));
    assert_null(suite_by_uri(slice_of("http://opcfoundation.org/UA/SecurityPolicy#Basic128Rsa15")));
    assert_null(suite_by_uri((struct slice){0}));
}

static void keys_follow_from_both_nonces(void **state)
{
    (void)state;
    struct key_set k = keys_of(&suite_basic256sha256);
    assert_memory_equal(k.signing, derived_aes256, 32);
    assert_memory_equal(k.encryption, derived_aes256 + 32, 32);
    assert_memory_equal(k.iv, derived_aes256 + 64, 16);
    k = keys_of(&suite_aes128_sha256_rsaoaep);
    assert_memory_equal(k.signing, derived_aes128, 32);
    assert_memory_equal(k.encryption, derived_aes128 + 32, 16);
    assert_memory_equal(k.iv, derived_aes128 + 48, 16);
    key_set_wipe(&k);
    assert_memory_equal(&k, &(struct key_set){0}, sizeof k);
}

/* ---- one chunk, as others make it ---- */

static void fill(uint8_t *plain, size_t n)
{
    for (size_t i = 0; i < n; i++)
        plain[i] = (uint8_t)(7 * i);
}

static void chunks_of_another_implementation(void **state)
{
    (void)state;
    static const struct {
        const struct suite *suite;
        bool encrypt;
        const uint8_t *sealed;
        size_t size;
    } cases[] = {
        {&suite_basic256sha256, true, sealed_aes256, sizeof sealed_aes256},
        {&suite_basic256sha256, false, signed_aes256, sizeof signed_aes256},
        {&suite_aes128_sha256_rsaoaep, true, sealed_aes128, sizeof sealed_aes128},
        {&suite_aes128_sha256_rsaoaep, false, signed_aes128, sizeof signed_aes128},
    };
    uint8_t plain[CLEAR + 8 + 45], out[256];
    fill(plain, sizeof plain);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct key_set keys = keys_of(cases[i].suite);
        struct chunk_layout layout = {CLEAR, cases[i].encrypt};
        struct slice parts[] = {{plain, 24}, {plain + 24, 1}, {NULL, 0}, {plain + 25, 44}};
        struct seal_job job = {&keys, layout, parts, ARRAY_LEN(parts), out, NULL};
        assert_int_equal(sealed_size(layout, sizeof plain), cases[i].size);
        assert_int_equal(symmetric_seal(&job, 1), 0);
        assert_memory_equal(out, cases[i].sealed, cases[i].size);

        struct unseal_job back = {
            .keys = &keys, .layout = layout, .sealed = {cases[i].sealed, cases[i].size}, .out = out};
        assert_int_equal(symmetric_unseal(&back, 1), 0);
        assert_int_equal(back.plain.len, sizeof plain - CLEAR);
        assert_memory_equal(back.plain.data, plain + CLEAR, back.plain.len);
    }
}

/* ---- round trips ---- */

static void sizes_come_back(void **state)
{
    (void)state;
    static uint8_t plain[300], sealed[400], opened[400];
    fill(plain, sizeof plain);
    for (size_t s = 0; s < 2 * ARRAY_LEN(suites); s++) {
        struct key_set keys = keys_of(suites[s / 2]);
        struct chunk_layout layout = {CLEAR, s % 2};
        for (size_t n = CLEAR; n <= sizeof plain; n++) {
            struct slice parts[] = {{plain, n / 3}, {plain + n / 3, n - n / 3}};
            struct seal_job out = {&keys, layout, parts, 2, sealed, NULL};
            size_t size = sealed_size(layout, n);
            sealed[size] = 0xa5;
            assert_int_equal(symmetric_seal(&out, 1), 0);
            assert_int_equal(sealed[size], 0xa5);
            assert_memory_equal(sealed, plain, CLEAR);
            struct unseal_job in = {.keys = &keys, .layout = layout, .sealed = {sealed, size}, .out = opened};
            assert_int_equal(symmetric_unseal(&in, 1), 0);
            assert_non_null(in.plain.data);
            assert_int_equal(in.plain.len, n - CLEAR);
            assert_memory_equal(in.plain.data, plain + CLEAR, n - CLEAR);
        }
    }
}

/* Chunk after chunk, a bad one among them: as if nothing were kept. */
static void kept_keys_change_nothing(void **state)
{
    (void)state;
    static uint8_t plain[300], sealed[400], as_kept[400], opened[400];
    fill(plain, sizeof plain);
    for (size_t s = 0; s < 2 * ARRAY_LEN(suites); s++) {
        struct key_set keys = keys_of(suites[s / 2]);
        struct chunk_layout layout = {CLEAR, s % 2};
        struct symmetric_kept *sender = symmetric_kept_new(), *receiver = symmetric_kept_new();
        assert_true(sender && receiver);
        for (size_t n = CLEAR; n <= sizeof plain; n += 13) {
            struct slice part = {plain, n};
            size_t size = sealed_size(layout, n);
            struct seal_job out[2] = {
                {&keys, layout, &part, 1, sealed, NULL},
                {&keys, layout, &part, 1, as_kept, sender},
            };
            assert_int_equal(symmetric_seal(out, ARRAY_LEN(out)), 0);
            assert_memory_equal(as_kept, sealed, size);
            as_kept[size - 1] ^= 1;
            struct unseal_job in[2] = {
                {.keys = &keys, .layout = layout, .sealed = {as_kept, size}, .out = opened, .kept = receiver},
                {.keys = &keys, .layout = layout, .sealed = {sealed, size}, .out = opened, .kept = receiver},
            };
            assert_int_equal(symmetric_unseal(in, ARRAY_LEN(in)), 0);
            assert_null(in[0].plain.data);
            assert_int_equal(in[1].plain.len, n - CLEAR);
            assert_memory_equal(in[1].plain.data, plain + CLEAR, n - CLEAR);
        }
        symmetric_kept_free(sender);
        symmetric_kept_free(receiver);
    }
    symmetric_kept_free(NULL);
}

static void capacity_is_exact(void **state)
{
    (void)state;
    for (size_t size = 8192; size < 8192 + 40; size++) {
        for (int encrypt = 0; encrypt < 2; encrypt++) {
            struct chunk_layout layout = {CLEAR, encrypt};
            size_t most = sealed_capacity(layout, size);
            assert_true(sealed_size(layout, most) <= size);
            assert_true(sealed_size(layout, most + 1) > size);
        }
    }
}

enum { JOBS = 5 };

static void many_jobs_at_once(void **state)
{
    (void)state;
    uint8_t plain[JOBS][100], sealed[JOBS][200], opened[JOBS][200];
    struct key_set keys[2] = {keys_of(&suite_basic256sha256), keys_of(&suite_aes128_sha256_rsaoaep)};
    struct slice parts[JOBS];
    struct seal_job out[JOBS];
    struct unseal_job in[JOBS];
    for (size_t i = 0; i < JOBS; i++) {
        memset(plain[i], (int)i, sizeof plain[i]);
        parts[i] = (struct slice){plain[i], 40 + 10 * i};
        struct chunk_layout layout = {CLEAR, i != 2};
        out[i] = (struct seal_job){&keys[i % 2], layout, &parts[i], 1, sealed[i], NULL};
        in[i] = (struct unseal_job){.keys = &keys[i % 2],
                                    .layout = layout,
                                    .sealed = {sealed[i], sealed_size(layout, parts[i].len)},
                                    .out = opened[i]};
    }
    assert_int_equal(symmetric_seal(out, JOBS), 0);
    sealed[3][20] ^= 1;
    assert_int_equal(symmetric_unseal(in, JOBS), 0);
    for (size_t i = 0; i < JOBS; i++) {
        if (i == 3) {
            assert_null(in[i].plain.data);
            continue;
        }
        assert_int_equal(in[i].plain.len, parts[i].len - CLEAR);
        assert_memory_equal(in[i].plain.data, plain[i], in[i].plain.len);
    }
}

/* ---- what strangers send ---- */

static bool opens(const struct key_set *keys, bool encrypt, const uint8_t *bytes, size_t n)
{
    uint8_t *sealed = malloc(n ? n : 1), *out = malloc(n ? n : 1);
    assert_true(sealed && out);
    if (n)
        memcpy(sealed, bytes, n);
    struct unseal_job job = {.keys = keys, .layout = {CLEAR, encrypt}, .sealed = {sealed, n}, .out = out};
    assert_int_equal(symmetric_unseal(&job, 1), 0);
    bool good = job.plain.data;
    free(sealed);
    free(out);
    return good;
}

static void altered_bytes_are_refused(void **state)
{
    (void)state;
    struct key_set keys = keys_of(&suite_basic256sha256);
    uint8_t bytes[sizeof sealed_aes256];
    assert_true(opens(&keys, true, sealed_aes256, sizeof sealed_aes256));
    for (size_t i = 0; i < sizeof sealed_aes256; i++) {
        memcpy(bytes, sealed_aes256, sizeof bytes);
        bytes[i] ^= 0x80;
        assert_false(opens(&keys, true, bytes, sizeof bytes));
    }
    for (size_t i = 0; i < sizeof signed_aes256; i++) {
        memcpy(bytes, signed_aes256, sizeof signed_aes256);
        bytes[i] ^= 1;
        assert_false(opens(&keys, false, bytes, sizeof signed_aes256));
    }
}

static void cut_and_foreign_chunks_are_refused(void **state)
{
    (void)state;
    struct key_set keys = keys_of(&suite_basic256sha256), others;
    for (size_t n = 0; n < sizeof sealed_aes256; n++)
        assert_false(opens(&keys, true, sealed_aes256, n));
    for (size_t n = 0; n < sizeof signed_aes256; n++)
        assert_false(opens(&keys, false, signed_aes256, n));
    assert_false(opens(&keys, false, sealed_aes256, sizeof sealed_aes256));
    assert_int_equal(key_set_derive(&others, &suite_basic256sha256, peer, own), 0);
    assert_false(opens(&others, true, sealed_aes256, sizeof sealed_aes256));
}

/* Padding that its sender signed well but made badly: all of it is in the signed bytes, so it is made here as
 * a signed chunk, encrypted afterwards by sealing pieces of it. */
static void bad_padding_is_refused(void **state)
{
    (void)state;
    struct key_set keys = keys_of(&suite_basic256sha256);
    static const struct {
        uint8_t end[4]; /* the last plain bytes before the signature */
        bool good;
    } cases[] = {
        {{0, 0, 0, 0}, true},  {{9, 9, 9, 0}, true},   {{9, 9, 1, 1}, true},
        {{3, 3, 3, 3}, true},  {{9, 9, 0, 1}, false},  {{3, 2, 3, 3}, false},
        {{2, 3, 3, 3}, false}, {{0, 0, 0, 31}, false}, {{0, 0, 0, 255}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t plain[CLEAR + 32], with_signature[CLEAR + 64], sealed[256];
        memset(plain, 1, sizeof plain);
        memcpy(plain + sizeof plain - 4, cases[i].end, 4);
        struct slice part = {plain, sizeof plain};
        struct seal_job sign = {&keys, {CLEAR, false}, &part, 1, with_signature, NULL};
        assert_int_equal(symmetric_seal(&sign, 1), 0);
        /* CBC: the first blocks of a longer chunk are those of the shorter one. */
        struct slice whole = {with_signature, sizeof with_signature};
        struct seal_job encrypt = {&keys, {CLEAR, true}, &whole, 1, sealed, NULL};
        assert_int_equal(symmetric_seal(&encrypt, 1), 0);
        assert_int_equal(opens(&keys, true, sealed, sizeof with_signature), cases[i].good);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suites_by_uri),
        cmocka_unit_test(keys_follow_from_both_nonces),
        cmocka_unit_test(chunks_of_another_implementation),
        cmocka_unit_test(sizes_come_back),
        cmocka_unit_test(kept_keys_change_nothing),
        cmocka_unit_test(capacity_is_exact),
        cmocka_unit_test(many_jobs_at_once),
        cmocka_unit_test(altered_bytes_are_refused),
        cmocka_unit_test(cut_and_foreign_chunks_are_refused),
        cmocka_unit_test(bad_padding_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
