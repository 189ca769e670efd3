/* SPDX-License-Identifier: Apache-2.0
 * What is on its way out: kept until it is sent. */
#include "base/scraps.h"
#include "channel/channel_private.h"

#include <string.h>

struct outgoing *outgoing_new(size_t max_parts, size_t storage_size)
{
    struct outgoing *o = scraps_take(sizeof *o + max_parts * sizeof o->parts[0] + storage_size);
    if (!o)
        return NULL;
    memset(o, 0, sizeof *o);
    o->storage = (uint8_t *)&o->parts[max_parts];
    return o;
}

void outgoing_free(struct outgoing *o)
{
    for (size_t i = 0; i < o->pooled; i++)
        chunk_pool_give(o->pool, (uint8_t *)o->parts[i].data);
    rope_clear(&o->message);
    scraps_give(o);
}

void outgoing_abandon(struct channel *ch)
{
    struct list_link *link;
    backlog_clear(ch);
    while ((link = list_pop(&ch->waiting))) {
        struct outgoing *o = container_of(link, struct outgoing, link);
        o->channel = NULL;
        ch->held_bytes -= o->size;
        if (!o->sealing)
            outgoing_free(o);
    }
    ch->waiting_bytes = 0;
    sealing_abandon(ch);
}

void outgoing_clear(struct channel *ch)
{
    struct list_link *link;
    outgoing_abandon(ch);
    while ((link = list_pop(&ch->outgoing)))
        outgoing_free(container_of(link, struct outgoing, link));
}

void channel_sent(struct channel *ch, void *tag)
{
    struct outgoing *o = tag;
    list_remove(&ch->outgoing, &o->link);
    ch->held_bytes -= o->size;
    outgoing_free(o);
    sealing_go_on(ch);
    backlog_catch_up(ch);
}

/* Gives it to `send`; on failure it is freed and has left its message at `message`. */
static ua_status give(struct channel *ch, struct outgoing *o, struct rope *message)
{
    list_append(&ch->outgoing, &o->link);
    ua_status status = ch->config.events->send(ch->config.user, o->parts, o->part_count, o);
    if (status) {
        rope_move(message, &o->message);
        channel_sent(ch, o);
    }
    return status;
}

static void line_up(struct channel *ch, struct outgoing *o)
{
    list_append(&ch->waiting, &o->link);
    ch->waiting_bytes += o->size;
    ch->held_bytes += o->size;
}

void outgoing_wait(struct channel *ch, struct outgoing *o, size_t size)
{
    o->channel = ch;
    o->sealing = true;
    o->size = size;
    line_up(ch, o);
}

ua_status outgoing_send(struct channel *ch, struct outgoing *o, struct rope *message)
{
    o->channel = ch;
    for (size_t i = 0; i < o->part_count; i++)
        o->size += o->parts[i].len;
    rope_move(&o->message, message);
    if (ch->waiting.count > 0) {
        line_up(ch, o);
        return UA_GOOD;
    }
    ch->held_bytes += o->size;
    return give(ch, o, message);
}

void outgoing_sealed(struct channel *ch)
{
    struct rope lost;
    ua_status status = UA_GOOD;
    rope_init(&lost, 0);
    while (ch->waiting.first && !status) {
        struct outgoing *o = container_of(ch->waiting.first, struct outgoing, link);
        if (o->sealing)
            return;
        list_pop(&ch->waiting);
        ch->waiting_bytes -= o->size;
        status = give(ch, o, &lost);
    }
    rope_clear(&lost);
    if (status)
        channel_fail(ch, status, "what was sealed cannot be sent");
}

ua_status send_frame(struct channel *ch, struct writer *w)
{
    ua_status status = w->status;
    struct outgoing *o = outgoing_new(1, 0);
    if (!status && !o)
        status = UA_BAD_OUT_OF_MEMORY;
    if (status) {
        scraps_give(o);
    } else {
        o->parts[o->part_count++] = buf_slice(&w->out->own); /* a frame that was written has no splices */
        status = outgoing_send(ch, o, w->out);
    }
    rope_clear(w->out);
    return status;
}
