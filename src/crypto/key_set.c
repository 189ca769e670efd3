/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/key_set.h"

#include "crypto/openssl_error.h"
#include "crypto/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

enum { HASH_SIZE = 32, MAX_SEED = 512 };

static bool hmac(struct slice key, const uint8_t *bytes, size_t n, uint8_t out[HASH_SIZE])
{
    return HMAC(EVP_sha256(), key.data, (int)key.len, bytes, n, out, NULL);
}

/* `block` is A(i) with the seed behind it. */
static bool expand(struct slice secret, struct slice seed, uint8_t *block, uint8_t *out, size_t n)
{
    uint8_t piece[HASH_SIZE];
    memcpy(block + HASH_SIZE, seed.data, seed.len);
    bool good = hmac(secret, seed.data, seed.len, block);
    for (size_t done = 0; good && done < n; done += HASH_SIZE) {
        size_t part = n - done < HASH_SIZE ? n - done : HASH_SIZE;
        good = hmac(secret, block, HASH_SIZE + seed.len, piece) && hmac(secret, block, HASH_SIZE, block);
        memcpy(out + done, piece, part);
    }
    secret_wipe(piece, sizeof piece);
    return good;
}

int p_sha256(struct slice secret, struct slice seed, uint8_t *out, size_t n)
{
    uint8_t block[HASH_SIZE + MAX_SEED];
    memset(out, 0, n);
    if (seed.len > MAX_SEED)
        return ERR_LIMIT;
    bool good = expand(secret, seed, block, out, n);
    secret_wipe(block, sizeof block);
    if (good)
        return 0;
    secret_wipe(out, n);
    return openssl_failed(NULL, ERR_NO_MEMORY, "derive");
}

int key_set_derive(struct key_set *out, const struct suite *suite, struct slice own_nonce,
                   struct slice peer_nonce)
{
    uint8_t bytes[2 * SUITE_MAX_KEY_SIZE + SUITE_BLOCK_SIZE];
    size_t signing = suite->signing_key_size, encryption = suite->encryption_key_size;
    *out = (struct key_set){0};
    int rc = p_sha256(peer_nonce, own_nonce, bytes, signing + encryption + SUITE_BLOCK_SIZE);
    if (rc)
        return rc;
    out->suite = suite;
    memcpy(out->signing, bytes, signing);
    memcpy(out->encryption, bytes + signing, encryption);
    memcpy(out->iv, bytes + signing + encryption, SUITE_BLOCK_SIZE);
    secret_wipe(bytes, sizeof bytes);
    return 0;
}

void key_set_wipe(struct key_set *keys)
{
    secret_wipe(keys, sizeof *keys);
}
