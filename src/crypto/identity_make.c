/* SPDX-License-Identifier: Apache-2.0
 * Makes a key with a certificate that signs itself. */
#include "crypto/identity.h"

#include "crypto/openssl_error.h"
#include "crypto/random.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum { SERIAL_SIZE = 16 };

/* ---- SubjectAltName ---- */

static bool add_name(GENERAL_NAMES *names, int type, const void *bytes, size_t len)
{
    GENERAL_NAME *name = GENERAL_NAME_new();
    ASN1_STRING *value = ASN1_STRING_type_new(type == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
    if (!name || !value || !ASN1_STRING_set(value, bytes, (int)len)) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, type, value);
    if (sk_GENERAL_NAME_push(names, name))
        return true;
    GENERAL_NAME_free(name);
    return false;
}

static bool add_host(GENERAL_NAMES *names, const char *host)
{
    uint8_t address[16];
    if (inet_pton(AF_INET, host, address) == 1)
        return add_name(names, GEN_IPADD, address, 4);
    if (inet_pton(AF_INET6, host, address) == 1)
        return add_name(names, GEN_IPADD, address, 16);
    return add_name(names, GEN_DNS, host, strlen(host));
}

static bool set_alternative_names(X509 *x509, const struct identity_names *names)
{
    GENERAL_NAMES *list = GENERAL_NAMES_new();
    bool good = list && add_name(list, GEN_URI, names->application_uri, strlen(names->application_uri));
    for (size_t i = 0; good && i < names->host_count; i++)
        good = add_host(list, names->hosts[i]);
    good = good && X509_add1_ext_i2d(x509, NID_subject_alt_name, list, 0, X509V3_ADD_APPEND) == 1;
    GENERAL_NAMES_free(list);
    return good;
}

/* ---- the rest ---- */

static bool set_constant_extensions(X509 *x509)
{
    static const struct {
        int nid;
        const char *value;
    } extensions[] = {
        {NID_basic_constraints, "critical,CA:FALSE"},
        {NID_key_usage, "critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment"},
        {NID_ext_key_usage, "serverAuth,clientAuth"},
        {NID_subject_key_identifier, "hash"},
        {NID_authority_key_identifier, "keyid:always"},
    };
    X509V3_CTX context;
    X509V3_set_ctx(&context, x509, x509, NULL, NULL, 0);
    bool good = true;
    for (size_t i = 0; good && i < ARRAY_LEN(extensions); i++) {
        X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &context, extensions[i].nid, extensions[i].value);
        good = e && X509_add_ext(x509, e, -1);
        X509_EXTENSION_free(e);
    }
    return good;
}

static bool set_serial(X509 *x509)
{
    uint8_t bytes[SERIAL_SIZE];
    if (random_bytes(bytes, sizeof bytes))
        return false;
    bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive, of full length */
    BIGNUM *n = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool good = n && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x509));
    BN_free(n);
    return good;
}

static bool set_names(X509 *x509, const char *common_name)
{
    X509_NAME *name = X509_get_subject_name(x509);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1,
                                      0) &&
           X509_set_issuer_name(x509, name);
}

static bool set_validity(X509 *x509, int64_t now_s, unsigned days)
{
    time_t now = now_s;
    return X509_time_adj_ex(X509_getm_notBefore(x509), 0, 0, &now) &&
           X509_time_adj_ex(X509_getm_notAfter(x509), (int)days, 0, &now);
}

static X509 *make_certificate(EVP_PKEY *key, const struct identity_names *names, int64_t now_s, unsigned days)
{
    X509 *x509 = X509_new();
    if (x509 && X509_set_version(x509, X509_VERSION_3) && set_serial(x509) &&
        set_names(x509, names->common_name) && set_validity(x509, now_s, days) &&
        X509_set_pubkey(x509, key) && set_constant_extensions(x509) && set_alternative_names(x509, names) &&
        X509_sign(x509, key, EVP_sha256()))
        return x509;
    X509_free(x509);
    return NULL;
}

static EVP_PKEY *make_key(unsigned bits, const struct identity *former)
{
    if (!former)
        return EVP_RSA_gen(bits);
    return EVP_PKEY_up_ref(former->key) ? former->key : NULL;
}

int identity_make(const struct identity_names *names, int64_t now_s, unsigned days, unsigned key_bits,
                  const struct identity *former, struct identity **out, struct err_text *why)
{
    *out = NULL;
    unsigned char *der = NULL;
    int rc;
    struct identity *id = calloc(1, sizeof *id);
    if (!id)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    id->key = make_key(key_bits, former);
    X509 *x509 = id->key ? make_certificate(id->key, names, now_s, days) : NULL;
    int len = x509 ? i2d_X509(x509, &der) : -1;
    if (len > 0)
        rc = certificate_read((struct slice){der, (size_t)len}, &id->certificate, why);
    else
        rc = openssl_failed(why, ERR_INVALID, "cannot make a certificate for \"%s\"", names->common_name);
    OPENSSL_free(der);
    X509_free(x509);
    if (rc)
        identity_free(id);
    else
        *out = id;
    return rc;
}
