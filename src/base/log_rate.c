/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log_rate.h"

#include "base/clock.h"
#include "base/log.h"

bool log_rate_has_room(struct log_rate *rate, int64_t now_ns, const char *floor, const char *what)
{
    int64_t second = now_ns / NS_PER_S;
    if (second != rate->second) {
        if (rate->untold)
            log_warning(floor, "%u %s were not listed: too many in a second", rate->untold, what);
        *rate = (struct log_rate){.most = rate->most, .second = second};
    }
    if (rate->told < rate->most) {
        rate->told++;
        return true;
    }
    rate->untold++;
    return false;
}
