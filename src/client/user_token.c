/* SPDX-License-Identifier: Apache-2.0 */
#include "client/user_token.h"

#include "crypto/asymmetric.h"
#include "crypto/secret.h"

#include <string.h>

enum { LENGTH_SIZE = 4, MAX_PASSWORD = 512, MAX_NONCE = 128 };

static void put_length(uint8_t *to, size_t n)
{
    for (size_t i = 0; i < LENGTH_SIZE; i++)
        to[i] = (uint8_t)(n >> 8 * i);
}

ua_status user_token_encrypt(const struct suite *suite, const struct certificate *server,
                             struct slice password, struct slice nonce, struct arena *arena,
                             struct slice *out)
{
    uint8_t plain[LENGTH_SIZE + MAX_PASSWORD + MAX_NONCE];
    *out = (struct slice){0};
    if (password.len > MAX_PASSWORD || nonce.len > MAX_NONCE)
        return UA_BAD_ENCODING_LIMITS_EXCEEDED;
    size_t len = LENGTH_SIZE + password.len + nonce.len;
    size_t size = asymmetric_encrypted_size(suite, server, len);
    uint8_t *encrypted = arena_alloc(arena, size, 1);
    if (!encrypted)
        return UA_BAD_OUT_OF_MEMORY;
    put_length(plain, password.len + nonce.len);
    if (password.len)
        memcpy(plain + LENGTH_SIZE, password.data, password.len);
    if (nonce.len)
        memcpy(plain + LENGTH_SIZE + password.len, nonce.data, nonce.len);
    int rc = asymmetric_encrypt(suite, server, (struct slice){plain, len}, encrypted);
    secret_wipe(plain, sizeof plain);
    if (rc)
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR;
    *out = (struct slice){encrypted, size};
    return UA_GOOD;
}
