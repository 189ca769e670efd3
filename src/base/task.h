/* SPDX-License-Identifier: Apache-2.0
 * A piece of work that is given away: whoever does it calls back. It is the first part of what the work is
 * about, and lives in the asker.
 */
#ifndef UACAM_BASE_TASK_H
#define UACAM_BASE_TASK_H

#include "base/list.h"

struct task {
    struct list_link link;        /* the doer's */
    size_t weight;                /* in whatever the doer counts */
    void (*done)(struct task *t); /* exactly once, on the thread that gave it away */
};

#endif
