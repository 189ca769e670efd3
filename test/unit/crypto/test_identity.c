/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/identity.h"

#include "base/small_file.h"
#include "crypto/asymmetric.h"
#include "support/fixed_identity.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOW = 1800000000, DAY = 86400 };

static const char *const hosts[] = {"camera.example", "localhost", "192.0.2.7", "2001:db8::7"};
static const struct identity_names names = {
    .common_name = "uacam", .application_uri = "urn:camera.example:uacam", .hosts = hosts, .host_count = 4};
static struct identity *made;
static char folder[TEMPORARY_FOLDER_SIZE];
static char certificate_path[64], key_path[64];

static int set_up(void **state)
{
    (void)state;
    if (!temporary_folder_make(folder))
        return -1;
    snprintf(certificate_path, sizeof certificate_path, "%s/own.der", folder);
    snprintf(key_path, sizeof key_path, "%s/own.pem", folder);
    return identity_make(&names, NOW, 1000, 2048, NULL, &made, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    identity_free(made);
    return temporary_folder_remove(folder);
}

static void says_who_we_are(void **state)
{
    (void)state;
    const struct certificate *c = made->certificate;
    assert_true(slice_is(c->common_name, "uacam"));
    assert_true(slice_is(c->application_uri, "urn:camera.example:uacam"));
    assert_int_equal(c->host_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(certificate_names_host(c, slice_of(hosts[i])));
    assert_int_equal(c->usage, USAGE_SIGN | USAGE_ENCIPHER | USAGE_SERVER | USAGE_CLIENT);
    assert_int_equal(c->key_bits, 2048);
    assert_int_equal(c->not_before_s, NOW);
    assert_int_equal(c->not_after_s, NOW + 1000 * (int64_t)DAY);
    assert_true(c->self_issued && c->strong_signature);
}

static void assert_same_key(const struct identity *a, const struct certificate *b)
{
    uint8_t signature[512];
    struct slice text = slice_of("text");
    assert_int_equal(asymmetric_sign(&suite_basic256sha256, a, &text, 1, signature), 0);
    assert_true(
        asymmetric_verify(&suite_basic256sha256, b, &text, 1, (struct slice){signature, b->key_size}));
}

static void a_renewed_one_may_keep_the_key(void **state)
{
    (void)state;
    struct identity *renewed;
    assert_int_equal(identity_make(&names, NOW + DAY, 1000, 2048, made, &renewed, NULL), 0);
    assert_false(certificate_equal(renewed->certificate, made->certificate));
    assert_same_key(renewed, made->certificate);
    identity_free(renewed);
}

static void names_that_do_not_fit(void **state)
{
    (void)state;
    struct identity *id;
    struct err_text why;
    char common_name[100];
    struct identity_names bad = names;
    memset(common_name, 'x', sizeof common_name);
    common_name[99] = 0;
    bad.common_name = common_name;
    assert_int_equal(identity_make(&bad, NOW, 1000, 2048, made, &id, &why), ERR_INVALID);
    assert_null(id);
}

static void kept_in_files_for_us_alone(void **state)
{
    (void)state;
    struct identity *loaded;
    struct stat st;
    assert_int_equal(identity_load(certificate_path, key_path, &loaded, NULL), ERR_NOT_FOUND);
    assert_int_equal(identity_save(made, certificate_path, key_path, NULL), 0);
    assert_int_equal(identity_save(made, certificate_path, key_path, NULL), 0);
    assert_int_equal(stat(key_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(certificate_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(identity_load(certificate_path, key_path, &loaded, NULL), 0);
    assert_true(certificate_equal(loaded->certificate, made->certificate));
    assert_same_key(loaded, made->certificate);
    identity_free(loaded);
    assert_int_equal(identity_load(certificate_path, certificate_path, &loaded, NULL), ERR_INVALID);
    assert_int_equal(identity_load(key_path, key_path, &loaded, NULL), ERR_INVALID);
    assert_int_equal(identity_load(folder, key_path, &loaded, NULL), ERR_INVALID);
    assert_null(loaded);
}

static void foreign_keys_are_refused(void **state)
{
    (void)state;
    struct identity *id;
    struct err_text why;
    assert_int_equal(identity_read(slice_of(fixed_server_certificate), slice_of(fixed_client_key), &id, &why),
                     ERR_INVALID);
    assert_null(id);
    assert_string_equal(why.text, "the private key is not that of the certificate: key values mismatch");
    assert_int_equal(identity_read(slice_of(fixed_server_certificate), slice_of(""), &id, NULL), ERR_INVALID);
}

static void keys_that_fit_no_suite(void **state)
{
    (void)state;
    struct identity *weak, *id;
    struct buf key;
    assert_int_equal(identity_make(&names, NOW, 10, 1024, NULL, &weak, NULL), 0);
    assert_int_equal(identity_save(weak, certificate_path, key_path, NULL), 0);
    buf_init(&key, 10000);
    assert_int_equal(small_file_read(key_path, &key, NULL), 0);
    assert_int_equal(identity_read(weak->certificate->der, buf_slice(&key), &id, NULL), ERR_UNSUPPORTED);
    assert_null(id);
    buf_clear(&key);
    identity_free(weak);
}

static void when_to_renew(void **state)
{
    (void)state;
    const struct certificate *c = made->certificate;
    static const char *const more[] = {"localhost", "192.0.2.8"};
    static const struct {
        const char *uri;
        const char *const *hosts;
        size_t host_count;
        int64_t day;
        enum identity_renewal renewal;
    } cases[] = {
        {"urn:camera.example:uacam", hosts, 4, 0, RENEWAL_NOT_NEEDED},
        {"urn:camera.example:uacam", hosts, 2, 899, RENEWAL_NOT_NEEDED},
        {"urn:camera.example:uacam", hosts, 4, 900, RENEWAL_TIME},
        {"urn:camera.example:uacam", hosts, 4, 2000, RENEWAL_TIME},
        {"urn:camera.example:uacam", hosts, 4, -1, RENEWAL_TIME},
        {"urn:camera.example:uacam", more, 1, 0, RENEWAL_NOT_NEEDED},
        {"urn:camera.example:uacam", more, 2, 0, RENEWAL_NAMES},
        {"urn:other:uacam", hosts, 4, 0, RENEWAL_NAMES},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct identity_names wanted = {"uacam", cases[i].uri, cases[i].hosts, cases[i].host_count};
        assert_int_equal(identity_renewal(c, &wanted, NOW + cases[i].day * DAY), cases[i].renewal);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_who_we_are),
        cmocka_unit_test(a_renewed_one_may_keep_the_key),
        cmocka_unit_test(names_that_do_not_fit),
        cmocka_unit_test(kept_in_files_for_us_alone),
        cmocka_unit_test(foreign_keys_are_refused),
        cmocka_unit_test(keys_that_fit_no_suite),
        cmocka_unit_test(when_to_renew),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
