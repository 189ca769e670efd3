/* SPDX-License-Identifier: Apache-2.0
 * Events that wait to be reported (Part 4 §5.13.1.5), each as the fields that its item selected, encoded.
 *
 * When one is lost, an EventQueueOverflow event takes a place of its own: in front of the others when the
 * oldest are discarded, behind them when the newest are. Loop thread only. */
#ifndef UACAM_SERVICE_EVENT_EVENT_QUEUE_H
#define UACAM_SERVICE_EVENT_EVENT_QUEUE_H

#include "base/list.h"
#include "base/rope.h"

struct event_note {
    struct list_link link; /* in the queue */
    struct rope fields;    /* an array of Variants */
};

/* Given, its fields empty. NULL without memory. */
must_check struct event_note *event_note_new(void);
void event_note_free(struct event_note *n); /* NULL is allowed */

/* Bytes that several queues share: a client decides how large its events are, how many items it has. */
struct event_budget {
    size_t used, most;
};

bool event_budget_fits(const struct event_budget *b, size_t size);

struct event_queue {
    struct list notes;           /* struct event_note, the first to be sent first */
    struct event_note *overflow; /* the one of them that tells of a loss, or NULL */
    uint32_t size;               /* ceiling of the others, at least 1 */
    bool discard_oldest;
    struct event_budget *budget; /* borrowed */
};

void event_queue_init(struct event_queue *q, struct event_budget *budget, uint32_t size, bool discard_oldest);
void event_queue_clear(struct event_queue *q);

/* Takes the note. True: it, or others for it, were lost. */
bool event_queue_push(struct event_queue *q, struct event_note *n);

/* Takes the note that tells of a loss; there must be none yet. */
void event_queue_push_overflow(struct event_queue *q, struct event_note *n);

/* Frees the first one: it has been sent. The queue must not be empty. */
void event_queue_take(struct event_queue *q);

/* True: some did not fit any more, and were lost. */
bool event_queue_resize(struct event_queue *q, uint32_t size, bool discard_oldest);

#endif
