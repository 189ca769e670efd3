/* SPDX-License-Identifier: Apache-2.0
 * A certificate authority for tests: issues certificates and revocation lists, good ones and bad ones. */
#ifndef UACAM_TEST_CRYPTO_AUTHORITY_H
#define UACAM_TEST_CRYPTO_AUTHORITY_H

#include "crypto/certificate.h"

#include <openssl/x509.h>

struct authority {
    EVP_PKEY *key;
    X509 *x509;
};

/* What one is to be like; zeroed, a good one for an application, from yesterday for ten days. */
struct issue {
    const char *name;
    const struct authority *issuer; /* NULL: itself */
    bool is_authority;
    const char *key_usage; /* OpenSSL's words; NULL: as it should be; "": no such extension */
    const char *extended_usage;
    const char *basic_constraints;
    int from_day, days;
    unsigned key_bits; /* 0: 2048 */
    bool fresh_key;    /* else one that others have too: making one takes time */
    bool sha1;
    bool spoil_signature;
};

/* Its certificate takes shared keys that authority_forget_keys() gives back. */
struct authority authority_issue(const struct issue *issue);
void authority_clear(struct authority *a);
void authority_forget_keys(void);

/* Given: as bytes from a stranger, read again. */
struct certificate *authority_certificate(const struct authority *a);

/* Writes its certificate, or a list of what it revoked (`revoked` may be NULL) that is good for `days`. */
void authority_write(const struct authority *a, const char *path);
void authority_write_crl(const struct authority *a, const struct authority *revoked, int days,
                         const char *path);

#endif
