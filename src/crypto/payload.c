/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/payload.h"

#include "crypto/openssl_error.h"
#include "crypto/secret.h"

#include <limits.h>
#include <openssl/evp.h>

static bool verify(const struct key_set *keys, struct slice message, struct slice signature)
{
    uint8_t own[SUITE_SIGNATURE_SIZE];
    size_t n;
    return signature.len == sizeof own &&
           EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, keys->signing, keys->suite->signing_key_size,
                     message.data, message.len, own, sizeof own, &n) &&
           n == sizeof own && secret_equal(own, signature.data, sizeof own);
}

static bool decrypt(EVP_CIPHER_CTX *ctx, const struct key_set *keys, struct slice encrypted, uint8_t *out)
{
    const EVP_CIPHER *cipher = keys->suite->encryption_key_size == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
    int n;
    return EVP_DecryptInit_ex2(ctx, cipher, keys->encryption, keys->iv, NULL) &&
           EVP_CIPHER_CTX_set_padding(ctx, 0) &&
           EVP_DecryptUpdate(ctx, out, &n, encrypted.data, (int)encrypted.len) && (size_t)n == encrypted.len;
}

int payload_open(const struct key_set *keys, struct slice message, size_t clear, struct slice signature,
                 uint8_t *out)
{
    if (message.len <= clear || message.len > INT_MAX || (message.len - clear) % SUITE_BLOCK_SIZE)
        return ERR_INVALID;
    if (!verify(keys, message, signature))
        return openssl_failed(NULL, ERR_INVALID, "verify");
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good = ctx && decrypt(ctx, keys, (struct slice){message.data + clear, message.len - clear}, out);
    EVP_CIPHER_CTX_free(ctx);
    return good ? 0 : openssl_failed(NULL, ERR_INVALID, "decrypt");
}
