/* SPDX-License-Identifier: Apache-2.0
 * The security of the running server in one place: its certificate, whom it trusts, who may log in, by which
 * endpoints. What channels and services are told follows from it. Loop thread only. */
#ifndef UACAM_APP_SECURITY_GATE_H
#define UACAM_APP_SECURITY_GATE_H

#include "app/security/admissions.h"
#include "app/security/chunk_crew.h"
#include "app/security/doors.h"
#include "app/security/logins.h"
#include "app/security/own_certificate.h"

/* Zero it. */
struct gate {
    void (*changed)(void *watcher); /* who is trusted, or may log in; NULL: never mind */
    void (*told)(void *watcher, const struct audited_admission *what); /* before `changed`; likewise */
    void *watcher;
    struct channel_security channel; /* all but `verify`: gate_judge() does that */
    struct server_access access;

    struct loop *loop;
    const struct config *config;
    struct state_folder state;
    struct own_settings own_settings;
    struct own_certificate own;
    const struct identity *present; /* what `access` shows */
    struct doors doors;
    struct trust *clients;
    struct trust *user_trust;
    struct logins logins;
    struct chunk_pool pool;
    struct crew *chunk_crew;
    struct timer review;
    struct timer watch;
    uint64_t seen; /* versions of trust and users */
    struct admissions admissions;
    char uri[512];
    char common_name[80];
    char advice[CONFIG_TEXT_SIZE]; /* " -c FILE" for commands that we advise, or empty */

    struct job making;
    int made; /* of `making` */
    struct err_text made_why;
    void (*opened)(void *user, int rc, const struct err_text *why);
    void *user;
};

/* Opens what is in the state folder; at first start makes key and certificate on a worker thread. `file`, of
 * the configuration, may be NULL. `opened` comes once when this is good, perhaps before it returns; nothing
 * of the gate is to be used before, but `access` and gate_application_uri() as pointers. */
must_check int gate_open(struct gate *g, struct loop *loop, const struct config *config, const char *file,
                         void (*opened)(void *user, int rc, const struct err_text *why), void *user,
                         struct err_text *why);

/* No logins any more; what is under way ends in its own time. */
void gate_stop(struct gate *g);

/* All channels are gone, the loop has run to its end. */
void gate_close(struct gate *g);

/* Of this server, for ever. */
const char *gate_application_uri(const struct gate *g);

/* Is a client's certificate to be trusted? */
must_check ua_status gate_judge(struct gate *g, const struct certificate *client, struct err_text *why);

/* The certificate for a client that came by this URL. */
const struct identity *gate_identity_for(const struct gate *g, struct slice endpoint_url);

/* What is next for whoever runs this, in the log. */
void gate_advise(const struct gate *g);

#endif
