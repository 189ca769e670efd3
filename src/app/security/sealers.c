/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/sealers.h"

#include <string.h>

/* Chunks that one thread takes at a time: enough to fill the lanes, few enough to share. */
enum { FULL = 16, MOST_JOBS = 128 };

/* Works that are sealed together. */
struct batch {
    struct seal_work *works[CREW_MAX_BATCH];
    size_t work_count;
    struct seal_job jobs[MOST_JOBS];
    size_t job_count;
};

static void seal_batch(struct batch *b)
{
    int rc = symmetric_seal(b->jobs, b->job_count);
    for (size_t i = 0; i < b->work_count; i++)
        b->works[i]->rc = rc;
    b->work_count = b->job_count = 0;
}

/* One that is too large for a batch goes alone. */
static void add(struct batch *b, struct seal_work *w)
{
    if (w->count > MOST_JOBS) {
        w->rc = symmetric_seal(w->jobs, w->count);
        return;
    }
    if (w->count > MOST_JOBS - b->job_count)
        seal_batch(b);
    memcpy(b->jobs + b->job_count, w->jobs, w->count * sizeof *w->jobs);
    b->job_count += w->count;
    b->works[b->work_count++] = w;
}

/* Works of several messages, of several channels, are put together as far as there is room. */
static void seal(void *user, struct task *const *tasks, size_t count)
{
    struct batch b;
    (void)user;
    b.work_count = b.job_count = 0;
    for (size_t i = 0; i < count; i++)
        add(&b, container_of(tasks[i], struct seal_work, task));
    seal_batch(&b);
}

struct crew *sealers_new(struct loop *loop)
{
    return crew_new(&(struct crew_setup){.loop = loop, .full = FULL, .work = seal});
}

void sealers_seal(void *crew, struct seal_work *w)
{
    crew_submit(crew, &w->task);
}
