/* SPDX-License-Identifier: Apache-2.0
 * Samples of a monitored item, and the queue in which they wait to be reported (Part 4 §5.13.1.5).
 *
 * A sample keeps its value encoded: comparing it, queueing it and sending it cost no second look at what it
 * means, and a picture in it is shared, not copied. Loop thread only. */
#ifndef UACAM_SERVICE_SUBSCRIPTION_SAMPLE_QUEUE_H
#define UACAM_SERVICE_SUBSCRIPTION_SAMPLE_QUEUE_H

#include "base/list.h"
#include "wire/writer.h"

struct sample {
    struct list_link link; /* in the queue */
    struct rope value;     /* a Variant in its binary encoding; empty: none */
    ua_status status;
    int64_t source_timestamp, server_timestamp; /* 0: none */
    bool overflow;                              /* others were lost beside it */
};

/* Given; NULL without memory. A value that cannot be encoded becomes its status. */
must_check struct sample *sample_new(const struct ua_data_value *value);
void sample_free(struct sample *s); /* NULL is allowed */

/* Bytes of its DataValue with these timestamps (enum ua_timestamps_to_return). */
size_t sample_size(const struct sample *s, int32_t timestamps);

/* As a DataValue. */
void sample_write(struct writer *w, const struct sample *s, int32_t timestamps);

struct sample_queue {
    struct list samples;  /* struct sample, oldest first */
    struct sample *taken; /* the newest that has left; NULL while a newer one waits */
    uint32_t size;        /* ceiling, at least 1 */
    bool discard_oldest;
};

void sample_queue_init(struct sample_queue *q, uint32_t size, bool discard_oldest);

/* Forgets the samples, also the one that new ones are compared with. */
void sample_queue_clear(struct sample_queue *q);

/* Takes the sample. True: one was lost for it. */
bool sample_queue_push(struct sample_queue *q, struct sample *s);

/* The last one pushed, whether it still waits or not; NULL: none yet. */
const struct sample *sample_queue_newest(const struct sample_queue *q);

/* Lets the oldest out; it is not there to be sent any more. The queue must not be empty. */
void sample_queue_take(struct sample_queue *q);

/* Puts the newest one back into an empty queue, to be sent again. False: there was none yet. */
bool sample_queue_restore(struct sample_queue *q);

/* Drops what does not fit any more by the new policy. */
void sample_queue_resize(struct sample_queue *q, uint32_t size, bool discard_oldest);

#endif
