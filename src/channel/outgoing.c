/* SPDX-License-Identifier: Apache-2.0
 * What is on its way out: kept until it is sent. */
#include "channel/channel_private.h"

#include <stdlib.h>
#include <string.h>

struct outgoing *outgoing_new(size_t max_parts, size_t storage_size)
{
    struct outgoing *o = malloc(sizeof *o + max_parts * sizeof o->parts[0] + storage_size);
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
    free(o);
}

void outgoing_clear(struct channel *ch)
{
    struct list_link *link;
    while ((link = list_pop(&ch->outgoing)))
        outgoing_free(container_of(link, struct outgoing, link));
}

void channel_sent(struct channel *ch, void *tag)
{
    struct outgoing *o = tag;
    list_remove(&ch->outgoing, &o->link);
    outgoing_free(o);
}

ua_status outgoing_send(struct channel *ch, struct outgoing *o, struct rope *message)
{
    rope_move(&o->message, message);
    list_append(&ch->outgoing, &o->link);
    ua_status status = ch->config.events->send(ch->config.user, o->parts, o->part_count, o);
    if (status) {
        rope_move(message, &o->message);
        channel_sent(ch, o);
    }
    return status;
}

ua_status send_frame(struct channel *ch, struct writer *w)
{
    ua_status status = w->status;
    struct outgoing *o = outgoing_new(1, 0);
    if (!status && !o)
        status = UA_BAD_OUT_OF_MEMORY;
    if (status) {
        free(o);
    } else {
        o->parts[o->part_count++] = buf_slice(&w->out->own); /* a frame that was written has no splices */
        status = outgoing_send(ch, o, w->out);
    }
    rope_clear(w->out);
    return status;
}
