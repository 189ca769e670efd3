/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <stddef.h>

/* Of two heaps one: the later becomes a child of the earlier. Either may be NULL. */
static struct heap_link *meld(struct heap_link *a, struct heap_link *b)
{
    if (!a || !b)
        return a ? a : b;
    if (b->key < a->key) {
        struct heap_link *earlier = b;
        b = a;
        a = earlier;
    }
    b->previous = a;
    b->next = a->child;
    if (b->next)
        b->next->previous = b;
    a->child = b;
    return a;
}

static struct heap_link *cut_off(struct heap_link *link)
{
    if (link)
        link->next = link->previous = NULL;
    return link;
}

/* The children of one that leaves: two and two are melded, then all of these, the last first. */
static struct heap_link *meld_children(struct heap_link *child)
{
    struct heap_link *pairs = NULL, *all = NULL;
    while (child) {
        struct heap_link *a = child, *b = a->next;
        child = b ? b->next : NULL;
        a = meld(cut_off(a), cut_off(b));
        a->next = pairs;
        pairs = a;
    }
    while (pairs) {
        struct heap_link *pair = pairs;
        pairs = pair->next;
        all = meld(all, cut_off(pair));
    }
    return all;
}

void heap_remove(struct heap *h, struct heap_link *link)
{
    if (!link->in)
        return;
    if (link->previous) {
        *(link->previous->child == link ? &link->previous->child : &link->previous->next) = link->next;
        if (link->next)
            link->next->previous = link->previous;
        h->first = meld(h->first, meld_children(link->child));
    } else {
        h->first = meld_children(link->child);
    }
    *link = (struct heap_link){0};
}

void heap_put(struct heap *h, struct heap_link *link, int64_t key)
{
    if (link->in && link->key == key)
        return;
    heap_remove(h, link);
    link->key = key;
    link->in = true;
    h->first = meld(h->first, link);
}
