/* SPDX-License-Identifier: Apache-2.0
 * Checks who wants to log in: passwords one after the other on a worker thread, certificates of users, each
 * slowed down after failures (throttle.h). The list of users is read again when its file has changed. A
 * refusal tells the client nothing, the log why.
 *
 * Loop thread only. */
#ifndef UACAM_APP_SECURITY_LOGINS_H
#define UACAM_APP_SECURITY_LOGINS_H

#include "app/security/throttle.h"
#include "app/security/users.h"
#include "crypto/trust.h"
#include "net/loop.h"
#include "service/session/principal.h"

#include <limits.h>

enum { LOGINS_MAX = 64, LOGINS_MAX_PER_ADDRESS = 8 }; /* that wait; more are refused at once */

struct logins {
    struct loop *loop;
    char users_path[PATH_MAX];
    struct users users;
    uint64_t users_seen; /* the file that `users` was read from */
    struct trust *trust; /* of users' certificates; borrowed */
    struct throttle throttle;
    struct list waiting;      /* struct attempt */
    struct attempt *checking; /* on the worker thread; NULL: none */
    struct timer wake;
};

/* With struct logins as their user. */
extern const struct access_ops logins_ops;

/* Zero but for `loop`, `users_path`, `trust`. Reads the users: fails when the file is not as it should be. */
must_check int logins_start(struct logins *l, struct err_text *why);

/* Another number when the users have changed. */
uint64_t logins_version(struct logins *l);

/* May who logged in with this role go on, by the users as they are now? */
bool logins_let_stay(void *logins, const struct principal *who, enum role role);

/* What waits is dropped. The one that is being checked ends in its own time: run the loop, then clear. */
void logins_stop(struct logins *l);
void logins_clear(struct logins *l);

#endif
