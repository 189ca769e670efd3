/* SPDX-License-Identifier: Apache-2.0
 * The running server: everything wired together, from cameras to sockets. */
#ifndef UACAM_APP_SERVE_H
#define UACAM_APP_SERVE_H

#include "app/config.h"

/* Serves until SIGTERM or SIGINT. `file` is where the user says the configuration is, NULL when he does not.
 * Tells on stderr what it does; failures come back with the next step in their text. */
must_check int serve(const struct config *config, const char *file, struct err_text *why);

#endif
