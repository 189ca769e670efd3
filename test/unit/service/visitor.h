/* SPDX-License-Identifier: Apache-2.0
 * Clients that come by secured channels, from here or elsewhere, and log in with users that the test judges.
 */
#ifndef UACAM_TEST_SERVICE_VISITOR_H
#define UACAM_TEST_SERVICE_VISITOR_H

#include "crypto/suite.h"
#include "stage.h"

/* Who checks logins. */
struct checker {
    bool later; /* else it answers at once */
    ua_status answer;
    enum role role;
    struct login *login; /* waits for an answer */
    unsigned asked, cancelled;
    char user[128], password[600];
};

/* A server that offers everything: loopback may be anonymous or a user on all, the network must be a user,
 * and not on None. Its certificate is the fixed server's. */
struct house {
    struct stage stage;
    struct checker checker;
    struct endpoint_offer offers[8];
    struct identity *identity;
    const struct identity *present;
    struct identity *client, *stranger; /* for visitors */
};

void house_init(struct house *h);
void house_clear(struct house *h);

/* Answers the login that waits. */
void checker_answer(struct checker *c, ua_status status, enum role role);

struct visitor {
    struct client client;
    struct house *house;
    const struct suite *suite;  /* NULL: None */
    const struct identity *own; /* NULL with None */
    uint8_t nonce[32];          /* the server's last */
    struct ua_nodeid session_id;
};

/* The channel alone. */
void visitor_open(struct visitor *v, struct house *h, const struct suite *suite, uint32_t mode,
                  const struct identity *own, bool loopback);

/* A good CreateSession, to be spoilt. */
struct ua_create_session_request visitor_creation(const struct visitor *v);

/* Sends it; checks all that the server must prove. */
const struct ua_create_session_response *visitor_create(struct visitor *v);

/* What a good ActivateSession holds, to be spoilt; it borrows from here. */
struct activation_parts {
    struct ua_activate_session_request request;
    uint8_t signature[512], user_signature[512], password[1024];
    struct ua_anonymous_identity_token anonymous;
    struct ua_user_name_identity_token user;
    struct ua_x509_identity_token x509;
};

/* A null `user`: anonymous. */
void visitor_activation(struct visitor *v, struct activation_parts *parts, const char *user,
                        const char *password);
void visitor_activation_x509(struct visitor *v, struct activation_parts *parts, const struct identity *user);

/* Takes the answer of an ActivateSession that must have come: Good, or what it was refused with. */
ua_status visitor_activated(struct visitor *v, uint32_t request);

/* All of it: asks and takes. */
ua_status visitor_activate(struct visitor *v, struct activation_parts *parts);
ua_status visitor_log_in(struct visitor *v, const char *user, const char *password);

/* The session of `from`, with its token and last nonce, from this channel on. */
void visitor_take_over(struct visitor *v, const struct visitor *from);

/* Reads something: Good, or what the service is refused with. */
ua_status visitor_read(struct visitor *v);

#endif
