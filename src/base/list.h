/* SPDX-License-Identifier: Apache-2.0
 * A doubly linked list of things that carry their own links. No allocation, no locks.
 *
 *     struct item { struct list_link link; ... };
 *     for (struct list_link *l = items.first; l; l = l->next)
 *         struct item *i = container_of(l, struct item, link);
 */
#ifndef UACAM_BASE_LIST_H
#define UACAM_BASE_LIST_H

#include "base/compiler.h"

struct list_link {
    struct list_link *prev, *next;
};

/* Zero it to begin. */
struct list {
    struct list_link *first, *last;
    size_t count;
};

static inline void list_append(struct list *list, struct list_link *link)
{
    link->prev = list->last;
    link->next = NULL;
    *(list->last ? &list->last->next : &list->first) = link;
    list->last = link;
    list->count++;
}

static inline void list_prepend(struct list *list, struct list_link *link)
{
    link->prev = NULL;
    link->next = list->first;
    *(list->first ? &list->first->prev : &list->last) = link;
    list->first = link;
    list->count++;
}

/* `link` must be in `list`. */
static inline void list_remove(struct list *list, struct list_link *link)
{
    *(link->prev ? &link->prev->next : &list->first) = link->next;
    *(link->next ? &link->next->prev : &list->last) = link->prev;
    link->prev = link->next = NULL;
    list->count--;
}

/* Takes the first out, NULL when empty. */
static inline struct list_link *list_pop(struct list *list)
{
    struct list_link *link = list->first;
    if (link)
        list_remove(list, link);
    return link;
}

#endif
