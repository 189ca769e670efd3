/* SPDX-License-Identifier: Apache-2.0
 * What the libraries need for what bench/sealed.py measures, without a server around it.
 *
 *     bench_seal bulk SIZE SECONDS
 *         "openssl", "opened" and "lanes", CPU s/GB of HMAC-SHA256 and AES-256-CBC of SIZE bytes: one stream
 *         through OpenSSL, sealed and opened, and chunks sealed side by side through libipsec-mb
 *     bench_seal rsa SECONDS
 *         "private" and "public", CPU us of an operation with a key of 2048 bits
 *
 * One thread; the mean of the rounds that fit into the time, as what a server does in that time is a mean. */
#include "bare_lanes.h"

#include "base/compiler.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { STRETCH = 16 * 1024, KEY_BITS = 2048, RSA_ROUND = 8, BLOCK = 16 };

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "bench_seal: %s\n", what);
    exit(1);
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* CPU seconds of a round, when as many are done as take `seconds`. */
static double cost(void (*round)(void *user), void *user, double seconds)
{
    round(user); /* its memory is touched, and its keys are set up */
    double begun = cpu_seconds(), now = begun;
    long rounds = 0;
    for (; now < begun + seconds; rounds++) {
        round(user);
        now = cpu_seconds();
    }
    return (now - begun) / (double)rounds;
}

/* ---- much: one stream, or lanes ---- */

struct bulk {
    size_t size;
    uint8_t *in, *out;
    EVP_MAC_CTX *mac;
    EVP_CIPHER_CTX *cipher;
    struct bare_lanes *lanes;
};

static void one_stream(struct bulk *b, bool seal)
{
    static const uint8_t key[32], iv[16];
    uint8_t tag[32];
    size_t tag_len;
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0),
                                 OSSL_PARAM_construct_end()};
    bool good = EVP_MAC_init(b->mac, key, sizeof key, params) &&
                EVP_CipherInit_ex2(b->cipher, EVP_aes_256_cbc(), key, iv, seal, NULL) &&
                EVP_CIPHER_CTX_set_padding(b->cipher, 0);
    for (size_t at = 0; good && at < b->size; at += STRETCH) {
        size_t n = b->size - at < STRETCH ? b->size - at : STRETCH;
        int written;
        good = EVP_CipherUpdate(b->cipher, b->out + at, &written, b->in + at, (int)n) &&
               EVP_MAC_update(b->mac, (seal ? b->in : b->out) + at, n);
    }
    if (!good || !EVP_MAC_final(b->mac, tag, &tag_len, sizeof tag))
        fail("OpenSSL refused");
}

static void seal_one_stream(void *user)
{
    one_stream(user, true);
}

static void open_one_stream(void *user)
{
    one_stream(user, false);
}

/* In bursts of chunks, as large as they may be. */
static void side_by_side(void *user)
{
    struct bulk *b = user;
    size_t bursts = b->size / BARE_LANES_JOBS / BARE_LANES_MOST_BYTES + 1;
    size_t chunk = b->size / bursts / BARE_LANES_JOBS / BLOCK * BLOCK;
    for (size_t i = 0; i < bursts; i++)
        if (!bare_lanes_seal(b->lanes, b->in + i * BARE_LANES_JOBS * chunk,
                             b->out + i * BARE_LANES_JOBS * (chunk + BARE_LANES_TAG), chunk))
            fail("libipsec-mb refused");
}

static void print_per_gb(const char *name, const struct bulk *b, double seconds)
{
    printf("%s %.6f\n", name, seconds / (double)b->size * 1e9);
}

/* SIZE SECONDS */
static void run_bulk(char **args)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    struct bulk b = {.size = strtoul(args[0], NULL, 10) / BLOCK * BLOCK};
    double seconds = strtod(args[1], NULL);
    b.in = malloc(b.size);
    b.out = malloc(2 * b.size + STRETCH);
    b.mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    b.cipher = EVP_CIPHER_CTX_new();
    b.lanes = bare_lanes_new();
    if (b.size == 0 || !b.in || !b.out || !b.mac || !b.cipher)
        fail("no size, no memory or no HMAC");
    memset(b.in, 1, b.size);
    memset(b.out, 1, 2 * b.size + STRETCH);
    print_per_gb("openssl", &b, cost(seal_one_stream, &b, seconds));
    print_per_gb("opened", &b, cost(open_one_stream, &b, seconds));
    if (b.lanes)
        print_per_gb("lanes", &b, cost(side_by_side, &b, seconds));
    bare_lanes_free(b.lanes);
    EVP_CIPHER_CTX_free(b.cipher);
    EVP_MAC_CTX_free(b.mac);
    EVP_MAC_free(hmac);
    free(b.out);
    free(b.in);
}

/* ---- keys ---- */

struct rsa {
    EVP_PKEY_CTX *sign, *verify;
    uint8_t signature[KEY_BITS / 8];
};

static const uint8_t digest[32];

static void private_operations(void *user)
{
    struct rsa *r = user;
    for (int i = 0; i < RSA_ROUND; i++) {
        size_t n = sizeof r->signature;
        if (EVP_PKEY_sign(r->sign, r->signature, &n, digest, sizeof digest) != 1)
            fail("cannot sign");
    }
}

static void public_operations(void *user)
{
    struct rsa *r = user;
    for (int i = 0; i < RSA_ROUND; i++)
        if (EVP_PKEY_verify(r->verify, r->signature, sizeof r->signature, digest, sizeof digest) != 1)
            fail("cannot verify");
}

static void print_us(const char *name, double seconds)
{
    printf("%s %.3f\n", name, seconds / RSA_ROUND * 1e6);
}

/* SECONDS */
static void run_rsa(char **args)
{
    double seconds = strtod(args[0], NULL);
    EVP_PKEY *key = EVP_RSA_gen(KEY_BITS);
    struct rsa r = {.sign = key ? EVP_PKEY_CTX_new(key, NULL) : NULL,
                    .verify = key ? EVP_PKEY_CTX_new(key, NULL) : NULL};
    if (!r.sign || !r.verify || EVP_PKEY_sign_init(r.sign) != 1 ||
        EVP_PKEY_CTX_set_signature_md(r.sign, EVP_sha256()) != 1 || EVP_PKEY_verify_init(r.verify) != 1 ||
        EVP_PKEY_CTX_set_signature_md(r.verify, EVP_sha256()) != 1)
        fail("no RSA");
    print_us("private", cost(private_operations, &r, seconds));
    print_us("public", cost(public_operations, &r, seconds));
    EVP_PKEY_CTX_free(r.sign);
    EVP_PKEY_CTX_free(r.verify);
    EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "bulk") == 0)
        run_bulk(argv + 2);
    else if (argc == 3 && strcmp(argv[1], "rsa") == 0)
        run_rsa(argv + 2);
    else
        fail("it is used by bench/sealed.py");
    return 0;
}
