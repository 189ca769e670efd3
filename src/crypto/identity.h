/* SPDX-License-Identifier: Apache-2.0
 * An application's own certificate with the private key to it (Part 6 §6.2).
 *
 * Made at first start, kept in two files, renewed when identity_renewal() says so: with the same key or
 * another. Constant once made: any thread. */
#ifndef UACAM_CRYPTO_IDENTITY_H
#define UACAM_CRYPTO_IDENTITY_H

#include "crypto/certificate.h"

struct identity {
    struct certificate *certificate;
    struct evp_pkey_st *key; /* private */
};

/* What a certificate tells of its owner. */
struct identity_names {
    const char *common_name; /* at most 64 characters */
    const char *application_uri;
    const char *const *hosts; /* DNS names and addresses */
    size_t host_count;
};

/* Makes a certificate that signs itself, good from `now_s` for `days`, with an RSA key of `key_bits`, or with
 * the key of `former` when it is not NULL. Takes some 100 ms for a new key. `*out` is given. */
must_check int identity_make(const struct identity_names *names, int64_t now_s, unsigned days,
                             unsigned key_bits, const struct identity *former, struct identity **out,
                             struct err_text *why);

/* From DER or PEM; the key without a password. ERR_INVALID when they do not belong together,
 * ERR_UNSUPPORTED when the key does not fit any suite. `*out` is given. */
must_check int identity_read(struct slice certificate, struct slice key, struct identity **out,
                             struct err_text *why);

/* As identity_read(), from files. ERR_NOT_FOUND when one is not there. */
must_check int identity_load(const char *certificate_path, const char *key_path, struct identity **out,
                             struct err_text *why);

/* The certificate as DER, the key as PEM; each file for its owner alone. */
must_check int identity_save(const struct identity *id, const char *certificate_path, const char *key_path,
                             struct err_text *why);

/* NULL is allowed. */
void identity_free(struct identity *id);

enum identity_renewal {
    RENEWAL_NOT_NEEDED,
    RENEWAL_NAMES, /* a name of ours is missing in it */
    RENEWAL_TIME,  /* over, or less than a tenth of its time is left */
};

/* Names that it has too many do not matter: clients that trust it go on. */
enum identity_renewal identity_renewal(const struct certificate *c, const struct identity_names *names,
                                       int64_t now_s);

#endif
