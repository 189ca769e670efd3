/* SPDX-License-Identifier: Apache-2.0
 * Counts the frames of one camera that are alive anywhere, under one ceiling.
 *
 * Frames are held by queues, by encoders and by pictures that share their bytes, and may outlive the camera;
 * so the budget lives as long as the longest of them. Any thread. */
#ifndef UACAM_CAMERA_FRAME_BUDGET_H
#define UACAM_CAMERA_FRAME_BUDGET_H

#include "base/compiler.h"
#include "image/frame.h"

enum { FRAME_BUDGET = 32 };

struct frame_budget;

/* NULL without memory. */
must_check struct frame_budget *frame_budget_new(void);

/* The owner lets go; frames may still be alive. */
void frame_budget_free(struct frame_budget *b);

/* Counts `f` until its last reference goes; nobody else may share or count it yet. False when the ceiling is
 * reached. */
must_check bool frame_budget_add(struct frame_budget *b, struct frame *f);

/* More than half is used up: whoever holds frames for the sake of few bytes shall copy those. */
bool frame_budget_crowded(const struct frame_budget *b);

#endif
