/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/asymmetric.h"

#include "crypto/openssl_error.h"
#include "crypto/secret.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

/* What OAEP costs of each block: two hashes and two bytes. */
static const size_t oaep_overhead[] = {
    [ENCRYPTION_OAEP_SHA1] = 2 * 20 + 2, [ENCRYPTION_OAEP_SHA256] = 2 * 32 + 2};

bool asymmetric_key_fits(const struct certificate *c)
{
    return c->key_bits >= SUITE_MIN_KEY_BITS && c->key_bits <= SUITE_MAX_KEY_BITS;
}

/* ---- signatures ---- */

static bool set_signature_padding(EVP_PKEY_CTX *ctx, enum asymmetric_signature kind)
{
    if (kind == SIGNATURE_PKCS1)
        return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0;
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) > 0 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

static bool sign(EVP_MD_CTX *md, const struct suite *suite, EVP_PKEY *key, const struct slice *parts,
                 size_t count, uint8_t *signature, size_t size)
{
    EVP_PKEY_CTX *ctx;
    if (EVP_DigestSignInit(md, &ctx, EVP_sha256(), NULL, key) <= 0 ||
        !set_signature_padding(ctx, suite->signature))
        return false;
    for (size_t i = 0; i < count; i++)
        if (EVP_DigestSignUpdate(md, parts[i].data, parts[i].len) <= 0)
            return false;
    return EVP_DigestSignFinal(md, signature, &size) > 0;
}

int asymmetric_sign(const struct suite *suite, const struct identity *own, const struct slice *parts,
                    size_t count, uint8_t *signature)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool good = md && sign(md, suite, own->key, parts, count, signature, own->certificate->key_size);
    EVP_MD_CTX_free(md);
    return good ? 0 : openssl_failed(NULL, ERR_IO, "sign");
}

static bool verify(EVP_MD_CTX *md, const struct suite *suite, EVP_PKEY *key, const struct slice *parts,
                   size_t count, struct slice signature)
{
    EVP_PKEY_CTX *ctx;
    if (EVP_DigestVerifyInit(md, &ctx, EVP_sha256(), NULL, key) <= 0 ||
        !set_signature_padding(ctx, suite->signature))
        return false;
    for (size_t i = 0; i < count; i++)
        if (EVP_DigestVerifyUpdate(md, parts[i].data, parts[i].len) <= 0)
            return false;
    return EVP_DigestVerifyFinal(md, signature.data, signature.len) > 0;
}

bool asymmetric_verify(const struct suite *suite, const struct certificate *signer, const struct slice *parts,
                       size_t count, struct slice signature)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    bool good = signer->key_bits && md && verify(md, suite, signer->key, parts, count, signature);
    EVP_MD_CTX_free(md);
    if (!good)
        openssl_failed(NULL, ERR_INVALID, "verify");
    return good;
}

/* ---- encryption ---- */

static bool set_encryption_padding(EVP_PKEY_CTX *ctx, enum asymmetric_encryption kind)
{
    const EVP_MD *md = kind == ENCRYPTION_OAEP_SHA1 ? EVP_sha1() : EVP_sha256();
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(ctx, md) > 0 && EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) > 0;
}

size_t asymmetric_plain_block(const struct suite *suite, const struct certificate *receiver)
{
    return receiver->key_size - oaep_overhead[suite->encryption];
}

size_t asymmetric_encrypted_size(const struct suite *suite, const struct certificate *receiver, size_t n)
{
    size_t block = asymmetric_plain_block(suite, receiver);
    return (n + block - 1) / block * receiver->key_size;
}

static bool encrypt(EVP_PKEY_CTX *ctx, const struct suite *suite, const struct certificate *receiver,
                    struct slice plain, uint8_t *out)
{
    size_t block = asymmetric_plain_block(suite, receiver);
    if (EVP_PKEY_encrypt_init(ctx) <= 0 || !set_encryption_padding(ctx, suite->encryption))
        return false;
    while (plain.len > 0) {
        size_t n = plain.len < block ? plain.len : block;
        size_t out_len = receiver->key_size;
        if (EVP_PKEY_encrypt(ctx, out, &out_len, plain.data, n) <= 0)
            return false;
        plain.data += n;
        plain.len -= n;
        out += out_len;
    }
    return true;
}

int asymmetric_encrypt(const struct suite *suite, const struct certificate *receiver, struct slice plain,
                       uint8_t *out)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(receiver->key, NULL);
    bool good = ctx && encrypt(ctx, suite, receiver, plain, out);
    EVP_PKEY_CTX_free(ctx);
    return good ? 0 : openssl_failed(NULL, ERR_IO, "encrypt");
}

static bool decrypt(EVP_PKEY_CTX *ctx, const struct suite *suite, size_t block, struct slice encrypted,
                    uint8_t *out, size_t *out_len)
{
    if (EVP_PKEY_decrypt_init(ctx) <= 0 || !set_encryption_padding(ctx, suite->encryption))
        return false;
    for (size_t at = 0; at < encrypted.len; at += block) {
        size_t n = encrypted.len - *out_len;
        if (EVP_PKEY_decrypt(ctx, out + *out_len, &n, encrypted.data + at, block) <= 0)
            return false;
        *out_len += n;
    }
    return true;
}

int asymmetric_decrypt(const struct suite *suite, const struct identity *own, struct slice encrypted,
                       uint8_t *out, size_t *out_len)
{
    size_t block = own->certificate->key_size;
    *out_len = 0;
    if (encrypted.len == 0 || encrypted.len % block)
        return ERR_INVALID;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own->key, NULL);
    bool good = ctx && decrypt(ctx, suite, block, encrypted, out, out_len);
    EVP_PKEY_CTX_free(ctx);
    if (good)
        return 0;
    secret_wipe(out, encrypted.len);
    *out_len = 0;
    return openssl_failed(NULL, ERR_INVALID, "decrypt");
}
