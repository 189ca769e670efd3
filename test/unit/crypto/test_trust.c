/* SPDX-License-Identifier: Apache-2.0
 * Certificates and revocation lists in folders, good ones and bad ones, each with its own fault. */
#include "crypto/trust.h"

#include "authority.h"
#include "support/temporary_folder.h"
#include "support/unit.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_REJECTED = 3 };

static char folder[TEMPORARY_FOLDER_SIZE];
static struct trust *trust;
static struct authority root, middle; /* made once: keys take time */
static struct certificate_check check;

static int make_authorities(void **state)
{
    (void)state;
    root = authority_issue(&(struct issue){.name = "root", .is_authority = true, .fresh_key = true});
    middle = authority_issue(
        &(struct issue){.name = "middle", .issuer = &root, .is_authority = true, .fresh_key = true});
    return 0;
}

static int clear_authorities(void **state)
{
    (void)state;
    authority_clear(&root);
    authority_clear(&middle);
    authority_forget_keys();
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    if (!temporary_folder_make(folder))
        return -1;
    char inner[80];
    snprintf(inner, sizeof inner, "%s/state/pki", folder);
    check = (struct certificate_check){.now_s = time(NULL), .part = USAGE_CLIENT};
    return trust_open(inner, MAX_REJECTED, &trust, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    trust_close(trust);
    return temporary_folder_remove(folder);
}

static const char *path_of(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/state/pki/%s", folder, name);
    return path;
}

static size_t rejected_count(void)
{
    glob_t found;
    size_t n = glob(path_of("rejected/certs/*"), 0, NULL, &found) == 0 ? found.gl_pathc : 0;
    globfree(&found);
    return n;
}

static enum certificate_fault judge(const struct authority *a)
{
    struct err_text why = {""};
    struct certificate *c = authority_certificate(a);
    enum certificate_fault fault = trust_check(trust, c, &check, &why);
    assert_int_equal(strlen(why.text) > 0, fault != CERTIFICATE_GOOD);
    certificate_free(c);
    return fault;
}

static enum certificate_fault judge_issue(const struct issue *issue)
{
    struct authority a = authority_issue(issue);
    enum certificate_fault fault = judge(&a);
    authority_clear(&a);
    return fault;
}

/* The whole house: root trusted, everything in order. */
static void trust_root(void)
{
    authority_write(&root, path_of("trusted/certs/root.pem"));
    authority_write_crl(&root, NULL, 10, path_of("trusted/crl/root.crl"));
    authority_write(&middle, path_of("issuers/certs/middle.pem"));
    authority_write_crl(&middle, NULL, 10, path_of("issuers/crl/middle.crl"));
}

/* ---- trust ---- */

static void folders_are_ours_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"trusted/certs", "trusted/crl",    "issuers/certs",
                                        "issuers/crl",   "rejected/certs", ""};
    struct stat st;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_int_equal(stat(path_of(names[i]), &st), 0);
        assert_int_equal(st.st_mode & 0777, 0700);
    }
}

static void one_that_signed_itself(void **state)
{
    (void)state;
    struct authority a = authority_issue(&(struct issue){.name = "client"});
    assert_int_equal(judge(&a), CERTIFICATE_UNTRUSTED);
    assert_int_equal(rejected_count(), 1);
    authority_write(&a, path_of("issuers/certs/a.pem"));
    assert_int_equal(judge(&a), CERTIFICATE_UNTRUSTED);
    assert_int_equal(rejected_count(), 1);
    authority_write(&a, path_of("trusted/certs/a.pem"));
    assert_int_equal(judge(&a), CERTIFICATE_GOOD);
    unlink(path_of("trusted/certs/a.pem"));
    assert_int_equal(judge(&a), CERTIFICATE_UNTRUSTED);
    authority_clear(&a);
}

static void one_of_the_same_name(void **state)
{
    (void)state;
    struct authority a = authority_issue(&(struct issue){.name = "client"});
    authority_write(&a, path_of("trusted/certs/a.pem"));
    assert_int_equal(judge_issue(&(struct issue){.name = "client"}), CERTIFICATE_UNTRUSTED);
    authority_clear(&a);
}

static void unreadable_files_are_passed_over(void **state)
{
    (void)state;
    struct authority a = authority_issue(&(struct issue){.name = "client"});
    static const char *const names[] = {"trusted/certs/a", "trusted/crl/a", "issuers/certs/.a"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        FILE *f = fopen(path_of(names[i]), "w");
        assert_non_null(f);
        fputs("rubbish", f);
        fclose(f);
    }
    authority_write(&a, path_of("trusted/certs/b"));
    assert_int_equal(judge(&a), CERTIFICATE_GOOD);
    authority_clear(&a);
}

static void the_oldest_rejected_goes_first(void **state)
{
    (void)state;
    char first[200] = "";
    for (int i = 0; i < MAX_REJECTED + 2; i++) {
        struct authority a = authority_issue(&(struct issue){.name = "client"});
        assert_int_equal(judge(&a), CERTIFICATE_UNTRUSTED);
        char name[100] = "rejected/certs/";
        struct certificate *c = authority_certificate(&a);
        certificate_thumbprint_text(c, name + strlen(name));
        strcat(name, ".der");
        assert_int_equal(access(path_of(name), F_OK), 0);
        if (i == 0)
            strcpy(first, path_of(name));
        certificate_free(c);
        authority_clear(&a);
        struct timespec old[2] = {{1000 + i, 0}, {1000 + i, 0}};
        assert_int_equal(utimensat(AT_FDCWD, path_of(name), old, 0), 0);
        assert_int_equal(rejected_count(), i < MAX_REJECTED ? i + 1 : MAX_REJECTED);
        assert_int_equal(access(first, F_OK) == 0, i < MAX_REJECTED);
    }
}

/* ---- faults of a certificate that signed itself ---- */

static void faults_of_its_own(void **state)
{
    (void)state;
    static const struct {
        struct issue issue;
        enum certificate_fault fault;
    } cases[] = {
        {{.name = "c"}, CERTIFICATE_GOOD},
        {{.name = "c", .spoil_signature = true}, CERTIFICATE_INVALID},
        {{.name = "c", .key_bits = 1024}, CERTIFICATE_POLICY},
        {{.name = "c", .sha1 = true}, CERTIFICATE_POLICY},
        {{.name = "c", .from_day = 3}, CERTIFICATE_TIME},
        {{.name = "c", .from_day = -20}, CERTIFICATE_TIME},
        {{.name = "c", .key_usage = ""}, CERTIFICATE_USE},
        {{.name = "c", .key_usage = "digitalSignature,keyEncipherment"}, CERTIFICATE_USE},
        {{.name = "c", .key_usage = "keyEncipherment,dataEncipherment"}, CERTIFICATE_USE},
        {{.name = "c", .extended_usage = "serverAuth"}, CERTIFICATE_USE},
        {{.name = "c", .extended_usage = "clientAuth"}, CERTIFICATE_GOOD},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct authority a = authority_issue(&cases[i].issue);
        authority_write(&a, path_of("trusted/certs/a"));
        assert_int_equal(judge(&a), cases[i].fault);
        authority_clear(&a);
    }
    assert_true(rejected_count() > 0);
}

static void names_that_are_expected(void **state)
{
    (void)state;
    struct authority a = authority_issue(&(struct issue){.name = "c"});
    authority_write(&a, path_of("trusted/certs/a"));
    static const struct {
        const char *host, *uri;
        enum certificate_fault fault;
    } cases[] = {
        {"host.example", "urn:test:c", CERTIFICATE_GOOD}, {"192.0.2.7", NULL, CERTIFICATE_GOOD},
        {"other.example", NULL, CERTIFICATE_HOST},        {"192.0.2.8", "urn:test:d", CERTIFICATE_HOST},
        {"host.example", "urn:test:d", CERTIFICATE_URI},  {NULL, "", CERTIFICATE_URI},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        check.host = slice_of(cases[i].host);
        check.application_uri = slice_of(cases[i].uri);
        assert_int_equal(judge(&a), cases[i].fault);
    }
    authority_clear(&a);
}

/* ---- chains ---- */

static void chains_to_a_trusted_root(void **state)
{
    (void)state;
    struct authority leaf = authority_issue(&(struct issue){.name = "leaf", .issuer = &middle});
    assert_int_equal(judge(&leaf), CERTIFICATE_CHAIN_INCOMPLETE);
    trust_root();
    assert_int_equal(judge(&leaf), CERTIFICATE_GOOD);
    unlink(path_of("issuers/certs/middle.pem"));
    assert_int_equal(judge(&leaf), CERTIFICATE_CHAIN_INCOMPLETE);
    authority_write(&middle, path_of("trusted/certs/middle.pem"));
    unlink(path_of("trusted/certs/root.pem"));
    assert_int_equal(judge(&leaf), CERTIFICATE_CHAIN_INCOMPLETE);
    authority_write(&root, path_of("issuers/certs/root.pem"));
    assert_int_equal(judge(&leaf), CERTIFICATE_GOOD);
    unlink(path_of("trusted/certs/middle.pem"));
    authority_write(&middle, path_of("issuers/certs/middle.pem"));
    assert_int_equal(judge(&leaf), CERTIFICATE_UNTRUSTED);
    authority_clear(&leaf);
}

static void issuers_that_were_sent_along(void **state)
{
    (void)state;
    struct authority leaf = authority_issue(&(struct issue){.name = "leaf", .issuer = &middle});
    struct certificate *first = authority_certificate(&leaf), *second = authority_certificate(&middle), *both;
    struct buf bytes;
    struct err_text why;
    trust_root();
    unlink(path_of("issuers/certs/middle.pem"));
    buf_init(&bytes, 1 << 16);
    assert_int_equal(buf_append(&bytes, first->der.data, first->der.len), 0);
    assert_int_equal(buf_append(&bytes, second->der.data, second->der.len), 0);
    assert_int_equal(certificate_read(buf_slice(&bytes), &both, NULL), 0);
    assert_int_equal(trust_check(trust, both, &check, &why), CERTIFICATE_GOOD);
    assert_int_equal(trust_check(trust, first, &check, &why), CERTIFICATE_CHAIN_INCOMPLETE);
    certificate_free(first);
    certificate_free(second);
    certificate_free(both);
    buf_clear(&bytes);
    authority_clear(&leaf);
}

static void faults_within_chains(void **state)
{
    (void)state;
    static const struct {
        struct issue issuer, leaf;
        enum certificate_fault fault;
    } cases[] = {
        {{.name = "i", .is_authority = true}, {.name = "l"}, CERTIFICATE_GOOD},
        {{.name = "i", .is_authority = true}, {.name = "l", .spoil_signature = true}, CERTIFICATE_INVALID},
        {{.name = "i", .is_authority = true, .spoil_signature = true}, {.name = "l"}, CERTIFICATE_INVALID},
        {{.name = "i", .is_authority = true, .key_bits = 1024}, {.name = "l"}, CERTIFICATE_POLICY},
        {{.name = "i", .is_authority = true, .from_day = -20}, {.name = "l"}, CERTIFICATE_ISSUER_TIME},
        {{.name = "i", .is_authority = true, .from_day = -20},
         {.name = "l", .from_day = 3},
         CERTIFICATE_TIME},
        {{.name = "i"}, {.name = "l"}, CERTIFICATE_ISSUER_USE},
        {{.name = "i", .is_authority = true, .key_usage = "cRLSign"}, {.name = "l"}, CERTIFICATE_ISSUER_USE},
        {{.name = "i", .is_authority = true, .basic_constraints = "CA:TRUE,pathlen:0"},
         {.name = "l"},
         CERTIFICATE_GOOD},
        {{.name = "i", .is_authority = true}, {.name = "l", .key_usage = "cRLSign"}, CERTIFICATE_USE},
    };
    trust_root();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct issue of_issuer = cases[i].issuer, of_leaf = cases[i].leaf;
        of_issuer.issuer = &root;
        struct authority issuer = authority_issue(&of_issuer);
        authority_write(&issuer, path_of("issuers/certs/i"));
        authority_write_crl(&issuer, NULL, 10, path_of("issuers/crl/i"));
        of_leaf.issuer = &issuer;
        assert_int_equal(judge_issue(&of_leaf), cases[i].fault);
        authority_clear(&issuer);
    }
}

static void chains_that_are_too_long(void **state)
{
    (void)state;
    struct authority links[CERTIFICATE_MAX_CHAIN];
    trust_root();
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        char name[40];
        snprintf(name, sizeof name, "link%zu", i);
        links[i] = authority_issue(
            &(struct issue){.name = name, .is_authority = true, .issuer = i ? &links[i - 1] : &root});
        snprintf(name, sizeof name, "issuers/certs/%zu", i);
        authority_write(&links[i], path_of(name));
        snprintf(name, sizeof name, "issuers/crl/%zu", i);
        authority_write_crl(&links[i], NULL, 10, path_of(name));
    }
    /* The root, six links and the leaf are eight. */
    assert_int_equal(judge_issue(&(struct issue){.name = "l", .issuer = &links[5]}), CERTIFICATE_GOOD);
    assert_int_equal(judge_issue(&(struct issue){.name = "l", .issuer = &links[6]}),
                     CERTIFICATE_CHAIN_INCOMPLETE);
    for (size_t i = 0; i < ARRAY_LEN(links); i++)
        authority_clear(&links[i]);
}

/* ---- revocation ---- */

static void revoked_ones(void **state)
{
    (void)state;
    struct authority leaf = authority_issue(&(struct issue){.name = "leaf", .issuer = &middle});
    trust_root();
    authority_write_crl(&middle, &leaf, 10, path_of("issuers/crl/middle.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_REVOKED);
    authority_write_crl(&middle, &root, 10, path_of("issuers/crl/middle.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_GOOD);
    authority_write_crl(&root, &middle, 10, path_of("trusted/crl/root.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_ISSUER_REVOKED);
    authority_write_crl(&middle, &leaf, 10, path_of("issuers/crl/middle.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_REVOKED);
    authority_clear(&leaf);
}

static void missing_revocation_lists(void **state)
{
    (void)state;
    struct authority leaf = authority_issue(&(struct issue){.name = "leaf", .issuer = &middle});
    trust_root();
    authority_write_crl(&middle, NULL, -1, path_of("issuers/crl/middle.crl")); /* to be replaced by now */
    assert_int_equal(judge(&leaf), CERTIFICATE_REVOCATION_UNKNOWN);
    unlink(path_of("issuers/crl/middle.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_REVOCATION_UNKNOWN);
    authority_write_crl(&root, &middle, 10, path_of("trusted/crl/root.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_REVOCATION_UNKNOWN);
    authority_write_crl(&middle, NULL, 10, path_of("issuers/crl/middle.crl"));
    unlink(path_of("trusted/crl/root.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_ISSUER_REVOCATION_UNKNOWN);
    authority_clear(&leaf);
}

static void lists_of_a_stranger_do_not_count(void **state)
{
    (void)state;
    struct authority leaf = authority_issue(&(struct issue){.name = "leaf", .issuer = &middle});
    struct authority stranger =
        authority_issue(&(struct issue){.name = "middle", .is_authority = true, .fresh_key = true});
    trust_root();
    authority_write_crl(&stranger, &leaf, 10, path_of("issuers/crl/stranger.crl"));
    assert_int_equal(judge(&leaf), CERTIFICATE_GOOD);
    authority_clear(&stranger);
    authority_clear(&leaf);
}

#define TRUST_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRUST_TEST(folders_are_ours_alone),         TRUST_TEST(one_that_signed_itself),
        TRUST_TEST(one_of_the_same_name),           TRUST_TEST(unreadable_files_are_passed_over),
        TRUST_TEST(the_oldest_rejected_goes_first), TRUST_TEST(faults_of_its_own),
        TRUST_TEST(names_that_are_expected),        TRUST_TEST(chains_to_a_trusted_root),
        TRUST_TEST(issuers_that_were_sent_along),   TRUST_TEST(faults_within_chains),
        TRUST_TEST(chains_that_are_too_long),       TRUST_TEST(revoked_ones),
        TRUST_TEST(missing_revocation_lists),       TRUST_TEST(lists_of_a_stranger_do_not_count),
    };
    return cmocka_run_group_tests(tests, make_authorities, clear_authorities);
}
