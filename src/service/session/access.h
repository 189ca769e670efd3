/* SPDX-License-Identifier: Apache-2.0
 * Who may come in by which door, and do what: endpoints, users, roles (Part 4 §5.6, Part 18).
 *
 * The server asks its owner through struct access_ops for what it cannot know: is this certificate to be
 * trusted, is this password right. Loop thread only. */
#ifndef UACAM_SERVICE_SESSION_ACCESS_H
#define UACAM_SERVICE_SESSION_ACCESS_H

#include "base/list.h"
#include "crypto/identity.h"
#include "wire/types.h"

/* Part 18 §4.3, the well-known roles that exist here. Each role holds those of the one before. */
enum role {
    ROLE_ANONYMOUS,     /* a session whose user is not known */
    ROLE_OBSERVER,      /* looks */
    ROLE_OPERATOR,      /* and sets, shoots, calls */
    ROLE_ADMINISTRATOR, /* and sees audit events, users, trust: SecurityAdmin with ConfigureAdmin */
    ROLE_COUNT,
};

/* User tokens as bits. */
enum token_bit { TOKEN_ANONYMOUS = 1 << 0, TOKEN_USER_NAME = 1 << 1, TOKEN_X509 = 1 << 2 };

/* One endpoint: a row of GetEndpoints, and what an open channel of this kind may be used for. */
struct endpoint_offer {
    struct slice policy_uri;
    uint32_t mode;            /* enum ua_message_security_mode */
    unsigned loopback_tokens; /* enum token_bit; 0: this endpoint is not for peers on this machine */
    unsigned network_tokens;  /* 0: not for others; they get no further than GetEndpoints and FindServers */
};

/* A login that is being checked; lives in the asker until done or cancelled. */
struct login {
    /* Good with the role, or the status for the client: Bad_UserAccessDenied, Bad_IdentityTokenRejected.
     * Once. */
    void (*done)(struct login *l, ua_status status, enum role role);
    const char *address; /* where it comes from */
    struct slice user;
    void *parked; /* the checker's own */
};

struct access_ops {
    /* Checks a password, off the loop thread; the texts are borrowed until return. */
    void (*check_password)(void *user, struct login *l, struct slice password);

    /* Checks the certificate of a user whose signature was good; borrowed until return. l->user shows whose.
     */
    void (*check_certificate)(void *user, struct login *l, const struct certificate *c);

    /* The asker is gone: `done` is not called. */
    void (*cancel)(void *user, struct login *l);
};

/* Everything borrowed for the server's life. */
struct server_access {
    const struct endpoint_offer *offers; /* in the order of GetEndpoints */
    size_t offer_count;
    const struct identity *const *own; /* the present certificate; *own NULL: None alone */
    enum role anonymous_role; /* what an anonymous session may do: ROLE_ANONYMOUS looks like an Observer */
    const struct access_ops *ops; /* NULL: anonymous alone */
    void *user;
};

#endif
