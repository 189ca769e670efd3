/* SPDX-License-Identifier: Apache-2.0
 * Who is behind a session, as a value: what must be the same when a session moves to another channel, or a
 * subscription to another session. */
#ifndef UACAM_SERVICE_SESSION_PRINCIPAL_H
#define UACAM_SERVICE_SESSION_PRINCIPAL_H

#include "crypto/certificate.h"
#include "service/session/access.h"

enum { PRINCIPAL_USER_MAX = 127 };

struct principal {
    unsigned token;                       /* enum token_bit; 0: nobody yet */
    char user[PRINCIPAL_USER_MAX + 1];    /* its name, of a certificate with its thumbprint; "": anonymous */
    uint8_t application[THUMBPRINT_SIZE]; /* of the client's certificate; zeroes without security */
};

/* The application at the other end of a channel; NULL: without security. */
void principal_set_application(struct principal *p, const struct certificate *c);

bool principal_same_application(const struct principal *a, const struct principal *b);
bool principal_same_user(const struct principal *a, const struct principal *b);

#endif
