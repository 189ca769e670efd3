/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/principal.h"

#include <string.h>

void principal_set_application(struct principal *p, const struct certificate *c)
{
    if (c)
        memcpy(p->application, c->thumbprint, sizeof p->application);
    else
        memset(p->application, 0, sizeof p->application);
}

bool principal_same_application(const struct principal *a, const struct principal *b)
{
    return memcmp(a->application, b->application, sizeof a->application) == 0;
}

bool principal_same_user(const struct principal *a, const struct principal *b)
{
    return a->token == b->token && strcmp(a->user, b->user) == 0;
}
