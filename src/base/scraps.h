/* SPDX-License-Identifier: Apache-2.0
 * Memory for the small things that come and go with each message: samples, headers, what is on its way out.
 *
 * What is given back is kept for the next thing of about its size, so that in steady state a picture costs
 * nothing of the heap, nor scatters itself among what stays. Each thread keeps its own without a lock: for
 * what a thread takes and gives itself, above all the loop's; what another thread gives back stays with that
 * one. A thread that ends calls scraps_trim(). Built with sanitizers, it is the heap that gives and takes
 * (scraps_heap.c), so that they see everything. */
#ifndef UACAM_BASE_SCRAPS_H
#define UACAM_BASE_SCRAPS_H

#include "base/compiler.h"

#include <stddef.h>

enum {
    SCRAPS_LARGEST = 64 << 10,         /* what is larger is the heap's */
    SCRAPS_MAX_KEPT_BYTES = 128 << 10, /* of each of eleven sizes */
};

/* At least `size` bytes of any content, aligned for any type, given until scraps_give(). NULL without memory.
 */
must_check void *scraps_take(size_t size);

/* NULL is allowed. */
void scraps_give(void *start);

/* Gives what this thread keeps back to the heap. */
void scraps_trim(void);

/* Bytes that this thread keeps now. */
size_t scraps_kept(void);

#endif
