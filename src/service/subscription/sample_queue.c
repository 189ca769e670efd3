/* SPDX-License-Identifier: Apache-2.0 */
#include "service/subscription/sample_queue.h"

#include "base/scraps.h"
#include "wire/messages_gen.h"

#include <assert.h>

/* Part 4 §7.38.1: InfoType DataValue, Overflow. */
enum { STATUS_OVERFLOW = 0x0480 };

/* Part 6 §5.2.2.17: which fields a DataValue has. */
enum { HAS_VALUE = 1, HAS_STATUS = 2, HAS_SOURCE_TIMESTAMP = 4, HAS_SERVER_TIMESTAMP = 8 };

struct sample *sample_new(const struct ua_data_value *value)
{
    struct sample *s = scraps_take(sizeof *s);
    if (!s)
        return NULL;
    *s = (struct sample){
        .status = value->status,
        .source_timestamp = value->source_timestamp,
        .server_timestamp = value->server_timestamp,
    };
    rope_init(&s->value, INT32_MAX);
    if (!value->has_value)
        return s;
    struct writer w;
    writer_init(&w, &s->value);
    write_variant(&w, &value->value);
    if (w.status == UA_BAD_OUT_OF_MEMORY) {
        sample_free(s);
        return NULL;
    }
    if (w.status) {
        rope_clear(&s->value);
        s->status = w.status;
    }
    return s;
}

void sample_free(struct sample *s)
{
    if (!s)
        return;
    rope_clear(&s->value);
    scraps_give(s);
}

static ua_status sent_status(const struct sample *s)
{
    return s->overflow ? s->status | STATUS_OVERFLOW : s->status;
}

static uint8_t fields(const struct sample *s, int32_t timestamps)
{
    bool source = timestamps == UA_TIMESTAMPS_TO_RETURN_SOURCE || timestamps == UA_TIMESTAMPS_TO_RETURN_BOTH;
    bool server = timestamps == UA_TIMESTAMPS_TO_RETURN_SERVER || timestamps == UA_TIMESTAMPS_TO_RETURN_BOTH;
    uint8_t out = 0;
    if (s->value.len)
        out |= HAS_VALUE;
    if (sent_status(s))
        out |= HAS_STATUS;
    if (source && s->source_timestamp)
        out |= HAS_SOURCE_TIMESTAMP;
    if (server && s->server_timestamp)
        out |= HAS_SERVER_TIMESTAMP;
    return out;
}

size_t sample_size(const struct sample *s, int32_t timestamps)
{
    uint8_t has = fields(s, timestamps);
    size_t size = 1 + s->value.len;
    size += has & HAS_STATUS ? 4 : 0;
    size += has & HAS_SOURCE_TIMESTAMP ? 8 : 0;
    size += has & HAS_SERVER_TIMESTAMP ? 8 : 0;
    return size;
}

void sample_write(struct writer *w, const struct sample *s, int32_t timestamps)
{
    uint8_t has = fields(s, timestamps);
    write_u8(w, has);
    if (has & HAS_VALUE && !w->status) {
        int rc = rope_append_rope(w->out, &s->value);
        if (rc)
            writer_fail(w, ua_status_of_err(rc));
    }
    if (has & HAS_STATUS)
        write_status(w, sent_status(s));
    if (has & HAS_SOURCE_TIMESTAMP)
        write_datetime(w, s->source_timestamp);
    if (has & HAS_SERVER_TIMESTAMP)
        write_datetime(w, s->server_timestamp);
}

static struct sample *sample_at(struct list_link *link)
{
    return container_of(link, struct sample, link);
}

static void drop(struct sample_queue *q, struct list_link *link)
{
    list_remove(&q->samples, link);
    sample_free(sample_at(link));
}

/* Drops one by the policy, and marks its neighbour. A queue of one holds the newest whatever the policy,
 * unmarked. */
static void drop_one(struct sample_queue *q)
{
    bool oldest = q->discard_oldest || q->size == 1;
    drop(q, oldest ? q->samples.first : q->samples.last);
    struct list_link *neighbour = oldest ? q->samples.first : q->samples.last;
    if (neighbour && q->size > 1)
        sample_at(neighbour)->overflow = true;
}

void sample_queue_init(struct sample_queue *q, uint32_t size, bool discard_oldest)
{
    assert(size > 0);
    *q = (struct sample_queue){.size = size, .discard_oldest = discard_oldest};
}

void sample_queue_clear(struct sample_queue *q)
{
    while (q->samples.first)
        drop(q, q->samples.first);
    sample_free(q->taken);
    q->taken = NULL;
}

bool sample_queue_push(struct sample_queue *q, struct sample *s)
{
    bool full = q->samples.count == q->size;
    list_append(&q->samples, &s->link);
    if (full && !q->discard_oldest) {
        drop(q, s->link.prev);
        s->overflow = q->size > 1;
    } else if (full) {
        drop_one(q);
    }
    sample_free(q->taken);
    q->taken = NULL;
    return full;
}

const struct sample *sample_queue_newest(const struct sample_queue *q)
{
    return q->samples.last ? sample_at(q->samples.last) : q->taken;
}

void sample_queue_take(struct sample_queue *q)
{
    struct list_link *oldest = list_pop(&q->samples);
    assert(oldest);
    if (q->samples.count > 0) {
        sample_free(sample_at(oldest));
        return;
    }
    q->taken = sample_at(oldest);
    q->taken->overflow = false;
}

bool sample_queue_restore(struct sample_queue *q)
{
    assert(q->samples.count == 0);
    if (!q->taken)
        return false;
    list_append(&q->samples, &q->taken->link);
    q->taken = NULL;
    return true;
}

void sample_queue_resize(struct sample_queue *q, uint32_t size, bool discard_oldest)
{
    assert(size > 0);
    q->size = size;
    q->discard_oldest = discard_oldest;
    while (q->samples.count > size)
        drop_one(q);
}
