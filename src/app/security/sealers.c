/* SPDX-License-Identifier: Apache-2.0 */
#include "app/security/sealers.h"

#include <string.h>

/* Chunks that one thread takes at a time: enough to fill the lanes, few enough to share. */
enum { FULL = 32, MOST_JOBS = 128 };

static void seal_some(struct task *const *tasks, size_t count, const struct seal_job *jobs, size_t job_count)
{
    int rc = symmetric_seal(jobs, job_count);
    for (size_t i = 0; i < count; i++)
        container_of(tasks[i], struct seal_work, task)->rc = rc;
}

/* Works of several messages, of several channels, are put together as far as there is room. */
static void seal(void *user, struct task *const *tasks, size_t count)
{
    struct seal_job jobs[MOST_JOBS];
    size_t from = 0, filled = 0;
    (void)user;
    for (size_t i = 0; i < count; i++) {
        struct seal_work *w = container_of(tasks[i], struct seal_work, task);
        if (w->count > MOST_JOBS - filled) {
            seal_some(tasks + from, i - from, jobs, filled);
            from = i;
            filled = 0;
        }
        if (w->count > MOST_JOBS) {
            seal_some(tasks + i, 1, w->jobs, w->count);
            from = i + 1;
            continue;
        }
        memcpy(jobs + filled, w->jobs, w->count * sizeof *jobs);
        filled += w->count;
    }
    seal_some(tasks + from, count - from, jobs, filled);
}

struct crew *sealers_new(struct loop *loop)
{
    return crew_new(&(struct crew_setup){.loop = loop, .full = FULL, .work = seal});
}

void sealers_seal(void *crew, struct seal_work *w)
{
    crew_submit(crew, &w->task);
}
