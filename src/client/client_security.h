/* SPDX-License-Identifier: Apache-2.0
 * How a client wants to be secured, and whom it believes. */
#ifndef UACAM_CLIENT_CLIENT_SECURITY_H
#define UACAM_CLIENT_CLIENT_SECURITY_H

#include "crypto/identity.h"
#include "wire/status.h"

enum client_wish {
    CLIENT_WANTS_BEST, /* that the server has; within this machine None will do */
    CLIENT_WANTS_NONE,
    CLIENT_WANTS_SIGN,
    CLIENT_WANTS_ENCRYPT,
};

/* Everything borrowed for the client's life. */
struct client_security {
    enum client_wish wish;
    const char *policy;   /* "Basic256Sha256"; NULL: the best */
    const char *user;     /* NULL: anonymous */
    const char *password; /* of the user; never sent in clear */

    /* Our own identity, borrowed for the client's life; asked for when a channel is to be secured, may take a
     * second. NULL: there is none, `why` says it. */
    const struct identity *(*own)(void *context, struct err_text *why);

    /* Is it the server that it says to be? Good, or the status with its reason. `host` is whom we called. */
    ua_status (*verify)(void *context, const struct certificate *server, struct slice application_uri,
                        const char *host, struct err_text *why);
    void *context;
};

#endif
