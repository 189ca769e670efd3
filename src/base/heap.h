/* SPDX-License-Identifier: Apache-2.0
 * A heap of things that carry their own links: the one with the least key is at hand. No allocation, no
 * locks.
 *
 *     struct item { struct heap_link due; ... };
 *     heap_put(&items, &i->due, when);
 *     struct item *i = container_of(items.first, struct item, due);
 *
 * A pairing heap: putting one in costs O(1), taking one out O(log n) on average over time. Those with equal
 * keys come in any order. */
#ifndef UACAM_BASE_HEAP_H
#define UACAM_BASE_HEAP_H

#include <stdbool.h>
#include <stdint.h>

/* Zero it to begin. */
struct heap_link {
    int64_t key;
    bool in;
    struct heap_link *child; /* the first of those that come later than this one */
    struct heap_link *next;  /* another child of the same parent */
    /* The child before; the parent for the first child; NULL for the heap's first. */
    struct heap_link *previous;
};

/* Zero it to begin. */
struct heap {
    struct heap_link *first; /* has the least key; NULL when empty */
};

/* Puts it in, or gives it another key. */
void heap_put(struct heap *h, struct heap_link *link, int64_t key);

/* Does nothing for one that is not in. */
void heap_remove(struct heap *h, struct heap_link *link);

#endif
