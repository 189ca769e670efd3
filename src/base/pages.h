/* SPDX-License-Identifier: Apache-2.0
 * Memory for pictures: large pieces that come and go thirty times a second.
 *
 * Pages that are given back are kept for the next picture, since the kernel would have to clear each of them
 * anew. What is kept is never more than was in use at one time, nor than the ceilings below; pages_trim()
 * returns it to the system once nobody wants pictures. Built with sanitizers, it is the heap that gives and
 * takes (pages_heap.c), so that they see everything. Any thread. */
#ifndef UACAM_BASE_PAGES_H
#define UACAM_BASE_PAGES_H

#include "base/compiler.h"

#include <stddef.h>

/* Pieces and bytes that are kept at most; the one that was given back first goes first. */
enum { PAGES_MAX_KEPT = 64, PAGES_MAX_KEPT_BYTES = 192 << 20 };

/* At least `size` bytes of any content, aligned to 64 bytes, given until pages_give(). What is never touched
 * costs no memory, so it may be asked for generously. NULL without memory. */
must_check void *pages_take(size_t size);

/* NULL is allowed. */
void pages_give(void *start);

/* Gives what is kept back to the system. */
void pages_trim(void);

/* Bytes that are kept now. */
size_t pages_kept(void);

#endif
