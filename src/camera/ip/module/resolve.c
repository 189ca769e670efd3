/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/resolve.h"

#include "base/thread.h"

#include <netdb.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LOOK_MS = 100 }; /* whether the viewer is gone */

/* Belongs to whoever lets go of it last: the thread may outlive the wait. */
struct lookup {
    char host[256];
    int done_fd;
    int code; /* of getaddrinfo(), once `done_fd` is readable */
    atomic_uint holders;
};

static int look_up(const char *host, int flags)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags}, *found;
    int code = getaddrinfo(host, NULL, &hints, &found);
    if (code == 0)
        freeaddrinfo(found);
    return code;
}

static void let_go(struct lookup *l)
{
    if (atomic_fetch_sub(&l->holders, 1) > 1)
        return;
    close(l->done_fd);
    free(l);
}

static void *run(void *user)
{
    struct lookup *l = user;
    l->code = look_up(l->host, 0);
    eventfd_write(l->done_fd, 1);
    let_go(l);
    return NULL;
}

static int start_thread(struct lookup *l)
{
    pthread_t thread;
    int errnum = thread_start(&thread, run, l);
    if (errnum == 0)
        pthread_detach(thread);
    return errnum;
}

static struct lookup *start(const char *host)
{
    struct lookup *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    snprintf(l->host, sizeof l->host, "%s", host);
    atomic_init(&l->holders, 2);
    l->done_fd = eventfd(0, EFD_CLOEXEC);
    if (l->done_fd >= 0 && start_thread(l) == 0)
        return l;
    if (l->done_fd >= 0)
        close(l->done_fd);
    free(l);
    return NULL;
}

int resolve(const struct viewer *v, const char *host, struct err_text *why)
{
    if (look_up(host, AI_NUMERICHOST) == 0)
        return 0;
    struct lookup *l = start(host);
    if (!l)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory to look its name up", v->shown);
    struct pollfd done = {.fd = l->done_fd, .events = POLLIN};
    int rc = 0;
    while (!viewer_gone(v) && !viewer_late(v) && poll(&done, 1, LOOK_MS) <= 0)
        ;
    eventfd_t ignored;
    if (done.revents & POLLIN && eventfd_read(l->done_fd, &ignored) == 0)
        rc = l->code ? err_set(why, ERR_GONE,
                               "%s: the name %.80s is not known (%s): check it, or write the camera's IP "
                               "address",
                               v->shown, host, gai_strerror(l->code))
                     : 0;
    else if (!viewer_gone(v))
        rc = err_set(why, ERR_TIMEOUT, "%s: no name server answers for %.80s: write the camera's IP address",
                     v->shown, host);
    let_go(l);
    return rc;
}
