/* SPDX-License-Identifier: Apache-2.0
 * What a person names as a certificate: a file, or the beginning of the thumbprint of one that we have. The
 * file is read at once, as the user who named it; thumbprints are looked up later. */
#ifndef UACAM_APP_SECURITY_CERTIFICATE_SOURCE_H
#define UACAM_APP_SECURITY_CERTIFICATE_SOURCE_H

#include "crypto/certificate.h"

struct certificate_source {
    const char *name;   /* as written; borrowed */
    struct buf content; /* of the file */
    bool is_file;
};

/* ERR_NOT_FOUND: there is no such file, and it is no thumbprint either. */
must_check int certificate_source_open(const char *name, struct certificate_source *out,
                                       struct err_text *why);

/* Also of one that is all zero. */
void certificate_source_close(struct certificate_source *s);

/* The certificate in the file, or the one in `folder`. `*out` is given. */
must_check int certificate_source_get(const struct certificate_source *s, const char *folder,
                                      struct certificate **out, struct err_text *why);

#endif
