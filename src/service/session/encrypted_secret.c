/* SPDX-License-Identifier: Apache-2.0
 * RsaEncryptedSecret (Part 4 §7.41.2.3, §7.41.2.4): keys encrypted for us, a payload encrypted with them, a
 * signature made with them. */
#include "service/session/user_secret.h"

#include "crypto/asymmetric.h"
#include "crypto/key_set.h"
#include "crypto/payload.h"
#include "crypto/secret.h"
#include "wire/reader.h"

#include <string.h>

enum {
    DATA_TYPE_ID = 17545,
    BINARY_BODY = 1,
    KEYS_MAX = 2 * SUITE_MAX_KEY_BITS / 8,
    PAYLOAD_MAX = 1024, /* a nonce, the longest secret, their lengths, padding */
    PADDING_SIZE = 2,
};

/* Its parts; they borrow from it. */
struct parts {
    struct slice policy_uri;
    struct slice thumbprint; /* of the certificate that it is for */
    struct slice keys;
    size_t clear; /* bytes before the payload */
    struct slice payload;
    struct slice signature;
};

static bool read_type(struct reader *r)
{
    struct ua_nodeid type = read_nodeid(r);
    return !r->status && type.ns == 0 && type.kind == UA_ID_NUMERIC && type.numeric == DATA_TYPE_ID;
}

bool encrypted_secret_is(struct slice sent)
{
    struct arena none;
    struct reader r;
    arena_init(&none, 0);
    reader_init(&r, sent, &none);
    return read_type(&r);
}

static struct slice take(struct reader *r, size_t n)
{
    struct slice out = {r->at, n};
    if (n > reader_left(r)) {
        reader_fail(r, UA_BAD_DECODING_ERROR);
        return (struct slice){0};
    }
    r->at += n;
    return out;
}

static bool split(struct slice sent, struct parts *out)
{
    struct arena none;
    struct reader r;
    arena_init(&none, 0);
    reader_init(&r, sent, &none);
    if (!read_type(&r) || read_u8(&r) != BINARY_BODY)
        return false;
    uint32_t length = read_u32(&r);
    if (length != reader_left(&r))
        return false;
    out->policy_uri = read_string(&r);
    out->thumbprint = read_string(&r);
    read_datetime(&r); /* SigningTime: the nonce tells better whether it is fresh */
    out->keys = take(&r, read_u16(&r));
    if (r.status || reader_left(&r) < SUITE_SIGNATURE_SIZE)
        return false;
    out->clear = (size_t)(r.at - sent.data);
    out->payload = take(&r, reader_left(&r) - SUITE_SIGNATURE_SIZE);
    out->signature = take(&r, SUITE_SIGNATURE_SIZE);
    return !r.status;
}

static bool read_key(struct reader *r, uint8_t *out, size_t n)
{
    struct slice key = read_string(r);
    if (r->status || key.len != n)
        return false;
    memcpy(out, key.data, n);
    return true;
}

static bool read_keys(struct slice plain, const struct suite *suite, struct key_set *out)
{
    struct arena none;
    struct reader r;
    arena_init(&none, 0);
    reader_init(&r, plain, &none);
    out->suite = suite;
    return read_key(&r, out->signing, suite->signing_key_size) &&
           read_key(&r, out->encryption, suite->encryption_key_size) &&
           read_key(&r, out->iv, SUITE_BLOCK_SIZE) && reader_left(&r) == 0;
}

static bool open_keys(const struct user_secret_rules *rules, struct slice encrypted, struct key_set *out)
{
    uint8_t plain[KEYS_MAX];
    size_t len;
    if (encrypted.len > sizeof plain || asymmetric_decrypt(rules->suite, rules->own, encrypted, plain, &len))
        return false;
    bool good = read_keys((struct slice){plain, len}, rules->suite, out);
    secret_wipe(plain, sizeof plain);
    return good;
}

/* The padding's bytes all have the low byte of its length, which ends the payload. */
static bool padding_is_good(struct reader *r)
{
    size_t left = reader_left(r);
    if (left < PADDING_SIZE)
        return false;
    struct slice padding = take(r, left - PADDING_SIZE);
    bool good = read_u16(r) == padding.len;
    for (size_t i = 0; i < padding.len; i++)
        good &= padding.data[i] == (uint8_t)padding.len;
    return good;
}

bool user_secret_read_payload(struct slice plain, struct slice nonce, struct user_secret *out)
{
    struct arena none;
    struct reader r;
    arena_init(&none, 0);
    reader_init(&r, plain, &none);
    struct slice given = read_string(&r), secret = read_string(&r);
    if (r.status || given.len != nonce.len || !secret_equal(given.data, nonce.data, nonce.len) ||
        !padding_is_good(&r) || secret.len > sizeof out->bytes)
        return false;
    if (secret.len)
        memcpy(out->bytes, secret.data, secret.len);
    out->len = secret.len;
    return true;
}

static bool open_payload(const struct parts *p, struct slice sent, const struct key_set *keys,
                         struct slice nonce, struct user_secret *out)
{
    uint8_t plain[PAYLOAD_MAX];
    struct slice message = {sent.data, p->clear + p->payload.len};
    if (p->payload.len > sizeof plain || payload_open(keys, message, p->clear, p->signature, plain))
        return false;
    bool good = user_secret_read_payload((struct slice){plain, p->payload.len}, nonce, out);
    secret_wipe(plain, sizeof plain);
    return good;
}

bool encrypted_secret_open(const struct user_secret_rules *rules, struct slice sent, struct user_secret *out,
                           const char **why)
{
    struct parts p;
    struct key_set keys = {0};
    const struct certificate *own = rules->own->certificate;
    *why = "the EncryptedSecret is broken";
    if (!split(sent, &p))
        return false;
    *why = "the password is encrypted in another way than its policy says";
    if (!slice_is(p.policy_uri, rules->suite->uri))
        return false;
    *why = "the password is encrypted for another certificate";
    if (!slice_equal(p.thumbprint, (struct slice){own->thumbprint, THUMBPRINT_SIZE}))
        return false;
    *why = "the password is not encrypted for us, altered, too long, or not fresh";
    bool good = open_keys(rules, p.keys, &keys) && open_payload(&p, sent, &keys, rules->nonce, out);
    key_set_wipe(&keys);
    return good;
}
