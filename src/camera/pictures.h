/* SPDX-License-Identifier: Apache-2.0
 * The pictures of a camera's newest frame: each recipe made once, by a worker, for all who ask.
 *
 *     frame --pictures_make()--> worker encodes --made()--> kept until a newer frame's picture is there
 *
 * For each recipe one encoder runs at most; of the frames that come meanwhile the newest waits for it. Loop
 * thread only. */
#ifndef UACAM_CAMERA_PICTURES_H
#define UACAM_CAMERA_PICTURES_H

#include "camera/camera.h"
#include "camera/frame_budget.h"
#include "net/loop.h"

/* Recipes that can be in the making at a time. */
enum { PICTURES_RECIPES = 16 };

/* What became of a frame under a recipe. */
struct picture_result {
    const struct image_recipe *recipe;
    struct frame *frame;      /* borrowed */
    struct snapshot snapshot; /* image NULL: it failed with `code` and `why`, the frame is broken */
    bool passed_through;      /* it is the camera's own JPEG */
    int code;
    const char *why;
};

struct picture_job;

struct picture_slot {
    struct image_recipe recipe;
    struct picture_job *job;  /* runs now; NULL: none */
    struct picture_job *done; /* given: the memory of the last one, for the next */
    struct frame *next;       /* shared; waits for the job's end */
    struct snapshot snapshot; /* made last, its image shared; image NULL: none */
};

struct pictures {
    struct loop *loop;
    struct frame_budget *budget;
    struct frame *frame; /* shared: the newest that anybody wanted */
    struct picture_slot slots[PICTURES_RECIPES];
    size_t slot_count;
    void (*made)(void *user, const struct picture_result *r);
    void *user;
};

/* `loop` and `budget` are borrowed for life. */
void pictures_init(struct pictures *p, struct loop *loop, struct frame_budget *budget);

/* Encoders that still run finish unheard. */
void pictures_clear(struct pictures *p);

/* Has `frame` made by the recipe: now, or when the one before is done; a newer one that waits or runs already
 * will do for it. ERR_LIMIT: too many recipes; ERR_NO_MEMORY. */
must_check int pictures_make(struct pictures *p, const struct image_recipe *recipe, struct frame *frame);

/* The picture at hand, when it was exposed at `newer_than` or later; else NULL. Valid until the loop turns.
 */
const struct snapshot *pictures_find(struct pictures *p, const struct image_recipe *recipe,
                                     int64_t newer_than_mono_ns);

/* The number of a frame exposed at `newer_than` or later whose picture is in the making, or can be and is
 * from now on; 0 when there is none. */
uint64_t pictures_join(struct pictures *p, const struct image_recipe *recipe, int64_t newer_than_mono_ns);

/* The camera failed: nothing old may be shown, and what is in the making is in vain. */
void pictures_drop(struct pictures *p);

/* The camera closed: the pictures stay, the frame itself goes. */
void pictures_rest(struct pictures *p);

#endif
