/* SPDX-License-Identifier: Apache-2.0
 * What is audited: who comes in, who is refused, what is written and called (Part 4 §6.5). Each becomes a
 * line of the log and an event for administrators (audit_record.h). Loop thread only. */
#ifndef UACAM_SERVICE_EVENT_AUDIT_H
#define UACAM_SERVICE_EVENT_AUDIT_H

#include "service/request.h"
#include "service/session/principal.h"

struct node;

/* A SecureChannel was opened, or not. `p` needs its address, and the rest when it was opened. */
void audit_open_channel(struct server *s, const struct peer *p, ua_status status);

/* A client's certificate was not accepted. */
void audit_certificate(struct server *s, const struct peer *p, const struct certificate *c, ua_status status);

/* `s` is NULL when it was refused. */
void audit_create_session(const struct request *r, const struct session *s, ua_status status);

/* `who` wanted to use the request's session. */
void audit_activate_session(const struct request *r, const struct principal *who, ua_status status);

/* A session is about to end: by CloseSession (`r`), or by itself (NULL). */
void audit_end_session(const struct session *s, const struct request *r);

/* A Write whose outcome may come later, in the arena of its request. Zero: there is nothing to tell. */
struct audited_write {
    struct ua_nodeid node;
    struct ua_variant value;
};

/* Keeps what is to be told; values that are long, or secret, are left out. */
void audit_begin_write(struct request *r, const struct node *n, const struct ua_variant *value,
                       struct audited_write *out);
void audit_end_write(const struct request *r, const struct audited_write *w, ua_status status);

/* The same for a Call of a Method that not everybody may call. */
struct audited_call {
    struct ua_nodeid object, method;
    struct ua_variant *inputs;
    size_t input_count;
};

void audit_begin_call(struct request *r, const struct method_call *call, struct audited_call *out);
void audit_end_call(const struct request *r, const struct audited_call *c, ua_status status);

/* Whom the server lets in was changed on this machine, by a command or in the files. */
struct audited_admission {
    const char *event; /* as the Method is called that does the same: "AddUser", "RemoveCertificate" */
    bool is_user;      /* else something of the trust list */
    const char *id;    /* the user's name, a thumbprint */
    const char *name;  /* the user's role, the name in a certificate */
    const char *as;    /* of the trust list: "trusted", "issuer" */
};

void audit_admission(struct server *s, const struct audited_admission *what);

#endif
