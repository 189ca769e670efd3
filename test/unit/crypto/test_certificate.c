/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include "support/failing_malloc.h"
#include "support/fixed_identity.h"
#include "support/unit.h"
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

static struct certificate *server, *client;

static int set_up(void **state)
{
    (void)state;
    return certificate_read_text(slice_of(fixed_server_certificate), &server, NULL) ||
           certificate_read_text(slice_of(fixed_client_certificate), &client, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    certificate_free(server);
    certificate_free(client);
    return 0;
}

static void facts_of_a_certificate(void **state)
{
    (void)state;
    char thumbprint[2 * THUMBPRINT_SIZE + 1];
    assert_true(slice_is(server->common_name, "server"));
    assert_true(slice_is(server->application_uri, "urn:test:server"));
    assert_int_equal(server->key_bits, 2048);
    assert_int_equal(server->key_size, 256);
    assert_int_equal(server->usage, USAGE_SIGN | USAGE_ENCIPHER | USAGE_SERVER | USAGE_CLIENT);
    assert_int_equal(server->not_before_s, 1704067200); /* 2024-01-01 */
    assert_int_equal(server->not_after_s, 4859740800);  /* 2124-01-01 */
    assert_true(server->strong_signature);
    assert_true(server->self_issued);
    assert_int_equal(server->issuer_count, 0);
    certificate_thumbprint_text(server, thumbprint);
    assert_string_equal(thumbprint, FIXED_SERVER_THUMBPRINT);
}

static void hosts_of_a_certificate(void **state)
{
    (void)state;
    static const char *const hosts[] = {"localhost", "camera.example", "192.0.2.7", "2001:db8::7"};
    assert_int_equal(server->host_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(slice_is(server->hosts[i], hosts[i]));
    assert_true(certificate_names_host(server, slice_of("LocalHost")));
    assert_true(certificate_names_host(server, slice_of("192.0.2.7")));
    assert_true(certificate_names_host(server, slice_of("2001:DB8:0::7")));
    assert_false(certificate_names_host(server, slice_of("192.0.2.8")));
    assert_false(certificate_names_host(server, slice_of("example")));
    assert_false(certificate_names_host(server, slice_of("server")));
    assert_false(certificate_names_host(server, slice_of("")));
    assert_false(certificate_names_host(server, (struct slice){0}));
    assert_false(certificate_names_host(server, (struct slice){(const uint8_t *)"localhost\0.x", 12}));
}

static void issuers_may_come_behind(void **state)
{
    (void)state;
    uint8_t *chain = malloc(server->der.len + client->der.len);
    assert_non_null(chain);
    memcpy(chain, server->der.data, server->der.len);
    memcpy(chain + server->der.len, client->der.data, client->der.len);
    struct certificate *c;
    assert_int_equal(certificate_read((struct slice){chain, server->der.len + client->der.len}, &c, NULL), 0);
    assert_true(certificate_equal(c, server));
    assert_int_equal(c->issuer_count, 1);
    assert_true(certificate_equal(c->issuers[0], client));
    certificate_free(c);
    assert_int_equal(certificate_read((struct slice){chain, server->der.len + client->der.len - 1}, &c, NULL),
                     ERR_INVALID);
    assert_null(c);
    free(chain);
}

static void too_many_issuers(void **state)
{
    (void)state;
    struct buf chain;
    struct certificate *c;
    buf_init(&chain, 1 << 20);
    for (int i = 1; i <= CERTIFICATE_MAX_CHAIN + 1; i++) {
        assert_int_equal(buf_append(&chain, server->der.data, server->der.len), 0);
        int rc = certificate_read(buf_slice(&chain), &c, NULL);
        assert_int_equal(rc, i <= CERTIFICATE_MAX_CHAIN ? 0 : ERR_LIMIT);
        certificate_free(c);
    }
    buf_clear(&chain);
}

static void what_is_no_certificate(void **state)
{
    (void)state;
    struct certificate *c;
    struct err_text why = {""};
    assert_int_equal(certificate_read((struct slice){0}, &c, &why), ERR_INVALID);
    assert_true(strlen(why.text) > 0);
    assert_int_equal(certificate_read(slice_of("x"), &c, NULL), ERR_INVALID);
    assert_int_equal(certificate_read_text(slice_of("-----BEGIN CERTIFICATE-----\nAAAA"), &c, NULL),
                     ERR_INVALID);
    assert_int_equal(certificate_read_text(slice_of(fixed_server_key), &c, NULL), ERR_INVALID);
    for (size_t n = 0; n < server->der.len; n++) {
        uint8_t *bytes = malloc(n ? n : 1);
        assert_non_null(bytes);
        memcpy(bytes, server->der.data, n);
        assert_int_equal(certificate_read((struct slice){bytes, n}, &c, NULL), ERR_INVALID);
        assert_null(c);
        free(bytes);
    }
}

static void altered_ones_differ_or_fail(void **state)
{
    (void)state;
    uint8_t *bytes = malloc(server->der.len);
    assert_non_null(bytes);
    for (size_t i = 0; i < server->der.len; i++) {
        struct certificate *c;
        memcpy(bytes, server->der.data, server->der.len);
        bytes[i] ^= 0x11;
        if (certificate_read((struct slice){bytes, server->der.len}, &c, NULL) == 0)
            assert_false(certificate_equal(c, server));
        certificate_free(c);
    }
    free(bytes);
}

static void without_memory(void **state)
{
    (void)state;
    bool failed;
    size_t n = 0;
    do {
        struct certificate *c;
        failing_malloc_after(n++);
        int rc = certificate_read(server->der, &c, NULL);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(rc, failed ? ERR_NO_MEMORY : 0);
        certificate_free(c);
    } while (failed);
    assert_true(n > 2);
}

static void dates_as_text(void **state)
{
    (void)state;
    char text[CERTIFICATE_DATE];
    assert_string_equal(certificate_date_text(0, text), "1970-01-01");
    assert_string_equal(certificate_date_text(1900000000, text), "2030-03-17");
    assert_string_equal(certificate_date_text(INT64_MAX, text), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(facts_of_a_certificate),
        cmocka_unit_test(hosts_of_a_certificate),
        cmocka_unit_test(issuers_may_come_behind),
        cmocka_unit_test(too_many_issuers),
        cmocka_unit_test(what_is_no_certificate),
        cmocka_unit_test(altered_ones_differ_or_fail),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
