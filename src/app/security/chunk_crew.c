/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/chunk_crew.h"

#include <string.h>

enum { MOST_JOBS = 128 };

/* Works that are done together. */
struct batch {
    struct chunk_work *works[CREW_MAX_BATCH];
    size_t work_count;
    size_t job_count;
};

struct seal_batch {
    struct batch b;
    struct seal_job jobs[MOST_JOBS];
};

struct unseal_batch {
    struct batch b;
    struct unseal_job jobs[MOST_JOBS];
};

/* ---- sealing ---- */

static void seal_batch(struct seal_batch *s)
{
    int rc = symmetric_seal(s->jobs, s->b.job_count);
    for (size_t i = 0; i < s->b.work_count; i++)
        s->b.works[i]->rc = rc;
    s->b.work_count = s->b.job_count = 0;
}

/* One that is too large for a batch goes alone. */
static void add_seal(struct seal_batch *s, struct chunk_work *w)
{
    if (w->count > MOST_JOBS) {
        w->rc = symmetric_seal(w->seal, w->count);
        return;
    }
    if (w->count > MOST_JOBS - s->b.job_count)
        seal_batch(s);
    memcpy(s->jobs + s->b.job_count, w->seal, w->count * sizeof *w->seal);
    s->b.job_count += w->count;
    s->b.works[s->b.work_count++] = w;
}

/* ---- opening ---- */

static void unseal_batch(struct unseal_batch *u)
{
    int rc = symmetric_unseal(u->jobs, u->b.job_count);
    const struct unseal_job *from = u->jobs;
    for (size_t i = 0; i < u->b.work_count; i++) {
        struct chunk_work *w = u->b.works[i];
        memcpy(w->unseal, from, w->count * sizeof *from);
        from += w->count;
        w->rc = rc;
    }
    u->b.work_count = u->b.job_count = 0;
}

static void add_unseal(struct unseal_batch *u, struct chunk_work *w)
{
    if (w->count > MOST_JOBS) {
        w->rc = symmetric_unseal(w->unseal, w->count);
        return;
    }
    if (w->count > MOST_JOBS - u->b.job_count)
        unseal_batch(u);
    memcpy(u->jobs + u->b.job_count, w->unseal, w->count * sizeof *w->unseal);
    u->b.job_count += w->count;
    u->b.works[u->b.work_count++] = w;
}

/* ---- the crew ---- */

/* Works of several messages, of several channels, are put together as far as there is room. */
static void work(void *user, struct task *const *tasks, size_t count)
{
    struct seal_batch s;
    struct unseal_batch u;
    (void)user;
    s.b.work_count = s.b.job_count = 0;
    u.b.work_count = u.b.job_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct chunk_work *w = container_of(tasks[i], struct chunk_work, task);
        if (w->seal)
            add_seal(&s, w);
        else
            add_unseal(&u, w);
    }
    seal_batch(&s);
    unseal_batch(&u);
}

struct crew *chunk_crew_new(struct loop *loop)
{
    return crew_new(&(struct crew_setup){.loop = loop, .full = symmetric_lanes(), .work = work});
}

void chunk_crew_take(void *crew, struct chunk_work *w)
{
    crew_submit(crew, &w->task);
}
