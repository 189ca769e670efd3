/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/frame_budget.h"

#include <stdlib.h>

struct frame_budget {
    atomic_uint holders; /* the owner and each frame alive */
};

/* Stands between a frame and its own release. */
struct counted {
    struct frame_budget *budget;
    frame_release release;
    void *user;
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

static void release_counted(void *user)
{
    struct counted *c = user;
    if (c->release)
        c->release(c->user);
    frame_budget_free(c->budget);
    free(c);
}

bool frame_budget_add(struct frame_budget *b, struct frame *f)
{
    struct counted *c = malloc(sizeof *c);
    if (!c)
        return false;
    if (atomic_fetch_add(&b->holders, 1) > FRAME_BUDGET) {
        frame_budget_free(b);
        free(c);
        return false;
    }
    *c = (struct counted){.budget = b, .release = f->release, .user = f->user};
    f->release = release_counted;
    f->user = c;
    return true;
}

bool frame_budget_crowded(const struct frame_budget *b)
{
    return atomic_load(&b->holders) - 1 > FRAME_BUDGET / 2;
}
