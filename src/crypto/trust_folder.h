/* SPDX-License-Identifier: Apache-2.0
 * One folder of certificate files, such as trust.h names them. Each call looks at the files as they are now.
 * Any thread. */
#ifndef UACAM_CRYPTO_TRUST_FOLDER_H
#define UACAM_CRYPTO_TRUST_FOLDER_H

#include "crypto/certificate.h"

/* `path` of the file that holds `c`; both borrowed until return. */
typedef void (*trust_folder_visit)(void *user, const char *path, const struct certificate *c);

/* Files that hold no certificate are passed over. ERR_NOT_FOUND, ERR_DENIED: the folder cannot be read. */
must_check int trust_folder_each(const char *folder, trust_folder_visit visit, void *user,
                                 struct err_text *why);

/* The one whose thumbprint begins so, in hexadecimal of either case; given. ERR_NOT_FOUND; ERR_INVALID when
 * more than one does. */
must_check int trust_folder_find(const char *folder, const char *prefix, struct certificate **out,
                                 struct err_text *why);

/* Writes it as THUMBPRINT.der, where a file of this name is replaced. */
must_check int trust_folder_add(const char *folder, const struct certificate *c, struct err_text *why);

/* Writes a revocation list, in DER or PEM, as SHA-1.crl. ERR_INVALID: it is none. */
must_check int trust_folder_add_crl(const char *folder, struct slice content, struct err_text *why);

/* Is there a file THUMBPRINT.der? */
bool trust_folder_holds(const char *folder, const struct certificate *c);

/* Removes each file that holds it. ERR_NOT_FOUND when there is none. */
must_check int trust_folder_remove(const char *folder, const struct certificate *c, struct err_text *why);

#endif
