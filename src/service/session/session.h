/* SPDX-License-Identifier: Apache-2.0
 * Sessions (Part 4 §5.7): who is there, on which channel, until when.
 *
 *        CreateSession            ActivateSession              CloseSession, timeout
 *     -------------------> CREATED ---------------> ACTIVE -----------------------------> gone
 *                             |     (again: other channel) ^                               ^
 *                             +------------- timeout, CloseSession -----------------------+
 */
#ifndef UACAM_SERVICE_SESSION_SESSION_H
#define UACAM_SERVICE_SESSION_SESSION_H

#include "base/list.h"
#include "base/map.h"
#include "service/request.h"
#include "service/session/principal.h"

enum { SESSION_TOKEN_SIZE = 32, SESSION_NONCE_SIZE = 32 };

struct session {
    struct map_link by_token;
    struct list_link link; /* in server->sessions */
    struct server *server;
    struct peer *peer;          /* NULL: its connection is lost */
    struct list_link peer_link; /* in peer->sessions */
    uint32_t key;               /* small number, never reused in a run: SessionId is ns=1;i=key */
    uint8_t token[SESSION_TOKEN_SIZE];
    bool active;
    struct principal who;              /* its client from the beginning, its user once it is active */
    enum role role;                    /* of the user */
    uint8_t nonce[SESSION_NONCE_SIZE]; /* that the next ActivateSession must answer; good for one */
    struct request *activating;        /* its login is being checked; maybe on another channel */
    unsigned failures;                 /* of activations, since one went well */
    double timeout_ms;
    int64_t last_contact_ns; /* monotonic */
    struct timer expiry;
    struct buf name;    /* SessionName */
    struct buf locale;  /* the first of LocaleIds */
    int64_t created_at; /* DateTime */

    struct list browse_points; /* struct browse_point, service/view/view.h */
    uint32_t next_browse_point;
    struct list subscriptions; /* struct subscription, service/subscription/subscription.h */
    struct list farewells;     /* struct farewell, service/subscription/subscription.h */
    struct list publishes;     /* parked Publish requests in order: struct publish */
    bool held_back;            /* they are not answered: the client does not take what was sent */
};

/* By the token of a RequestHeader; NULL: there is none. */
struct session *session_find(const struct server *s, const struct ua_nodeid *token);

/* Ends it: parked requests get `why`; subscriptions go with it or stay for a transfer. */
void session_close(struct session *s, ua_status why, bool delete_subscriptions);

/* Its connection is lost: what runs for it is cancelled, and it waits for another one until it times out. */
void session_lose_peer(struct session *s);

/* It comes from another connection from now on. */
void session_move(struct session *s, struct peer *to);

/* The client was heard of: the timeout begins anew. */
void session_touch(struct session *s);

struct ua_nodeid session_id(const struct session *s);

/* What a session, or nobody, may do (service/session/permission.h). */
enum role session_role(const struct session *s);

/* Takes no more sessions? The oldest that was never activated makes room (Part 4 §5.7.2.1). */
must_check bool session_make_room(struct server *server);

/* NULL without memory or randomness. */
must_check struct session *session_new(struct server *server, struct peer *peer, struct slice name,
                                       double timeout_ms);

/* Another nonce. False without randomness: the old one stays. */
must_check bool session_renew_nonce(struct session *s);

/* Keeps as much of the text as there is room for. False without memory. */
must_check bool session_keep_text(struct buf *kept, struct slice text);

void create_session(struct request *r, const void *decoded);
void activate_session(struct request *r, const void *decoded);
void close_session(struct request *r, const void *decoded);
void cancel(struct request *r, const void *decoded);

#endif
