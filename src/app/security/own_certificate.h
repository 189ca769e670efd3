/* SPDX-License-Identifier: Apache-2.0
 * The certificate by which peers know this program, over the years.
 *
 * Peers trust a certificate, not a key: whoever shows another one is a stranger. So the present one stays in
 * use until its end, whatever changes. When it lacks a name of this machine, or its end is near, a next one
 * is made with the same key and used beside it: for peers that come by a name which only the next one has,
 * and, from the end of the present one on, for all.
 *
 * Loop thread, but for own_certificate_make(). */
#ifndef UACAM_APP_SECURITY_OWN_CERTIFICATE_H
#define UACAM_APP_SECURITY_OWN_CERTIFICATE_H

#include "app/security/host_names.h"
#include "app/security/state_folder.h"
#include "crypto/identity.h"

enum { OWN_MAX_FORMER = 16 };

struct own_settings {
    const struct state_folder *state;
    const char *folder;      /* "own" */
    const char *common_name; /* of a certificate that is made */
    const char *application_uri;
    unsigned key_bits;
    const char *host_names;  /* further ones, with commas */
    const char *certificate; /* files that somebody else looks after; empty: we do */
    const char *key;
};

/* Identities live until own_certificate_close(): channels may use one that is out of use. */
struct own_certificate {
    const struct own_settings *settings;
    struct identity *present; /* NULL before the first one was made */
    struct identity *next;    /* NULL: not needed */
    struct identity *former[OWN_MAX_FORMER];
    size_t former_count;
};

/* Makes key and certificate and saves them. Takes up to a second; any thread. */
must_check int own_certificate_make(const struct own_settings *settings, int64_t now_s, struct err_text *why);

/* Loads what is there. `settings` borrowed for life. ERR_NOT_FOUND: nothing was made yet. */
must_check int own_certificate_open(const struct own_settings *settings, struct own_certificate *out,
                                    struct err_text *why);
void own_certificate_close(struct own_certificate *own);

/* Makes the next one when it is needed, puts it in the place of the present one when that is over. Now and
 * then; tells the log what it did. */
void own_certificate_review(struct own_certificate *own, int64_t now_s);

/* For a peer that calls us by this name. */
const struct identity *own_certificate_for(const struct own_certificate *own, struct slice host);

/* The path of one of its files: "certificate.der", "next.der", "key.pem". */
const char *own_certificate_path(const struct own_settings *settings, const char *name, char out[PATH_MAX]);

#endif
