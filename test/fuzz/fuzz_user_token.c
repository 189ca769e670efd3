/* SPDX-License-Identifier: Apache-2.0
 * User tokens of strangers, who know our certificate. Keys and nonce are fixed.
 *
 * Byte 0 of the input: the low bits choose what the rest is, bit 4 whether the channel encrypts:
 *     0  the ExtensionObject of a token, and its SignatureData
 *     1  what a legacy secret decrypts to      2  what the payload of an EncryptedSecret decrypts to
 *     3  an EncryptedSecret                    4, 5  as 1 and 2, encrypted for us, in a UserNameIdentityToken
 */
#include "service/session/user_token.h"
#include "support/fixed_identity.h"
#include "support/secret_maker.h"
#include "wire/reader.h"

#include <stdlib.h>

enum kind {
    KIND_TOKEN,
    KIND_LEGACY,
    KIND_PAYLOAD,
    KIND_ENCRYPTED,
    KIND_LEGACY_TOKEN,
    KIND_ENCRYPTED_TOKEN,
    KINDS,
    CHANNEL_ENCRYPTS = 1 << 4,
    MOST_BYTES = 2000,
};

static const uint8_t nonce_bytes[32] = "the nonce that we gave last";
static const struct slice nonce = {nonce_bytes, sizeof nonce_bytes};
static const struct token_policy policies[] = {
    {{(const uint8_t *)"a", 1}, TOKEN_ANONYMOUS, NULL},
    {{(const uint8_t *)"u", 1}, TOKEN_USER_NAME, &suite_basic256sha256},
    {{(const uint8_t *)"x", 1}, TOKEN_X509, &suite_basic256sha256},
};
static struct identity *own;

/* Whatever came out is of sane size. */
static void look_at(const struct user_secret *s)
{
    if (s->len > sizeof s->bytes)
        abort();
}

static void read_with(bool encrypts, const struct ua_extension_object *token,
                      const struct ua_signature_data *signature)
{
    const struct user_token_rules rules = {policies, ARRAY_LEN(policies), own, nonce, encrypts};
    struct user_token out;
    const char *why = NULL;
    ua_status status = user_token_read(&rules, token, signature, &out, &why);
    if (status && !why)
        abort();
    if (!status && out.token == TOKEN_X509 && !out.certificate)
        abort();
    look_at(&out.secret);
    user_token_clear(&out);
}

static void play_token(bool encrypts, struct slice input)
{
    struct arena arena;
    struct reader r;
    struct ua_signature_data signature;
    arena_init(&arena, 1 << 20);
    reader_init(&r, input, &arena);
    struct ua_extension_object token = read_extension_object(&r);
    ua_signature_data_read(&r, &signature);
    if (!r.status)
        read_with(encrypts, &token, &signature);
    arena_clear(&arena);
}

static void play_sealed(bool legacy, struct slice plain)
{
    static uint8_t sealed[1 << 14];
    const struct suite *suite = &suite_basic256sha256;
    const struct ua_signature_data none = {0};
    struct secret_recipe how = {.suite = suite, .receiver = own->certificate, .payload = plain};
    struct ua_user_name_identity_token user = {.user_name = slice_of("eve")};
    if (legacy) {
        user.password = secret_encrypt(suite, own->certificate, plain, sealed);
        user.encryption_algorithm = slice_of(suite->encryption_uri);
    } else {
        user.password = secret_make(&how, sealed);
    }
    struct ua_extension_object token = {.structure = &ua_user_name_identity_token_structure, .value = &user};
    read_with(false, &token, &none);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct user_secret secret = {.len = 0};
    if (!own)
        own = FIXED_IDENTITY(server);
    if (size < 2 || size > MOST_BYTES)
        return 0;
    struct slice rest = {data + 1, size - 1};
    bool encrypts = data[0] & CHANNEL_ENCRYPTS;
    const struct user_secret_rules rules = {&suite_basic256sha256, own, nonce, encrypts};
    const char *why;
    bool good = false;
    switch ((data[0] & 0xf) % KINDS) {
    case KIND_TOKEN:
        play_token(encrypts, rest);
        break;
    case KIND_LEGACY:
        good = user_secret_read_legacy(rest, nonce, &secret);
        break;
    case KIND_PAYLOAD:
        good = user_secret_read_payload(rest, nonce, &secret);
        break;
    case KIND_ENCRYPTED:
        good = encrypted_secret_open(&rules, rest, &secret, &why);
        break;
    default:
        play_sealed((data[0] & 0xf) % KINDS == KIND_LEGACY_TOKEN, rest);
    }
    if (good)
        look_at(&secret);
    return 0;
}
