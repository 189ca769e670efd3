/* SPDX-License-Identifier: Apache-2.0
 * The folders in which an administrator keeps whom to trust, as in common stacks:
 *
 *     trusted/certs  trusted/crl    they, and what they issued
 *     issuers/certs  issuers/crl    only to build chains with
 *     rejected/certs                shown to us and refused: bounded, the oldest goes first
 *
 * Files in DER or PEM, of any name. Changes count from the next check on. One thread at a time. */
#ifndef UACAM_CRYPTO_TRUST_H
#define UACAM_CRYPTO_TRUST_H

#include "crypto/certificate_check.h"

enum { TRUST_MAX_FILES = 1000 }; /* in one folder; more are passed over */

struct trust;

/* Makes the folders that are missing, for their owner alone. `*out` is given. */
must_check int trust_open(const char *folder, size_t max_rejected, struct trust **out, struct err_text *why);

/* NULL is allowed. */
void trust_close(struct trust *t);

/* Another number when what is in the folders has changed. */
uint64_t trust_version(struct trust *t);

/* One thing in the folders, as it was read last. */
enum trusted_kind { TRUSTED_CERTIFICATE, TRUSTED_ISSUER, TRUSTED_REVOCATIONS };
struct trusted {
    enum trusted_kind kind;
    uint8_t thumbprint[THUMBPRINT_SIZE]; /* SHA-1 */
    struct slice name;                   /* of a certificate; null: none */
};

size_t trust_count(const struct trust *t);
void trust_each(const struct trust *t, void (*visit)(void *user, const struct trusted *what), void *user);

/* As certificate_check() with what is in the folders now. One that is refused, but not malformed, is kept in
 * rejected/certs as THUMBPRINT.der. */
must_check enum certificate_fault trust_check(struct trust *t, const struct certificate *c,
                                              const struct certificate_check *check, struct err_text *why);

#endif
