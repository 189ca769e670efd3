/* SPDX-License-Identifier: Apache-2.0 */
#include "hold.h"

#include "contest.h"

#include <stdlib.h>

int hold_links(size_t count, uint16_t port, const struct channel_security *security, struct err_text *why)
{
    size_t opened = 0;
    struct link *links = calloc(count, sizeof *links);
    int rc = links ? 0 : err_set(why, ERR_NO_MEMORY, "no memory");
    while (!rc && opened < count)
        rc = link_open_secured(&links[opened++], port, security, why);
    if (!rc)
        contest_stand_ready(count, 0);
    while (opened > 0)
        link_close(&links[--opened]);
    free(links);
    if (!rc)
        contest_print_score(&(struct score){.answers = count});
    return rc;
}
