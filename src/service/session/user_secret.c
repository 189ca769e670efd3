/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/user_secret.h"

#include "crypto/asymmetric.h"
#include "crypto/secret.h"

#include <string.h>

enum {
    LENGTH_SIZE = 4,
    LEGACY_MAX = 2 * SUITE_MAX_KEY_BITS / 8, /* of what is decrypted: room for the longest secret */
};

void user_secret_wipe(struct user_secret *s)
{
    secret_wipe(s, sizeof *s);
}

static bool keep(struct slice secret, struct user_secret *out)
{
    if (secret.len > sizeof out->bytes)
        return false;
    if (secret.len)
        memcpy(out->bytes, secret.data, secret.len);
    out->len = secret.len;
    return true;
}

bool user_secret_read_legacy(struct slice plain, struct slice nonce, struct user_secret *out)
{
    if (plain.len < LENGTH_SIZE + nonce.len)
        return false;
    const uint8_t *p = plain.data;
    size_t length = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)p[3] << 24;
    struct slice secret = {p + LENGTH_SIZE, plain.len - LENGTH_SIZE - nonce.len};
    bool fresh = secret_equal(secret.data + secret.len, nonce.data, nonce.len);
    return length == plain.len - LENGTH_SIZE && fresh && keep(secret, out);
}

static bool open_legacy(const struct user_secret_rules *rules, struct slice sent, struct user_secret *out)
{
    uint8_t plain[LEGACY_MAX];
    size_t len;
    if (sent.len > sizeof plain || asymmetric_decrypt(rules->suite, rules->own, sent, plain, &len))
        return false;
    bool good = user_secret_read_legacy((struct slice){plain, len}, rules->nonce, out);
    secret_wipe(plain, sizeof plain);
    return good;
}

static bool open_plain(const struct user_secret_rules *rules, struct slice sent, struct user_secret *out,
                       const char **why)
{
    *why = "the password came without encryption";
    if (!rules->plain_allowed)
        return false;
    *why = "the password is too long";
    return keep(sent, out);
}

bool user_secret_open(const struct user_secret_rules *rules, struct slice sent, struct slice algorithm,
                      struct user_secret *out, const char **why)
{
    out->len = 0;
    if (encrypted_secret_is(sent))
        return encrypted_secret_open(rules, sent, out, why);
    if (algorithm.len == 0)
        return open_plain(rules, sent, out, why);
    *why = "the password is encrypted in another way than its policy says";
    if (!slice_is(algorithm, rules->suite->encryption_uri))
        return false;
    *why = "the password is not encrypted for us, altered, too long, or not fresh";
    return open_legacy(rules, sent, out);
}
