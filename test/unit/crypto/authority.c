/* SPDX-License-Identifier: Apache-2.0 */
#include "authority.h"
#include "support/unit.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum shared_key { KEY_OF_LEAVES, KEY_OF_AUTHORITIES, KEY_OF_NOBODY, SHARED_KEYS };

static EVP_PKEY *shared[SHARED_KEYS];

static EVP_PKEY *share_key(enum shared_key which)
{
    if (!shared[which])
        shared[which] = EVP_RSA_gen(2048);
    assert_true(shared[which] && EVP_PKEY_up_ref(shared[which]));
    return shared[which];
}

void authority_forget_keys(void)
{
    for (size_t i = 0; i < SHARED_KEYS; i++) {
        EVP_PKEY_free(shared[i]);
        shared[i] = NULL;
    }
}

static EVP_PKEY *key_for(const struct issue *issue)
{
    if (issue->fresh_key || issue->key_bits)
        return EVP_RSA_gen(issue->key_bits ? issue->key_bits : 2048);
    return share_key(issue->is_authority ? KEY_OF_AUTHORITIES : KEY_OF_LEAVES);
}

static void add_extension(X509 *x509, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert_non_null(e);
    assert_true(X509_add_ext(x509, e, -1));
    X509_EXTENSION_free(e);
}

static void add_extensions(X509 *x509, const struct issue *issue)
{
    const char *usage = issue->key_usage;
    if (!usage)
        usage = issue->is_authority ? "keyCertSign,cRLSign"
                                    : "digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment";
    if (*usage)
        add_extension(x509, NID_key_usage, usage);
    if (issue->extended_usage)
        add_extension(x509, NID_ext_key_usage, issue->extended_usage);
    if (issue->basic_constraints || issue->is_authority)
        add_extension(x509, NID_basic_constraints,
                      issue->basic_constraints ? issue->basic_constraints : "critical,CA:TRUE");
    char names[200];
    snprintf(names, sizeof names, "URI:urn:test:%s,DNS:host.example,IP:192.0.2.7", issue->name);
    add_extension(x509, NID_subject_alt_name, names);
}

struct authority authority_issue(const struct issue *issue)
{
    static long serial = 1000;
    struct authority a = {key_for(issue), X509_new()};
    const struct authority *issuer = issue->issuer ? issue->issuer : &a;
    assert_true(a.key && a.x509);
    X509_set_version(a.x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(a.x509), serial++);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(a.x509), "CN", MBSTRING_ASC,
                               (const unsigned char *)issue->name, -1, -1, 0);
    X509_set_issuer_name(a.x509, X509_get_subject_name(issuer->x509));
    X509_time_adj_ex(X509_getm_notBefore(a.x509), issue->from_day - 1, 0, NULL);
    X509_time_adj_ex(X509_getm_notAfter(a.x509), issue->from_day + (issue->days ? issue->days : 10), 0, NULL);
    X509_set_pubkey(a.x509, a.key);
    add_extensions(a.x509, issue);
    EVP_PKEY *other = issue->spoil_signature ? share_key(KEY_OF_NOBODY) : NULL;
    assert_true(X509_sign(a.x509, other ? other : issuer->key, issue->sha1 ? EVP_sha1() : EVP_sha256()));
    EVP_PKEY_free(other);
    return a;
}

void authority_clear(struct authority *a)
{
    EVP_PKEY_free(a->key);
    X509_free(a->x509);
    *a = (struct authority){0};
}

struct certificate *authority_certificate(const struct authority *a)
{
    unsigned char *der = NULL;
    struct certificate *c;
    int len = i2d_X509(a->x509, &der);
    assert_true(len > 0);
    assert_int_equal(certificate_read((struct slice){der, (size_t)len}, &c, NULL), 0);
    OPENSSL_free(der);
    return c;
}

void authority_write(const struct authority *a, const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(PEM_write_X509(f, a->x509));
    fclose(f);
}

void authority_write_crl(const struct authority *a, const struct authority *revoked, int days,
                         const char *path)
{
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *time = X509_time_adj_ex(NULL, -1, 0, NULL);
    assert_true(crl && time);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(a->x509));
    X509_CRL_set1_lastUpdate(crl, time);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked->x509));
        X509_REVOKED_set_revocationDate(entry, time);
        X509_CRL_add0_revoked(crl, entry);
    }
    assert_non_null(X509_time_adj_ex(time, days, 0, NULL));
    X509_CRL_set1_nextUpdate(crl, time);
    assert_true(X509_CRL_sign(crl, a->key, EVP_sha256()));
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(i2d_X509_CRL_fp(f, crl));
    fclose(f);
    ASN1_TIME_free(time);
    X509_CRL_free(crl);
}
