/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/certificate.h"

#include "crypto/openssl_error.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_TEXTS = 64 * 1024, /* of one certificate's names */
    MAX_KEY_BITS = 8192,   /* longer ones only cost time */
};

/* ---- names ---- */

static bool keep_text(struct certificate *c, const ASN1_STRING *text, struct slice *out)
{
    size_t len = (size_t)ASN1_STRING_length(text);
    return arena_copy(&c->texts, (struct slice){ASN1_STRING_get0_data(text), len}, out);
}

static bool keep_address(struct certificate *c, const ASN1_OCTET_STRING *address, struct slice *out)
{
    char text[INET6_ADDRSTRLEN];
    int len = ASN1_STRING_length(address);
    if (len != 4 && len != 16)
        return true; /* no address: nobody will ask for it */
    if (!inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(address), text, sizeof text))
        return false;
    return arena_copy(&c->texts, slice_of(text), out);
}

/* False without memory. */
static bool keep_name(struct certificate *c, const GENERAL_NAME *name)
{
    struct slice *host = &c->hosts[c->host_count];
    if (name->type == GEN_URI && !c->application_uri.data)
        return keep_text(c, name->d.uniformResourceIdentifier, &c->application_uri);
    if (name->type == GEN_DNS && !keep_text(c, name->d.dNSName, host))
        return false;
    if (name->type == GEN_IPADD && !keep_address(c, name->d.iPAddress, host))
        return false;
    if (host->data)
        c->host_count++;
    return true;
}

static int keep_alternative_names(struct certificate *c, struct err_text *why)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(c->x509, NID_subject_alt_name, NULL, NULL);
    int rc = 0;
    for (int i = 0; !rc && i < sk_GENERAL_NAME_num(names); i++) {
        if (c->host_count == CERTIFICATE_MAX_HOSTS)
            rc = err_set(why, ERR_LIMIT, "the certificate has more than %d names", CERTIFICATE_MAX_HOSTS);
        else if (!keep_name(c, sk_GENERAL_NAME_value(names, i)))
            rc = err_set(why, ERR_NO_MEMORY, "no memory");
    }
    GENERAL_NAMES_free(names);
    return rc;
}

static bool keep_common_name(struct certificate *c)
{
    const X509_NAME *subject = X509_get_subject_name(c->x509);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0)
        return true;
    unsigned char *utf8 = NULL;
    int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (len < 0)
        return true; /* unreadable: as if there were none */
    bool kept = arena_copy(&c->texts, (struct slice){utf8, (size_t)len}, &c->common_name);
    OPENSSL_free(utf8);
    return kept;
}

/* ---- key, use, time ---- */

static int read_key(struct certificate *c, struct err_text *why)
{
    c->key = X509_get0_pubkey(c->x509);
    if (!c->key || !EVP_PKEY_is_a(c->key, "RSA"))
        return 0;
    int bits = EVP_PKEY_get_bits(c->key);
    if (bits > MAX_KEY_BITS)
        return err_set(why, ERR_UNSUPPORTED, "the certificate has a key of %d bits", bits);
    c->key_bits = (unsigned)bits;
    c->key_size = (size_t)EVP_PKEY_get_size(c->key);
    return 0;
}

static bool signature_is_strong(X509 *x509)
{
    int digest;
    return X509_get_signature_info(x509, &digest, NULL, NULL, NULL) &&
           (digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512);
}

static unsigned read_usage(X509 *x509)
{
    enum { ENCIPHER = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT };
    uint32_t flags = X509_get_extension_flags(x509);
    uint32_t key = X509_get_key_usage(x509);               /* all without the extension */
    uint32_t extended = X509_get_extended_key_usage(x509); /* all without the extension */
    unsigned usage = 0;
    if (flags & EXFLAG_KUSAGE && key & KU_DIGITAL_SIGNATURE)
        usage |= USAGE_SIGN;
    if (flags & EXFLAG_KUSAGE && (key & ENCIPHER) == ENCIPHER)
        usage |= USAGE_ENCIPHER;
    if (extended & XKU_SSL_SERVER)
        usage |= USAGE_SERVER;
    if (extended & XKU_SSL_CLIENT)
        usage |= USAGE_CLIENT;
    if (flags & EXFLAG_CA && key & KU_KEY_CERT_SIGN)
        usage |= USAGE_ISSUE;
    return usage;
}

static bool read_time(const ASN1_TIME *from, int64_t *out)
{
    struct tm parts;
    if (!ASN1_TIME_to_tm(from, &parts))
        return false;
    *out = timegm(&parts);
    return true;
}

/* ---- the whole ---- */

static int read_facts(struct certificate *c, struct err_text *why)
{
    if (!EVP_Digest(c->der.data, c->der.len, c->thumbprint, NULL, EVP_sha1(), NULL))
        return openssl_failed(why, ERR_INVALID, "no thumbprint");
    if (!read_time(X509_get0_notBefore(c->x509), &c->not_before_s) ||
        !read_time(X509_get0_notAfter(c->x509), &c->not_after_s))
        return openssl_failed(why, ERR_INVALID, "the certificate's validity is malformed");
    if (X509_get_extension_flags(c->x509) & EXFLAG_INVALID)
        return openssl_failed(why, ERR_INVALID, "the certificate's extensions are malformed");
    c->usage = read_usage(c->x509);
    c->strong_signature = signature_is_strong(c->x509);
    c->self_issued = X509_get_extension_flags(c->x509) & EXFLAG_SI;
    c->hosts = arena_alloc(&c->texts, CERTIFICATE_MAX_HOSTS, sizeof *c->hosts);
    if (!c->hosts || !keep_common_name(c))
        return err_set(why, ERR_NO_MEMORY, "no memory");
    int rc = read_key(c, why);
    return rc ? rc : keep_alternative_names(c, why);
}

static X509 *read_one(struct slice *rest, struct err_text *why, int *rc)
{
    const unsigned char *at = rest->data;
    if (rest->len > (size_t)CERTIFICATE_MAX_CHAIN * CERTIFICATE_MAX_DER) {
        *rc = err_set(why, ERR_LIMIT, "a certificate of %zu bytes", rest->len);
        return NULL;
    }
    X509 *x509 = d2i_X509(NULL, &at, (long)rest->len);
    if (!x509) {
        *rc = openssl_failed(why, ERR_INVALID, "no certificate");
        return NULL;
    }
    size_t used = (size_t)(at - rest->data);
    if (used > CERTIFICATE_MAX_DER)
        *rc = err_set(why, ERR_LIMIT, "a certificate of %zu bytes", used);
    rest->data += used;
    rest->len -= used;
    return x509;
}

/* The first in `rest`, which moves on. */
static int read_first(struct slice *rest, struct certificate **out, struct err_text *why)
{
    struct slice der = *rest;
    int rc = 0;
    struct certificate *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    arena_init(&c->texts, MAX_TEXTS);
    c->x509 = read_one(rest, why, &rc);
    der.len -= rest->len;
    if (!rc && !arena_copy(&c->texts, der, &c->der))
        rc = err_set(why, ERR_NO_MEMORY, "no memory");
    if (!rc)
        rc = read_facts(c, why);
    ERR_clear_error();
    if (rc)
        certificate_free(c);
    else
        *out = c;
    return rc;
}

static int read_issuers(struct certificate *c, struct slice rest, struct err_text *why)
{
    while (rest.len > 0) {
        if (c->issuer_count == ARRAY_LEN(c->issuers))
            return err_set(why, ERR_LIMIT, "more than %d certificates together", CERTIFICATE_MAX_CHAIN);
        int rc = read_first(&rest, &c->issuers[c->issuer_count], why);
        if (rc)
            return rc;
        c->issuer_count++;
    }
    return 0;
}

int certificate_read(struct slice der, struct certificate **out, struct err_text *why)
{
    *out = NULL;
    int rc = read_first(&der, out, why);
    if (!rc)
        rc = read_issuers(*out, der, why);
    if (rc) {
        certificate_free(*out);
        *out = NULL;
    }
    return rc;
}

int certificate_read_text(struct slice content, struct certificate **out, struct err_text *why)
{
    static const char begin[] = "-----BEGIN";
    *out = NULL;
    if (!memmem(content.data, content.len, begin, sizeof begin - 1))
        return certificate_read(content, out, why);
    if (content.len > (size_t)2 * CERTIFICATE_MAX_CHAIN * CERTIFICATE_MAX_DER)
        return err_set(why, ERR_LIMIT, "a certificate of %zu bytes", content.len);
    unsigned char *der = NULL;
    long len = 0;
    BIO *bio = BIO_new_mem_buf(content.data, (int)content.len);
    bool good = bio && PEM_bytes_read_bio(&der, &len, NULL, PEM_STRING_X509, bio, NULL, NULL);
    BIO_free(bio);
    if (!good)
        return openssl_failed(why, ERR_INVALID, "no certificate");
    int rc = certificate_read((struct slice){der, (size_t)len}, out, why);
    OPENSSL_free(der);
    return rc;
}

void certificate_free(struct certificate *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->issuer_count; i++)
        certificate_free(c->issuers[i]);
    X509_free(c->x509);
    arena_clear(&c->texts);
    free(c);
}

/* ---- asking ---- */

bool certificate_equal(const struct certificate *a, const struct certificate *b)
{
    return slice_equal(a->der, b->der);
}

bool certificate_names_host(const struct certificate *c, struct slice host)
{
    char text[256];
    if (host.len == 0 || host.len >= sizeof text || memchr(host.data, 0, host.len))
        return false;
    memcpy(text, host.data, host.len);
    text[host.len] = 0;
    return X509_check_ip_asc(c->x509, text, 0) == 1 ||
           X509_check_host(c->x509, text, host.len, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1;
}

const char *certificate_date_text(int64_t utc_s, char out[CERTIFICATE_DATE])
{
    time_t t = utc_s;
    struct tm tm;
    if (!gmtime_r(&t, &tm) || strftime(out, CERTIFICATE_DATE, "%Y-%m-%d", &tm) == 0)
        strcpy(out, "?");
    return out;
}

void certificate_thumbprint_text(const struct certificate *c, char out[2 * THUMBPRINT_SIZE + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < THUMBPRINT_SIZE; i++) {
        out[2 * i] = digits[c->thumbprint[i] >> 4];
        out[2 * i + 1] = digits[c->thumbprint[i] & 15];
    }
    out[2 * THUMBPRINT_SIZE] = 0;
}

int certificate_write_pem(const struct certificate *c, struct buf *out)
{
    char *text;
    BIO *bio = BIO_new(BIO_s_mem());
    int rc = ERR_NO_MEMORY;
    if (bio && PEM_write_bio_X509(bio, c->x509)) {
        long len = BIO_get_mem_data(bio, &text);
        rc = buf_append(out, text, (size_t)len);
    }
    BIO_free(bio);
    return rc;
}
