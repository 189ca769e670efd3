/* SPDX-License-Identifier: Apache-2.0
 * An X.509 certificate that somebody showed, read into plain facts (Part 6 §6.2). Whether it is to be trusted
 * is another question: trust.h.
 *
 * The bytes may come from a stranger. Constant once made: any thread. */
#ifndef UACAM_CRYPTO_CERTIFICATE_H
#define UACAM_CRYPTO_CERTIFICATE_H

#include "base/arena.h"
#include "base/err.h"

enum {
    CERTIFICATE_MAX_DER = 16 * 1024, /* of one */
    CERTIFICATE_MAX_CHAIN = 8,       /* certificates that are shown or looked for together */
    CERTIFICATE_MAX_HOSTS = 64,
    THUMBPRINT_SIZE = 20,
};

/* What a key may be used for; the bits are ours. */
enum certificate_usage {
    USAGE_SIGN = 1 << 0,     /* digitalSignature */
    USAGE_ENCIPHER = 1 << 1, /* keyEncipherment with dataEncipherment */
    USAGE_SERVER = 1 << 2,   /* serverAuth, or no extendedKeyUsage */
    USAGE_CLIENT = 1 << 3,
    USAGE_ISSUE = 1 << 4, /* a CA that may sign certificates */
};

struct certificate {
    struct slice der;                    /* of this one, without those behind it */
    uint8_t thumbprint[THUMBPRINT_SIZE]; /* SHA-1 of `der` */
    struct slice common_name;            /* of the subject; null: none */
    struct slice application_uri;        /* null: none */
    struct slice *hosts;                 /* DNS names, and addresses as text */
    size_t host_count;
    int64_t not_before_s, not_after_s; /* UTC since 1970 */
    unsigned key_bits;                 /* of an RSA key; 0: another kind */
    size_t key_size;                   /* the same in bytes: of a signature, of an encrypted block */
    unsigned usage;                    /* enum certificate_usage */
    bool strong_signature;             /* made with SHA-256 or more */
    bool self_issued;                  /* its subject is its issuer */

    struct certificate *issuers[CERTIFICATE_MAX_CHAIN - 1]; /* those that came behind it; these have none */
    size_t issuer_count;

    struct arena texts;
    struct x509_st *x509;
    struct evp_pkey_st *key; /* public; borrowed from x509 */
};

/* Reads a certificate in DER, with its issuers behind it where the sender appended them. `*out` is given,
 * NULL on failure: ERR_INVALID, ERR_UNSUPPORTED (key), ERR_LIMIT (size, number), ERR_NO_MEMORY. */
must_check int certificate_read(struct slice der, struct certificate **out, struct err_text *why);

/* As certificate_read(), of a file's content: DER or PEM. */
must_check int certificate_read_text(struct slice content, struct certificate **out, struct err_text *why);

/* NULL is allowed. */
void certificate_free(struct certificate *c);

bool certificate_equal(const struct certificate *a, const struct certificate *b);

/* Is it for this host? Names are compared without regard to case, "*." stands for one label; addresses by
 * value. */
bool certificate_names_host(const struct certificate *c, struct slice host);

/* "2026-01-31" of one of its times; "?" for a year that nobody can write. */
enum { CERTIFICATE_DATE = 16 };
const char *certificate_date_text(int64_t utc_s, char out[CERTIFICATE_DATE]);

/* The thumbprint in hexadecimal, with its end. */
void certificate_thumbprint_text(const struct certificate *c, char out[2 * THUMBPRINT_SIZE + 1]);

/* Appends it to `out` in PEM, as other programs import it. ERR_LIMIT, ERR_NO_MEMORY. */
must_check int certificate_write_pem(const struct certificate *c, struct buf *out);

#endif
