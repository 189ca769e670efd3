/* SPDX-License-Identifier: Apache-2.0
 * Whether a certificate is to be trusted, judged by lists in memory (Part 4 §6.1.3). Any thread, as long as
 * the lists stay as they are. */
#ifndef UACAM_CRYPTO_CERTIFICATE_CHECK_H
#define UACAM_CRYPTO_CERTIFICATE_CHECK_H

#include "crypto/certificate.h"

/* In the order in which it is looked for them: the first counts. */
enum certificate_fault {
    CERTIFICATE_GOOD,
    CERTIFICATE_INVALID, /* malformed, or a signature in its chain is wrong */
    CERTIFICATE_CHAIN_INCOMPLETE,
    CERTIFICATE_POLICY, /* key or signature too weak, or of a kind that no suite has */
    CERTIFICATE_UNTRUSTED,
    CERTIFICATE_TIME,
    CERTIFICATE_ISSUER_TIME,
    CERTIFICATE_HOST,
    CERTIFICATE_URI,
    CERTIFICATE_USE,
    CERTIFICATE_ISSUER_USE,
    CERTIFICATE_REVOCATION_UNKNOWN,
    CERTIFICATE_ISSUER_REVOCATION_UNKNOWN,
    CERTIFICATE_REVOKED,
    CERTIFICATE_ISSUER_REVOKED,
};

/* Certificates and revocation lists that an administrator put there. */
struct trust_list {
    struct certificate **trusted; /* they, and what they issued */
    size_t trusted_count;
    struct certificate **issuers; /* only to build chains with */
    size_t issuer_count;
    struct X509_crl_st **crls;
    size_t crl_count;
};

/* What is expected of it. */
struct certificate_check {
    int64_t now_s;                /* UTC since 1970 */
    enum certificate_usage part;  /* its owner's: USAGE_SERVER or USAGE_CLIENT; 0: any */
    struct slice host;            /* that we connect to; null: not looked at */
    struct slice application_uri; /* that its owner gives; null: not looked at */
};

/* `why` tells a person what is wrong and with which certificate of the chain. */
must_check enum certificate_fault certificate_check(const struct certificate *c,
                                                    const struct certificate_check *check,
                                                    const struct trust_list *list, struct err_text *why);

#endif
