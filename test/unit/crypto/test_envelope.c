/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/envelope.h"

#include "support/fixed_identity.h"
#include "support/unit.h"

#include <string.h>

enum { CLEAR = 50 };

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

static struct slice message_of(uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)(3 * i);
    return (struct slice){bytes, n};
}

static void there_and_back(const struct suite *suite, struct identity *from, struct identity *to, size_t n)
{
    uint8_t bytes[700];
    struct buf sealed, opened;
    struct slice message = message_of(bytes, CLEAR + n);
    struct envelope out = {suite, from, to->certificate}, in = {suite, to, from->certificate};
    buf_init(&sealed, 8192);
    buf_init(&opened, 8192);
    assert_int_equal(envelope_seal(&out, CLEAR, message, &sealed), 0);
    assert_int_equal(sealed.len, envelope_size(&out, CLEAR, n));
    assert_memory_equal(sealed.data, bytes, CLEAR);
    assert_int_equal(envelope_open(&in, CLEAR, buf_slice(&sealed), &opened), 0);
    assert_int_equal(opened.len, n);
    assert_memory_equal(opened.data, bytes + CLEAR, n);
    buf_clear(&sealed);
    buf_clear(&opened);
}

static void sizes_between_keys_of_any_length(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 100, 148, 149, 150, 151, 152, 212, 213, 214, 500, 600};
    for (size_t s = 0; s < ARRAY_LEN(suites); s++) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            there_and_back(suites[s], client, server, sizes[i]);
            there_and_back(suites[s], longer, server, sizes[i]);
            there_and_back(suites[s], server, longer, sizes[i]); /* with the extra byte of padding */
        }
    }
}

static int open_bytes(const struct envelope *in, struct slice message)
{
    struct buf opened;
    buf_init(&opened, 8192);
    int rc = envelope_open(in, CLEAR, message, &opened);
    assert_int_equal(opened.len == 0, rc != 0);
    buf_clear(&opened);
    return rc;
}

static void whatever_is_wrong_looks_alike(void **state)
{
    (void)state;
    uint8_t bytes[CLEAR + 100];
    struct buf sealed;
    struct slice message = message_of(bytes, sizeof bytes);
    struct envelope out = {&suite_basic256sha256, client, server->certificate};
    struct envelope in = {&suite_basic256sha256, server, client->certificate};
    struct envelope of_another = {&suite_basic256sha256, server, longer->certificate};
    struct envelope to_another = {&suite_basic256sha256, longer, client->certificate};
    buf_init(&sealed, 8192);
    assert_int_equal(envelope_seal(&out, CLEAR, message, &sealed), 0);
    struct slice good = buf_slice(&sealed);
    assert_int_equal(open_bytes(&in, good), 0);
    assert_int_equal(open_bytes(&of_another, good), ERR_INVALID);
    assert_int_equal(open_bytes(&to_another, good), ERR_INVALID);
    for (size_t i = 0; i < good.len; i += 37) {
        sealed.data[i] ^= 4;
        assert_int_equal(open_bytes(&in, good), ERR_INVALID);
        sealed.data[i] ^= 4;
    }
    for (size_t n = 0; n < good.len; n += 19)
        assert_int_equal(open_bytes(&in, (struct slice){good.data, n}), ERR_INVALID);
    assert_int_equal(open_bytes(&in, (struct slice){good.data, good.len - 256}), ERR_INVALID);
    buf_clear(&sealed);
}

/* Signed and encrypted as it must be, but padded badly by its sender. */
static void bad_padding_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint8_t end[4];
        int rc;
    } cases[] = {
        {{9, 9, 9, 0}, 0},           {{9, 9, 1, 1}, 0},           {{3, 3, 3, 3}, 0},
        {{9, 9, 0, 1}, ERR_INVALID}, {{2, 3, 3, 3}, ERR_INVALID}, {{0, 0, 0, 40}, ERR_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint8_t clear[CLEAR] = {0}, plain[40 + 256] = {0}, message[CLEAR + 512];
        memcpy(plain + 36, cases[i].end, 4);
        memset(plain, 77, 36);
        struct slice to_sign[] = {{clear, CLEAR}, {plain, 40}};
        assert_int_equal(asymmetric_sign(&suite_basic256sha256, client, to_sign, 2, plain + 40), 0);
        memcpy(message, clear, CLEAR);
        assert_int_equal(asymmetric_encrypt(&suite_basic256sha256, server->certificate,
                                            (struct slice){plain, sizeof plain}, message + CLEAR),
                         0);
        struct envelope in = {&suite_basic256sha256, server, client->certificate};
        struct buf opened;
        buf_init(&opened, 8192);
        assert_int_equal(envelope_open(&in, CLEAR, (struct slice){message, sizeof message}, &opened),
                         cases[i].rc);
        buf_clear(&opened);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_between_keys_of_any_length),
        cmocka_unit_test(whatever_is_wrong_looks_alike),
        cmocka_unit_test(bad_padding_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
