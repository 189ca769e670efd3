/* SPDX-License-Identifier: Apache-2.0
 * Where uacam keeps what it must not forget: certificates, trust, users. Folders and files are for their
 * owner alone; what others could have read or written is not used.
 *
 *     own/                    key.pem, certificate.der, next.der
 *     pki/                    the clients' certificates: trust.h
 *     users, user-pki/        who may log in, and with which certificates
 *     client/own, client/pki  the same two for `uacam get` and `uacam watch`: servers are trusted here
 */
#ifndef UACAM_APP_SECURITY_STATE_FOLDER_H
#define UACAM_APP_SECURITY_STATE_FOLDER_H

#include "base/err.h"

#include <limits.h>
#include <stdbool.h>

struct state_folder {
    char path[PATH_MAX / 2];
    const char *sudo; /* "sudo " where it belongs to a service, else empty; for commands that we advise */
};

/* Finds it and makes it: `configured`, else $STATE_DIRECTORY (of systemd), else $XDG_STATE_HOME/uacam, else
 * /var/lib/uacam for root, else ~/.local/state/uacam. ERR_DENIED when it is not ours alone. */
must_check int state_folder_open(const char *configured, struct state_folder *out, struct err_text *why);

/* The same for a command that changes what a service has: root goes on as the folder's owner, so that the
 * service can read what is written. Open the user's own files before. */
must_check int state_folder_open_as_owner(const char *configured, struct state_folder *out,
                                          struct err_text *why);

/* The one of the person who runs a command as a client: always $XDG_STATE_HOME/uacam or ~/.local/state/uacam.
 */
must_check int state_folder_open_of_user(struct state_folder *out, struct err_text *why);

/* "FOLDER/name". */
const char *state_folder_path(const struct state_folder *s, const char *name, char out[PATH_MAX]);

/* Makes a folder in it; `name` may be a path of which the first part is there. */
must_check int state_folder_make(const struct state_folder *s, const char *name, struct err_text *why);

/* Waits until no other command changes what is in the folder; until the program ends. */
must_check int state_folder_lock(const struct state_folder *s, struct err_text *why);

/* ERR_DENIED when others than its owner (and its group, if `group` says so) may read or write the file; 0
 * when they may not, or when there is none. */
must_check int private_file_check(const char *path, bool group, struct err_text *why);

#endif
