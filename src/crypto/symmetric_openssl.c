/* SPDX-License-Identifier: Apache-2.0
 * Chunks one after the other, by OpenSSL: on every processor. */
#include "crypto/symmetric_engine.h"

#include "crypto/openssl_error.h"

#include <assert.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one call works with, or many that keep it. */
struct engine {
    EVP_MAC_CTX *mac; /* NULL: nothing is there yet */
    EVP_CIPHER_CTX *cipher;
    const struct key_set *keys; /* that both have been set up for; NULL: none yet */
};

struct symmetric_kept {
    struct engine engine;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MAC *hmac; /* looking it up each time would cost more than a small chunk */
static EVP_CIPHER *aes128, *aes256;

static void look_up(void)
{
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    aes128 = EVP_CIPHER_fetch(NULL, "AES-128-CBC", NULL);
    aes256 = EVP_CIPHER_fetch(NULL, "AES-256-CBC", NULL);
}

/* Which of both may be incomplete on failure. */
static int engine_complete(struct engine *e)
{
    if (e->mac)
        return 0;
    pthread_once(&once, look_up);
    if (!hmac || !aes128 || !aes256)
        return openssl_failed(NULL, ERR_IO, "no HMAC or AES");
    e->mac = EVP_MAC_CTX_new(hmac);
    e->cipher = EVP_CIPHER_CTX_new();
    return e->mac && e->cipher ? 0 : openssl_failed(NULL, ERR_NO_MEMORY, "no memory");
}

/* OpenSSL wipes what it frees. */
static void engine_clear(struct engine *e)
{
    EVP_MAC_CTX_free(e->mac);
    EVP_CIPHER_CTX_free(e->cipher);
    *e = (struct engine){0};
}

struct symmetric_kept *symmetric_kept_new(void)
{
    return calloc(1, sizeof(struct symmetric_kept));
}

void symmetric_kept_free(struct symmetric_kept *k)
{
    if (k)
        engine_clear(&k->engine);
    free(k);
}

static bool set_keys(struct engine *e, const struct key_set *keys, bool encrypt)
{
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
    const EVP_CIPHER *cipher = keys->suite->encryption_key_size == 16 ? aes128 : aes256;
    e->keys = keys;
    return EVP_MAC_init(e->mac, keys->signing, keys->suite->signing_key_size, params) &&
           EVP_CipherInit_ex2(e->cipher, cipher, keys->encryption, keys->iv, encrypt, NULL) &&
           EVP_CIPHER_CTX_set_padding(e->cipher, 0);
}

/* Ready for a chunk. What keys need is computed once for neighbours that have the same. */
static bool begin(struct engine *e, const struct key_set *keys, bool encrypt)
{
    if (keys != e->keys)
        return set_keys(e, keys, encrypt);
    return EVP_MAC_init(e->mac, NULL, 0, NULL) &&
           EVP_CipherInit_ex2(e->cipher, NULL, NULL, keys->iv, encrypt, NULL);
}

static bool sign_end(struct engine *e, uint8_t out[SUITE_SIGNATURE_SIZE])
{
    size_t n;
    return EVP_MAC_final(e->mac, out, &n, SUITE_SIGNATURE_SIZE);
}

/* Whole blocks come out at `*out`, which moves on; a part of one waits for more. */
static bool cipher_update(struct engine *e, uint8_t **out, struct slice bytes)
{
    int n;
    if (!EVP_CipherUpdate(e->cipher, *out, &n, bytes.data, (int)bytes.len))
        return false;
    *out += n;
    return true;
}

/* ---- out ---- */

/* Signs and passes on what is to be encrypted; what is not is copied. */
static bool seal_part(struct engine *e, const struct seal_job *job, size_t *clear_left, uint8_t **out,
                      struct slice part)
{
    if (!EVP_MAC_update(e->mac, part.data, part.len))
        return false;
    size_t n = part.len < *clear_left ? part.len : *clear_left;
    struct slice rest = {part.data + n, part.len - n};
    if (!job->layout.encrypt)
        n = part.len;
    else
        *clear_left -= n;
    memcpy(*out, part.data, n);
    *out += n;
    return !job->layout.encrypt || rest.len == 0 || cipher_update(e, out, rest);
}

static bool seal(struct engine *e, const struct seal_job *job)
{
    uint8_t trailer[SUITE_BLOCK_SIZE + SUITE_SIGNATURE_SIZE];
    uint8_t *out = job->out;
    size_t clear_left = job->layout.clear, plain = 0;
    if (!begin(e, job->keys, true))
        return false;
    for (size_t i = 0; i < job->plain_count; i++) {
        if (job->plain[i].len > 0 && !seal_part(e, job, &clear_left, &out, job->plain[i]))
            return false;
        plain += job->plain[i].len;
    }
    assert(plain >= job->layout.clear);
    size_t padding = symmetric_padding(job->layout, plain);
    memset(trailer, (int)padding - 1, padding);
    if (!EVP_MAC_update(e->mac, trailer, padding) || !sign_end(e, trailer + padding))
        return false;
    struct slice end = {trailer, padding + SUITE_SIGNATURE_SIZE};
    if (job->layout.encrypt)
        return cipher_update(e, &out, end);
    memcpy(out, end.data, end.len);
    return true;
}

/* Whose state is unknown after a failure is made anew. */
static int seal_with(struct engine *e, const struct seal_job *job)
{
    int rc = engine_complete(e);
    if (!rc && !seal(e, job))
        rc = openssl_failed(NULL, ERR_IO, "seal");
    if (rc)
        engine_clear(e);
    return rc;
}

static int openssl_seal(const struct seal_job *jobs, size_t count)
{
    struct engine own = {0};
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++)
        rc = seal_with(jobs[i].kept ? &jobs[i].kept->engine : &own, &jobs[i]);
    engine_clear(&own);
    return rc;
}

/* ---- in ---- */

/* Bytes after the clear ones, decrypted where they have to be. */
static bool decrypt(struct engine *e, const struct unseal_job *job, struct slice *out)
{
    struct slice closed = {job->sealed.data + job->layout.clear, job->sealed.len - job->layout.clear};
    *out = closed;
    if (!job->layout.encrypt)
        return true;
    uint8_t *at = job->out + job->layout.clear;
    if (!cipher_update(e, &at, closed))
        return false;
    *out = (struct slice){job->out + job->layout.clear, closed.len};
    return true;
}

static bool unseal(struct engine *e, struct unseal_job *job)
{
    struct chunk_layout layout = job->layout;
    uint8_t expected[SUITE_SIGNATURE_SIZE];
    struct slice opened;
    if (!symmetric_length_fits(job))
        return true;
    if (!begin(e, job->keys, false) || !decrypt(e, job, &opened))
        return false;
    struct slice plain = {opened.data, opened.len - SUITE_SIGNATURE_SIZE};
    if (!EVP_MAC_update(e->mac, job->sealed.data, layout.clear) ||
        !EVP_MAC_update(e->mac, plain.data, plain.len) || !sign_end(e, expected))
        return false;
    symmetric_accept(job, plain, expected);
    return true;
}

static int unseal_with(struct engine *e, struct unseal_job *job)
{
    int rc = engine_complete(e);
    if (!rc && !unseal(e, job))
        rc = openssl_failed(NULL, ERR_IO, "unseal");
    if (rc)
        engine_clear(e);
    return rc;
}

static int openssl_unseal(struct unseal_job *jobs, size_t count)
{
    struct engine own = {0};
    int rc = 0;
    for (size_t i = 0; !rc && i < count; i++)
        rc = unseal_with(jobs[i].kept ? &jobs[i].kept->engine : &own, &jobs[i]);
    engine_clear(&own);
    return rc;
}

static void describe_openssl(char *out, size_t size)
{
    snprintf(out, size, "OpenSSL %u.%u", OPENSSL_version_major(), OPENSSL_version_minor());
}

static bool openssl_usable(void)
{
    return true;
}

const struct symmetric_engine openssl_engine = {
    .name = "openssl",
    .describe = describe_openssl,
    .lanes = 1,
    .usable = openssl_usable,
    .seal = openssl_seal,
    .unseal = openssl_unseal,
};
