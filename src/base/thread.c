/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

int thread_start(pthread_t *out, void *(*run)(void *user), void *user)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int errnum = pthread_create(out, NULL, run, user);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}

unsigned thread_processors(void)
{
    cpu_set_t ours;
    long n = sched_getaffinity(0, sizeof ours, &ours) ? sysconf(_SC_NPROCESSORS_ONLN) : CPU_COUNT(&ours);
    return n < 1 ? 1 : (unsigned)n;
}
