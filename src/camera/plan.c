/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/plan.h"

#include "base/clock.h"

/* So much before its grid time a frame may come: cameras do not keep time to the microsecond, and a follower
 * at just the camera's own rate would otherwise miss every other frame. */
static int64_t tolerance(int64_t interval_ns)
{
    int64_t part = interval_ns / 8;
    return part < 4 * NS_PER_MS ? part : 4 * NS_PER_MS;
}

static int64_t later(int64_t t, int64_t by)
{
    return t > INT64_MAX - by ? PLAN_NEVER : t + by;
}

void plan_init(struct plan *p)
{
    *p = (struct plan){.wake_ns = PLAN_NEVER, .needed_ns = INT64_MIN / 2};
}

void plan_make(struct plan *p, const struct plan_rule *rule, int64_t due_ns, int64_t now_ns)
{
    if (p->need)
        p->needed_ns = now_ns;
    if (due_ns < now_ns)
        due_ns = now_ns;
    int64_t open_ns = due_ns == PLAN_NEVER ? PLAN_NEVER : due_ns - rule->lead_ns;
    int64_t close_ns = later(p->needed_ns, rule->linger_ns);
    p->need = due_ns != PLAN_NEVER && (open_ns <= close_ns || open_ns <= now_ns);
    p->keep = p->need || now_ns < close_ns;
    p->wake_ns = p->need ? PLAN_NEVER : p->keep ? close_ns : open_ns;
}

int64_t plan_next_due(int64_t due_ns, int64_t interval_ns, int64_t exposed_ns)
{
    if (interval_ns <= 0)
        return exposed_ns + 1;
    bool late = due_ns == PLAN_ASAP || exposed_ns - due_ns >= interval_ns;
    return late ? later(exposed_ns, interval_ns - tolerance(interval_ns)) : later(due_ns, interval_ns);
}

int64_t plan_retune(int64_t due_ns, int64_t old_interval_ns, int64_t interval_ns)
{
    bool known = due_ns != PLAN_ASAP && due_ns != PLAN_NEVER;
    return known ? later(due_ns - old_interval_ns, interval_ns) : PLAN_ASAP;
}
