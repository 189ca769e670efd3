/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/knock.h"

#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE_S = 3, MAX_UNANSWERED = 16 };

struct knock {
    char path[CAMERA_URI];
    bool answered;
    bool left_behind; /* nobody waits for it: it frees itself */
    int rc;
    struct v4l2_capability cap;
    struct err_text why;
    struct knock *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t answer = PTHREAD_COND_INITIALIZER;
static struct knock *unanswered; /* all that are left behind */
static size_t unanswered_count;

static void forget(struct knock *k)
{
    struct knock **at = &unanswered;
    while (*at != k)
        at = &(*at)->next;
    *at = k->next;
    unanswered_count--;
    free(k);
}

static void *ask(void *user)
{
    struct knock *k = user;
    struct v4l2_device d;
    k->rc = v4l2_open(&d, k->path, &k->why);
    k->cap = d.cap;
    v4l2_close(&d);
    pthread_mutex_lock(&lock);
    k->answered = true;
    pthread_cond_broadcast(&answer);
    if (k->left_behind)
        forget(k);
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* 0 or an errno. */
static int start(struct knock *k)
{
    pthread_t thread;
    int errnum = thread_start(&thread, ask, k);
    if (!errnum)
        pthread_detach(thread);
    return errnum;
}

/* With the lock held. */
static bool is_unanswered(const char *path)
{
    for (const struct knock *k = unanswered; k; k = k->next)
        if (strcmp(k->path, path) == 0)
            return true;
    return false;
}

/* Waits, then takes the answer or leaves the question behind. */
static int await(struct knock *k, struct v4l2_capability *cap, struct err_text *why)
{
    struct timespec until;
    int waited = 0, rc = ERR_TIMEOUT;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&lock);
    while (!k->answered && waited != ETIMEDOUT)
        waited = pthread_cond_clockwait(&answer, &lock, CLOCK_MONOTONIC, &until);
    if (k->answered) {
        rc = k->rc;
        *cap = k->cap;
        if (rc && why)
            *why = k->why;
        free(k);
    } else {
        k->left_behind = true;
        k->next = unanswered;
        unanswered = k;
        unanswered_count++;
    }
    pthread_mutex_unlock(&lock);
    return rc;
}

int v4l2_knock(const char *path, struct v4l2_capability *cap, struct err_text *why)
{
    *cap = (struct v4l2_capability){0};
    pthread_mutex_lock(&lock);
    bool hangs = unanswered_count == MAX_UNANSWERED || is_unanswered(path);
    pthread_mutex_unlock(&lock);
    int rc = ERR_TIMEOUT;
    if (!hangs) {
        struct knock *k = calloc(1, sizeof *k);
        if (!k)
            return err_set(why, ERR_NO_MEMORY, "out of memory");
        snprintf(k->path, sizeof k->path, "%s", path);
        int errnum = start(k);
        if (errnum) {
            free(k);
            return err_errno(why, errnum, "no thread to open %s", path);
        }
        rc = await(k, cap, why);
    }
    return rc == ERR_TIMEOUT
               ? err_set(why, ERR_TIMEOUT, "%s does not open: plug the camera out and in again", path)
               : rc;
}

bool v4l2_knock_pending(void)
{
    pthread_mutex_lock(&lock);
    bool pending = unanswered != NULL;
    pthread_mutex_unlock(&lock);
    return pending;
}
