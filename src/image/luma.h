/* SPDX-License-Identifier: Apache-2.0
 * The luma of a frame, kept for comparing: what "the picture changed" is measured on.
 *
 * Shared by counting, never changed. Raw formats give full size, copied from their planes; a JPEG gives a
 * quarter of each side, by a grey decode that does a sixteenth of the inverse transform's work
 * (docs/change.md compares the two). Any thread. */
#ifndef UACAM_IMAGE_LUMA_H
#define UACAM_IMAGE_LUMA_H

#include "base/err.h"
#include "image/frame.h"

struct luma {
    atomic_uint refs;
    uint32_t width, height;
    bool full_range;       /* 0..255, not BT.601's 16..235 */
    uint64_t frame_number; /* of the frame that it is of */
    uint8_t samples[];     /* width * height, row after row */
};

/* Gives a new one. ERR_INVALID: a broken JPEG; ERR_LIMIT, ERR_NO_MEMORY. */
must_check int luma_of_frame(const struct frame *f, struct luma **out, struct err_text *why);

struct luma *luma_ref(struct luma *l);
void luma_unref(struct luma *l); /* NULL is allowed */

/* How many percent of the samples differ by more than `threshold` (of 255, at full range). 100 when the sizes
 * or ranges differ. */
double luma_change(const struct luma *a, const struct luma *b, uint8_t threshold);

#endif
