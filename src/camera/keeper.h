/* SPDX-License-Identifier: Apache-2.0
 * Keeps one device open while it is needed: runs its backend in a thread, opens it again after a failure.
 *
 *               needed              started
 *     CLOSED ------------> OPENING ---------> STREAMING
 *      ^  ^  ^                | |                | |
 *      |  |  +--ended: failed-+ |                | |
 *      |  +-------------- ended: failed ---------+ |
 *      |                        |                  |
 *      +-----ended----- CLOSING <-----------------+    not kept, or hangs: failed
 *
 * After a failure it waits 0.25 s, then twice as long each time up to 5 s, until a frame comes; for a device
 * that is known to be away 5 s each time, as whoever told so may err. Loop thread only; nothing here waits,
 * except keeper_clear(). */
#ifndef UACAM_CAMERA_KEEPER_H
#define UACAM_CAMERA_KEEPER_H

#include "camera/camera.h"
#include "camera/capture_run.h"

enum keeper_state { KEEPER_CLOSED, KEEPER_OPENING, KEEPER_STREAMING, KEEPER_CLOSING, KEEPER_STATE_COUNT };

struct keeper_events {
    /* A frame came, with its number; borrowed. */
    void (*frame)(void *user, struct frame *f);
    /* An attempt failed: see keeper.failure. */
    void (*failed)(void *user);
    /* Frames were lost or skipped, the state changed: keeper_update() is due. */
    void (*changed)(void *user);
    void *user;
};

struct keeper {
    struct loop *loop;
    const struct backend *backend; /* NULL: not known yet */
    const struct camera_identity *identity;
    const struct camera_config *config;
    struct frame_budget *budget;
    struct keeper_events events;

    enum keeper_state state;
    struct capture *capture; /* NULL when closed */
    int64_t opened_ns;
    double fps; /* of the run, as the device says */

    bool absent; /* the device is known to be away */
    int failure; /* enum err of the last attempt, until a frame comes; 0: none */
    struct err_text why;
    char held_by[CAMERA_TEXT]; /* of ERR_BUSY: who has the device */
    int64_t failed_ns;
    int64_t retry_ns; /* not opened before */
    int64_t delay_ns; /* what the next failure costs */

    struct capture_wish wish; /* of the next run; the owner's to set */
    int64_t lead_ns;          /* from opening to the first good frame, as measured, with some reserve */
    uint64_t next_number;
    uint64_t lost, skipped; /* frames, ever */
    uint32_t reopen_count;  /* attempts after a failure */
};

/* All pointers are borrowed for life; the identity may change while the device is closed or moves. */
void keeper_init(struct keeper *k, struct loop *loop, const struct backend *backend,
                 const struct camera_identity *identity, const struct camera_config *config,
                 struct frame_budget *budget, const struct keeper_events *events);

/* Opens or closes as `need` and `keep` (see camera/plan.h) say. Gives the time of the next update, PLAN_NEVER
 * when time alone changes nothing. */
int64_t keeper_update(struct keeper *k, bool need, bool keep);

/* Would keeper_update() open the device now if it was needed? */
bool keeper_may_open(const struct keeper *k);

/* Frames exposed at or after `due_ns` are wanted. */
void keeper_want_from(struct keeper *k, int64_t due_ns);

/* Somebody new asks: the next attempt need not wait longer than 0.25 s after the last. */
void keeper_hurry(struct keeper *k);

/* The last attempt failed so recently that its failure answers whoever waits. */
bool keeper_just_failed(const struct keeper *k);

/* The device is known to be away: that counts as a failure, and as the answer to whoever asks. */
void keeper_lose(struct keeper *k, const struct err_text *why);

/* It is there, at a new place perhaps: the next attempt need not wait. */
void keeper_find(struct keeper *k, const struct backend *backend);

/* Tells a running backend to return. No events any more. */
void keeper_stop(struct keeper *k);

/* After keeper_stop(): waits for the backend until `deadline_ns`, then leaves it behind. */
void keeper_clear(struct keeper *k, int64_t deadline_ns);

#endif
