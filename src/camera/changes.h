/* SPDX-License-Identifier: Apache-2.0
 * How much frames differ from those that were shown before.
 *
 *     ticket = changes_want(c, reference);  ... for each who asks ...
 *     changes_compare(c, frame);
 *     worker: luma of the frame, once; its change against each reference, once  --compared()-->
 *     changes_hold(c, frame->number);       ... whoever takes it for the next reference ...
 *
 * References are numbers of frames whose lumas are kept while somebody holds them. One comparison runs at a
 * time; of the frames that come meanwhile the newest waits for its end. Loop thread only. */
#ifndef UACAM_CAMERA_CHANGES_H
#define UACAM_CAMERA_CHANGES_H

#include "camera/camera.h"
#include "image/luma.h"
#include "net/loop.h"

/* Lumas kept at most. For one more the oldest is forgotten: whoever held it has no reference then. */
enum { CHANGES_LUMAS = 32 };

struct change_pair {
    struct luma *reference; /* shared */
    double percent;
};

/* What became of a frame. Borrowed until the callback returns; the frame may be held until then. */
struct change_result {
    uint64_t ticket;
    struct frame *frame;
    const struct change_pair *pairs;
    size_t pair_count;
    int code; /* enum err: the frame is broken, `why` says how */
    const char *why;
};

struct kept_luma {
    struct luma *luma; /* shared */
    unsigned holders;
    bool wanted; /* for the next comparison to begin */
};

struct change_job;

struct changes {
    struct loop *loop;
    uint8_t threshold;
    struct change_job *job;  /* runs now; NULL: none */
    struct change_job *done; /* given: the memory of the last one, for the next */
    struct frame *next;      /* shared; waits for the job's end */
    uint64_t started;        /* comparisons ever; the ticket of the last */
    struct kept_luma kept[CHANGES_LUMAS];
    size_t kept_count;
    struct snapshot measured; /* the newest that changes_note() was told; frame_number 0: none */
    void (*compared)(void *user, const struct change_result *r);
    void *user;
};

/* `loop` is borrowed for life. */
void changes_init(struct changes *c, struct loop *loop, uint8_t threshold);

/* The next comparison to begin shall be against `reference` as well (0: none). Gives its ticket. */
uint64_t changes_want(struct changes *c, uint64_t reference);

/* Begins it, now or when the one before is done. */
void changes_compare(struct changes *c, struct frame *frame);

/* In percent; -1 when there was no such reference. */
double change_against(const struct change_result *r, uint64_t reference);

/* Keeps the luma of a frame, when it is there, until as many releases. 0 is allowed. Gives `frame_number`. */
uint64_t changes_hold(struct changes *c, uint64_t frame_number);
void changes_release(struct changes *c, uint64_t frame_number);

/* A measure was taken; its luma is kept until the next one. */
void changes_note(struct changes *c, const struct snapshot *measured);

/* The measure at hand, when it compared something and was exposed at `newer_than` or later; else NULL. */
const struct snapshot *changes_find(const struct changes *c, int64_t newer_than_mono_ns);

/* The camera failed or ends: nothing old is compared with any more, what is under way is in vain. */
void changes_drop(struct changes *c);

#endif
