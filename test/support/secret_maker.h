/* SPDX-License-Identifier: Apache-2.0
 * Makes passwords secret as a client does (Part 4 §7.41.2), well or badly. */
#ifndef UACAM_TEST_SECRET_MAKER_H
#define UACAM_TEST_SECRET_MAKER_H

#include "crypto/asymmetric.h"
#include "wire/writer.h"

#include <assert.h>
#include <openssl/evp.h>
#include <string.h>

/* Everything that an RsaEncryptedSecret is made of. */
struct secret_recipe {
    const struct suite *suite;
    const struct certificate *receiver;
    struct slice payload;    /* before padding */
    struct slice thumbprint; /* null: the receiver's */
    const char *policy_uri;  /* NULL: the suite's */
    size_t padding_size;     /* 0: as it should be */
    size_t key_size;         /* of the signing key; 0: the suite's */
    bool untidy;             /* the padding's bytes are others */
};

static const uint8_t secret_keys[3][32] = {"signing key", "encryption key", "initialization vector"};

/* Encrypts it as asymmetric_encrypt() does, into `out`. */
static inline struct slice secret_encrypt(const struct suite *suite, const struct certificate *receiver,
                                          struct slice plain, uint8_t *out)
{
    size_t size = asymmetric_encrypted_size(suite, receiver, plain.len);
    int rc = asymmetric_encrypt(suite, receiver, plain, out);
    assert(rc == 0);
    (void)rc;
    return (struct slice){out, size};
}

/* Nonce and secret as they stand in a payload. */
static inline size_t secret_payload(struct slice nonce, struct slice secret, uint8_t *out)
{
    struct rope rope;
    struct writer w;
    rope_init(&rope, SIZE_MAX);
    writer_init(&w, &rope);
    write_string(&w, nonce);
    write_string(&w, secret);
    size_t n = rope.own.len;
    memcpy(out, rope.own.data, n);
    rope_clear(&rope);
    return n;
}

static inline size_t secret_pad(const struct secret_recipe *how, uint8_t *out)
{
    size_t n = how->payload.len, past = (n + 2) % SUITE_BLOCK_SIZE;
    size_t fill = past ? SUITE_BLOCK_SIZE - past : 0;
    size_t told = how->padding_size ? how->padding_size : fill;
    memcpy(out, how->payload.data, n);
    memset(out + n, (int)(told + how->untidy) & 0xff, fill);
    out[n + fill] = (uint8_t)told;
    out[n + fill + 1] = (uint8_t)(told >> 8);
    return n + fill + 2;
}

static inline void secret_write_keys(struct writer *w, const struct secret_recipe *how)
{
    uint8_t encrypted[2048];
    struct rope rope;
    struct writer keys;
    rope_init(&rope, SIZE_MAX);
    writer_init(&keys, &rope);
    write_string(
        &keys, (struct slice){secret_keys[0], how->key_size ? how->key_size : how->suite->signing_key_size});
    write_string(&keys, (struct slice){secret_keys[1], how->suite->encryption_key_size});
    write_string(&keys, (struct slice){secret_keys[2], SUITE_BLOCK_SIZE});
    struct slice sealed = secret_encrypt(how->suite, how->receiver, buf_slice(&rope.own), encrypted);
    write_u16(w, (uint16_t)sealed.len);
    write_bytes(w, sealed.data, sealed.len);
    rope_clear(&rope);
}

static inline void secret_write_payload(struct writer *w, const struct secret_recipe *how)
{
    uint8_t plain[4096], encrypted[4096];
    size_t n = secret_pad(how, plain);
    int len = 0;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    const EVP_CIPHER *cipher = how->suite->encryption_key_size == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
    EVP_EncryptInit_ex2(ctx, cipher, secret_keys[1], secret_keys[2], NULL);
    EVP_CIPHER_CTX_set_padding(ctx, 0);
    EVP_EncryptUpdate(ctx, encrypted, &len, plain, (int)n);
    EVP_CIPHER_CTX_free(ctx);
    write_bytes(w, encrypted, (size_t)len);
}

/* The whole RsaEncryptedSecret in `out`. */
static inline struct slice secret_make(const struct secret_recipe *how, uint8_t out[4096])
{
    struct rope rope;
    struct writer w;
    uint8_t signature[SUITE_SIGNATURE_SIZE];
    size_t n;
    struct ua_nodeid type = ua_nodeid_numeric(0, 17545);
    rope_init(&rope, SIZE_MAX);
    writer_init(&w, &rope);
    write_nodeid(&w, &type);
    write_u8(&w, 1);
    size_t length_at = rope.own.len;
    write_u32(&w, 0);
    write_string(&w, slice_of(how->policy_uri ? how->policy_uri : how->suite->uri));
    write_string(&w, how->thumbprint.data ? how->thumbprint
                                          : (struct slice){how->receiver->thumbprint, THUMBPRINT_SIZE});
    write_i64(&w, 0);
    secret_write_keys(&w, how);
    secret_write_payload(&w, how);
    size_t length = rope.own.len + SUITE_SIGNATURE_SIZE - length_at - 4;
    for (int i = 0; i < 4; i++)
        rope.own.data[length_at + (size_t)i] = (uint8_t)(length >> 8 * i);
    EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, secret_keys[0], how->suite->signing_key_size, rope.own.data,
              rope.own.len, signature, sizeof signature, &n);
    write_bytes(&w, signature, sizeof signature);
    assert(!w.status && rope.own.len <= 4096);
    struct slice whole = {out, rope.own.len};
    memcpy(out, rope.own.data, whole.len);
    rope_clear(&rope);
    return whole;
}

#endif
