/* SPDX-License-Identifier: Apache-2.0
 * The shutter's arithmetic: when must the device be open, when may it rest, when is the next picture due.
 *
 * Pure: no clock, no device, no list. All times are monotonic ns. A plan is made anew whenever a demand comes
 * or goes, a frame arrives, or `wake_ns` has come.
 *
 *     due soon            ----needed------------------------>
 *     due far, or never   --kept for linger--|  closed  |--needed, `lead` before it is due-->
 */
#ifndef UACAM_CAMERA_PLAN_H
#define UACAM_CAMERA_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#define PLAN_NEVER INT64_MAX
#define PLAN_ASAP  INT64_MIN /* due: any exposure will do */

struct plan_rule {
    int64_t linger_ns; /* the device stays open so long after it was needed */
    int64_t lead_ns;   /* from opening to the first frame that is any good */
};

struct plan {
    bool need;         /* the device must be open now */
    bool keep;         /* if it is open, it stays so */
    int64_t wake_ns;   /* make the plan anew then; PLAN_NEVER: time alone changes nothing */
    int64_t needed_ns; /* until then it was needed, as far as the plans told */
};

/* For a device that was never needed. */
void plan_init(struct plan *p);

/* `due_ns`: the earliest exposure that anybody wants, PLAN_NEVER for none. */
void plan_make(struct plan *p, const struct plan_rule *rule, int64_t due_ns, int64_t now_ns);

/* The next due time of a follower that wants a picture every `interval_ns` (0: every frame) and gets the one
 * exposed at `exposed_ns` for `due_ns`. The times lie on a grid, so that the average does not drift; a
 * picture that is late by a whole interval begins a new grid, so that no burst makes up for a stall. */
int64_t plan_next_due(int64_t due_ns, int64_t interval_ns, int64_t exposed_ns);

/* The due time of a follower whose interval becomes another after it got its last picture. */
int64_t plan_retune(int64_t due_ns, int64_t old_interval_ns, int64_t interval_ns);

#endif
