/* SPDX-License-Identifier: Apache-2.0 */
#include "service/event/event_queue.h"

#include "base/scraps.h"

#include <assert.h>

struct event_note *event_note_new(void)
{
    struct event_note *n = scraps_take(sizeof *n);
    if (!n)
        return NULL;
    *n = (struct event_note){0};
    rope_init(&n->fields, INT32_MAX);
    return n;
}

void event_note_free(struct event_note *n)
{
    if (!n)
        return;
    rope_clear(&n->fields);
    scraps_give(n);
}

static struct event_note *note_at(struct list_link *link)
{
    return container_of(link, struct event_note, link);
}

static size_t size_of(const struct event_note *n)
{
    return sizeof *n + n->fields.len;
}

bool event_budget_fits(const struct event_budget *b, size_t size)
{
    return b->used <= b->most && size <= b->most - b->used;
}

/* Events, without the one that tells of lost ones. */
static size_t count(const struct event_queue *q)
{
    return q->notes.count - (q->overflow ? 1 : 0);
}

static void drop(struct event_queue *q, struct event_note *n)
{
    if (n == q->overflow)
        q->overflow = NULL;
    list_remove(&q->notes, &n->link);
    q->budget->used -= size_of(n);
    event_note_free(n);
}

/* Drops one by the policy; there must be one. */
static void drop_one(struct event_queue *q)
{
    struct list_link *link = q->discard_oldest ? q->notes.first : q->notes.last;
    if (note_at(link) == q->overflow)
        link = q->discard_oldest ? link->next : link->prev;
    drop(q, note_at(link));
}

/* Puts the note that tells of a loss where it belongs. */
static void place_overflow(struct event_queue *q)
{
    if (!q->overflow)
        return;
    list_remove(&q->notes, &q->overflow->link);
    if (q->discard_oldest)
        list_prepend(&q->notes, &q->overflow->link);
    else
        list_append(&q->notes, &q->overflow->link);
}

void event_queue_init(struct event_queue *q, struct event_budget *budget, uint32_t size, bool discard_oldest)
{
    assert(size > 0);
    *q = (struct event_queue){.budget = budget, .size = size, .discard_oldest = discard_oldest};
}

void event_queue_clear(struct event_queue *q)
{
    while (q->notes.first)
        drop(q, note_at(q->notes.first));
}

bool event_queue_push(struct event_queue *q, struct event_note *n)
{
    struct event_budget *b = q->budget;
    size_t size = size_of(n);
    bool lost = false;
    while (count(q) > 0 && (count(q) >= q->size || !event_budget_fits(b, size))) {
        drop_one(q);
        lost = true;
    }
    if (!event_budget_fits(b, size)) {
        event_note_free(n);
        return true;
    }
    list_append(&q->notes, &n->link);
    b->used += size;
    place_overflow(q);
    return lost;
}

void event_queue_push_overflow(struct event_queue *q, struct event_note *n)
{
    assert(!q->overflow);
    list_append(&q->notes, &n->link);
    q->budget->used += size_of(n);
    q->overflow = n;
    place_overflow(q);
}

void event_queue_take(struct event_queue *q)
{
    drop(q, note_at(q->notes.first));
}

bool event_queue_resize(struct event_queue *q, uint32_t size, bool discard_oldest)
{
    assert(size > 0);
    bool lost = false;
    q->size = size;
    q->discard_oldest = discard_oldest;
    for (; count(q) > size; lost = true)
        drop_one(q);
    place_overflow(q);
    return lost;
}
