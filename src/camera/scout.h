/* SPDX-License-Identifier: Apache-2.0
 * Looks for the cameras of one kind, again and again, on a thread of its own.
 *
 * Loop thread only; nothing here waits, except scout_clear(). */
#ifndef UACAM_CAMERA_SCOUT_H
#define UACAM_CAMERA_SCOUT_H

#include "camera/backend.h"
#include "net/loop.h"

/* What one look may find. */
enum { SCOUT_MAX_FOUND = 256 };

struct scout;

struct scout_setup {
    struct loop *loop;
    const struct backend *backend; /* that can detect; borrowed for ever: the thread may be left behind */
    void (*news)(void *user);      /* scout_collect() has something new */
    void *user;
};

/* Of the newest look. */
struct scout_find {
    struct camera_identity *found; /* given, of malloc() */
    size_t count;
    int code; /* the look failed: it says nothing of who is there */
    struct err_text why;
};

/* Gives a scout whose thread looks. ERR_NO_MEMORY, ERR_LIMIT (threads, files). */
must_check int scout_start(struct scout **out, const struct scout_setup *setup, struct err_text *why);

/* False when there was no look since the last collection. */
must_check bool scout_collect(struct scout *s, struct scout_find *out);

void scout_stop(struct scout *s);

/* After scout_stop(): frees it once its thread has ended; leaves the thread to itself when it has not by
 * `deadline_ns` (false). */
bool scout_clear(struct scout *s, int64_t deadline_ns);

#endif
