/* SPDX-License-Identifier: Apache-2.0
 * The settings of one camera for whoever turns its knobs: what there is, writing, watching, remembering.
 *
 * Asks the device through a tuner, which runs while there is something to do. Keeps what the stream shall be
 * like and what was written, for when the camera comes back. Loop thread only; nothing here waits, except
 * panel_clear(). Callbacks of requests may begin and cancel requests. */
#ifndef UACAM_CAMERA_PANEL_H
#define UACAM_CAMERA_PANEL_H

#include "camera/errands.h"
#include "camera/setting_file.h"
#include "camera/tuner.h"

struct panel_events {
    /* The list is another; `others`: not only its values. */
    void (*changed)(void *user, bool others);
    /* panel_update() is due. */
    void (*due)(void *user);
    void *user;
};

struct panel_setup {
    struct loop *loop;
    const struct tuner_ops *ops;            /* NULL: nothing can be set */
    const struct camera_identity *identity; /* borrowed for life; it may change */
    struct camera *camera;                  /* whose requests these are */
    struct capture_wish wish;
    int64_t timeout_ns; /* the longest wait for the device */
    struct panel_events events;
};

struct panel {
    struct panel_setup setup;
    struct setting_list list;
    struct setting_memory memory;
    struct setting_file file; /* where that is kept */
    bool loading;             /* it is being read: nothing else is done before */
    struct capture_wish wish; /* of the stream, as it is now */
    bool rewished;            /* the present stream does not know it */
    int64_t fresh_ns;         /* pictures exposed before show a stream that was set otherwise */

    struct tuner *tuner; /* NULL: none runs */
    bool ending;         /* it is told to end */
    bool working;        /* it has a job: */
    enum tuner_task task;
    int64_t until_ns; /* then it is taken for hung */
    bool hangs;
    int64_t used_ns; /* when it had its last job */

    bool absent;         /* the device is known to be away */
    bool unsure;         /* what is known of it may be wrong: look once it streams */
    bool list_due;       /* look now */
    bool restore_due;    /* before that, or before it streams, set what was written */
    bool restore_failed; /* try again after the next failure of the stream */
    bool stops;          /* what is being done, or is next, needs a camera that does not stream */
    unsigned watchers;
    int64_t listed_ns; /* when that was tried last */
    bool list_failed;
    bool drifts; /* some settings change without a word */

    struct errands errands;
};

void panel_init(struct panel *p, const struct panel_setup *setup);

/* What is written is kept in a file of this folder, and what that says now is set as if it was written. */
void panel_keep(struct panel *p, const char *folder);

/* For panel.c: this was written, though the device may have rounded it. */
void panel_remember(struct panel *p, const char *path, const struct setting_value *v);

/* What the camera does. */
struct panel_view {
    bool closed;  /* the device is not open for streaming */
    bool opening; /* it is about to be opened */
};

/* Looks at everything anew. Gives the time of the next update, INT64_MAX when time alone changes nothing. */
int64_t panel_update(struct panel *p, struct panel_view view);

/* The device must not stream just now: it is to be closed, or not to be opened. */
bool panel_holds(const struct panel *p);

/* News of the device: it is away, so requests fail; it is there (again); it streams; its stream failed. */
void panel_lose(struct panel *p);
void panel_find(struct panel *p, const struct tuner_ops *ops);
void panel_streams(struct panel *p);
void panel_failed(struct panel *p, int code);

/* As camera_read_settings()... */
void panel_read(struct panel *p, struct setting_request *r);
void panel_write(struct panel *p, const char *path, const struct setting_value *v, struct setting_request *r);
void panel_cancel(struct panel *p, struct setting_request *r);
void panel_watch(struct panel *p, bool watch);

/* Ends all requests without calling them, tells the tuner to end. */
void panel_stop(struct panel *p);

/* After panel_stop(): waits for the tuner until `deadline_ns`, then leaves it behind. */
void panel_clear(struct panel *p, int64_t deadline_ns);

#endif
