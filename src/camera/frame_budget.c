/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/frame_budget.h"

#include <assert.h>
#include <stdlib.h>

struct frame_budget {
    atomic_uint holders; /* the owner and each frame alive */
};

struct frame_budget *frame_budget_new(void)
{
    struct frame_budget *b = malloc(sizeof *b);
    if (b)
        atomic_init(&b->holders, 1);
    return b;
}

void frame_budget_free(struct frame_budget *b)
{
    if (atomic_fetch_sub(&b->holders, 1) == 1)
        free(b);
}

static void uncount(void *budget)
{
    frame_budget_free(budget);
}

bool frame_budget_add(struct frame_budget *b, struct frame *f)
{
    assert(!f->uncount);
    if (atomic_fetch_add(&b->holders, 1) > FRAME_BUDGET) {
        frame_budget_free(b);
        return false;
    }
    f->uncount = uncount;
    f->counter = b;
    return true;
}

bool frame_budget_crowded(const struct frame_budget *b)
{
    return atomic_load(&b->holders) - 1 > FRAME_BUDGET / 2;
}
