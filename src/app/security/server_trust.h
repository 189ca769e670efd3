/* SPDX-License-Identifier: Apache-2.0
 * The security of `uacam get` and its like: their own certificate, made when it is first needed, and the
 * servers that this user trusts. A server that is met for the first time is shown to the person at the
 * terminal; where there is none it is refused, with the command that trusts it. */
#ifndef UACAM_APP_SECURITY_SERVER_TRUST_H
#define UACAM_APP_SECURITY_SERVER_TRUST_H

#include "app/security/own_certificate.h"
#include "crypto/trust.h"
#include "wire/status.h"

/* Zero it; the folder is opened when it is needed. */
struct server_trust {
    struct state_folder state;
    bool is_open;
    struct trust *servers;
    struct own_settings settings;
    struct own_certificate own;
    char uri[512];
    char common_name[80];
};

void server_trust_close(struct server_trust *t);

/* For a struct client_security, with the struct server_trust as its context. */
const struct identity *server_trust_own(void *context, struct err_text *why);
ua_status server_trust_verify(void *context, const struct certificate *server, struct slice application_uri,
                              const char *host, struct err_text *why);

#endif
