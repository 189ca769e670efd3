/* SPDX-License-Identifier: Apache-2.0
 * Joins the demands on one camera: knows which exposure is wanted next, gives each demand its picture.
 *
 *     frame --> no deadband ----------------------------------> pictures --> answer
 *           --> deadband --> changes --> changed enough ------> pictures --> answer, the new reference
 *           --> measures --> changes --> answer, the new reference
 *
 * A demand that compares takes no other frame on that way: what it is given is compared with what it got
 * last.
 *
 * What is not due, or has taken no frame, is not looked at.
 *
 * Callbacks of demands may add and remove any demands. None is called from shutter_add() or shutter_remove(),
 * so no two rounds of answers are ever under way at once. Loop thread only. */
#ifndef UACAM_CAMERA_SHUTTER_H
#define UACAM_CAMERA_SHUTTER_H

#include "camera/camera.h"
#include "camera/changes.h"
#include "camera/pictures.h"

struct shutter {
    struct pictures *pictures;
    struct changes *changes;
    struct list resting;   /* demands for which nothing is under way */
    struct list under_way; /* those that have taken a frame */
    struct list answering; /* those whose callback comes next */
    struct list choosing;  /* those that are due for the frame at hand */
    struct heap due;       /* those that want an exposure */
    struct heap ends;      /* one-shots that wait */
    uint64_t *delivered;   /* counts demands that got a picture */
};

/* All borrowed for life. */
void shutter_init(struct shutter *s, struct pictures *pictures, struct changes *changes, uint64_t *delivered);

/* Ends all demands without calling them. */
void shutter_clear(struct shutter *s);

void shutter_add(struct shutter *s, struct demand *d);

/* Does nothing for one that was never added. */
void shutter_remove(struct shutter *s, struct demand *d);

size_t shutter_count(const struct shutter *s);

/* The earliest exposure that anybody wants, PLAN_NEVER for none. */
int64_t shutter_due(const struct shutter *s);

/* When the next one-shot must be answered, PLAN_NEVER for none. */
int64_t shutter_deadline(const struct shutter *s);

/* Has a demand that is added go on with another pace and deadband. */
void shutter_retune(struct shutter *s, struct demand *d, int64_t interval_ns, double deadband_percent);

/* A frame came: has it made into pictures or compared for whom it is due. False when nobody took it. */
bool shutter_frame(struct shutter *s, struct frame *f);

/* A picture was made, or its frame was broken: then its demands wait for the next frame. */
void shutter_made(struct shutter *s, const struct picture_result *r);

/* A frame was compared, or was broken: then its demands wait for the next frame. */
void shutter_compared(struct shutter *s, const struct change_result *r);

/* The camera failed: ends every one-shot, tells followers that have not heard of this `code`. */
void shutter_fail(struct shutter *s, int code, const char *why);

/* Ends the one-shots whose time is over: with the camera's own failure, or ERR_TIMEOUT when `code` is 0.
 * Gives how long one of them waited, at most. */
int64_t shutter_expire(struct shutter *s, int64_t now_ns, int code, const char *why);

#endif
