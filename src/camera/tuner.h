/* SPDX-License-Identifier: Apache-2.0
 * The thread that talks to one device about its settings: one job at a time, each with one result.
 *
 * It opens the device for the first job and closes it at the end; between jobs it sleeps in the backend's
 * wait() while somebody watches. A device that hangs delays the result: whoever asked looks at the clock.
 * Loop thread only; nothing here waits, except tuner_clear(). */
#ifndef UACAM_CAMERA_TUNER_H
#define UACAM_CAMERA_TUNER_H

#include "camera/setting_memory.h"
#include "net/loop.h"

enum tuner_task {
    TUNER_LIST,
    TUNER_APPLY,   /* `path` = `value` */
    TUNER_RESTORE, /* all of `memory` */
};

/* Every job ends with listing the settings. */
struct tuner_job {
    enum tuner_task task;
    struct capture_wish wish; /* as it is now */
    char path[SETTING_PATH];
    struct setting_value value;
    struct setting_memory memory;
};

struct tuner_result {
    enum tuner_task task;
    int code; /* of opening, of the task, of listing where that is the task */
    struct err_text why;
    bool listed;              /* `list` is as they are now */
    struct setting_list list; /* given */
    struct capture_wish wish; /* as it became */
    char path[SETTING_PATH];  /* of the job */
    struct setting_value value;
};

struct tuner;

struct tuner_setup {
    struct loop *loop;
    const struct tuner_ops *ops;            /* borrowed for ever: the thread may be left behind */
    const struct camera_identity *identity; /* copied */
    void (*news)(void *user);               /* tuner_collect() or tuner_ended() has something new */
    void *user;
};

/* Gives a tuner whose thread runs. ERR_NO_MEMORY, ERR_LIMIT (threads, files). */
must_check int tuner_start(struct tuner **out, const struct tuner_setup *setup, struct err_text *why);

/* Takes the job (its memory too); the one before it must have been answered. */
void tuner_give(struct tuner *t, struct tuner_job *job);

/* The result of the job, if there is one: once. */
must_check bool tuner_collect(struct tuner *t, struct tuner_result *out);

/* Settings may have changed by somebody else's doing since the last job. */
bool tuner_noticed(struct tuner *t);

/* Does it notice by itself? */
void tuner_watch(struct tuner *t, bool watch);

/* Tells the thread to end; news comes when it has. */
void tuner_stop(struct tuner *t);
bool tuner_ended(struct tuner *t);

/* After tuner_stop(): frees it once its thread has ended; leaves the thread to itself when it has not by
 * `deadline_ns` (false). */
bool tuner_clear(struct tuner *t, int64_t deadline_ns);

#endif
