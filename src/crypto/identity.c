/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/identity.h"

#include "base/small_file.h"
#include "crypto/asymmetric.h"
#include "crypto/openssl_error.h"
#include "crypto/secret.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

void identity_free(struct identity *id)
{
    if (!id)
        return;
    certificate_free(id->certificate);
    EVP_PKEY_free(id->key);
    free(id);
}

/* ---- load ---- */

static EVP_PKEY *parse_key(struct slice content)
{
    BIO *bio = BIO_new_mem_buf(content.data, (int)content.len);
    char no_password[] = ""; /* else it would ask for one on the terminal */
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, no_password) : NULL;
    const unsigned char *at = content.data;
    BIO_free(bio);
    if (!key)
        key = d2i_AutoPrivateKey(NULL, &at, (long)content.len);
    if (key)
        ERR_clear_error(); /* of the attempts before */
    return key;
}

int identity_read(struct slice certificate, struct slice key, struct identity **out, struct err_text *why)
{
    *out = NULL;
    struct identity *id = calloc(1, sizeof *id);
    if (!id)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    int rc = certificate_read_text(certificate, &id->certificate, why);
    if (!rc && !(id->key = parse_key(key)))
        rc = openssl_failed(why, ERR_INVALID, "no private key without a password");
    if (!rc && !X509_check_private_key(id->certificate->x509, id->key))
        rc = openssl_failed(why, ERR_INVALID, "the private key is not that of the certificate");
    if (!rc && !asymmetric_key_fits(id->certificate))
        rc = err_set(why, ERR_UNSUPPORTED, "the key is not an RSA key of %d to %d bits", SUITE_MIN_KEY_BITS,
                     SUITE_MAX_KEY_BITS);
    if (rc)
        identity_free(id);
    else
        *out = id;
    return rc;
}

int identity_load(const char *certificate_path, const char *key_path, struct identity **out,
                  struct err_text *why)
{
    struct buf certificate, key;
    struct err_text reason;
    *out = NULL;
    buf_init(&certificate, SMALL_FILE_MAX);
    buf_init(&key, SMALL_FILE_MAX);
    int rc = small_file_read(certificate_path, &certificate, why);
    if (!rc && buf_reserve(&key, key.max)) /* at once: growing would leave copies of the key */
        rc = err_set(why, ERR_NO_MEMORY, "no memory");
    if (!rc)
        rc = small_file_read(key_path, &key, why);
    if (!rc && identity_read(buf_slice(&certificate), buf_slice(&key), out, &reason))
        rc = err_set(why, ERR_INVALID, "%s, %s: %s", certificate_path, key_path, reason.text);
    secret_wipe(key.data, key.len);
    buf_clear(&key);
    buf_clear(&certificate);
    return rc;
}

/* ---- save ---- */

static int save_key(EVP_PKEY *key, const char *path, struct err_text *why)
{
    char *text = NULL;
    int rc;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)) {
        long len = BIO_get_mem_data(bio, &text);
        rc = small_file_replace(path, (struct slice){(uint8_t *)text, (size_t)len}, why);
        secret_wipe(text, (size_t)len);
    } else {
        rc = openssl_failed(why, ERR_IO, "%s", path);
    }
    BIO_free(bio);
    return rc;
}

int identity_save(const struct identity *id, const char *certificate_path, const char *key_path,
                  struct err_text *why)
{
    int rc = save_key(id->key, key_path, why);
    return rc ? rc : small_file_replace(certificate_path, id->certificate->der, why);
}

/* ---- renewal ---- */

enum identity_renewal identity_renewal(const struct certificate *c, const struct identity_names *names,
                                       int64_t now_s)
{
    if (now_s < c->not_before_s || now_s >= c->not_after_s - (c->not_after_s - c->not_before_s) / 10)
        return RENEWAL_TIME;
    if (!slice_is(c->application_uri, names->application_uri))
        return RENEWAL_NAMES;
    for (size_t i = 0; i < names->host_count; i++)
        if (!certificate_names_host(c, slice_of(names->hosts[i])))
            return RENEWAL_NAMES;
    return RENEWAL_NOT_NEEDED;
}
