/* SPDX-License-Identifier: Apache-2.0
 * Whom the server lets in, as it was at the last look: commands change users and trust behind its back, and
 * each change is to be told. Loop thread only. */
#ifndef UACAM_APP_SECURITY_ADMISSIONS_H
#define UACAM_APP_SECURITY_ADMISSIONS_H

#include "app/security/users.h"
#include "crypto/trust.h"
#include "service/event/audit.h"

/* Zero it to begin. */
struct admissions {
    struct admission *all; /* sorted */
    size_t count;
};

/* Takes in what is there now; `told`, unless NULL, hears of each difference to what was there before.
 * ERR_NO_MEMORY: nothing was told, the next look will. */
must_check int admissions_look(struct admissions *a, const struct users *users, struct trust *trust,
                               void (*told)(void *user, const struct audited_admission *what), void *user);
void admissions_clear(struct admissions *a);

#endif
