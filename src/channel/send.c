/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out: cut into chunks without copying them, kept until they are sent. */
#include "channel/channel_private.h"

#include <stdlib.h>
#include <string.h>

/* What `send` was given: the message, the chunk headers, and the parts that the peer gets in this order. */
struct outgoing {
    struct list_link link;
    struct rope message; /* taken */
    uint8_t *headers;    /* behind the parts */
    size_t part_count;
    struct slice parts[];
};

static struct outgoing *outgoing_new(size_t max_parts, size_t header_bytes)
{
    struct outgoing *o = malloc(sizeof *o + max_parts * sizeof o->parts[0] + header_bytes);
    if (!o)
        return NULL;
    memset(o, 0, sizeof *o);
    o->headers = (uint8_t *)&o->parts[max_parts];
    return o;
}

static void outgoing_free(struct outgoing *o)
{
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

/* The parts of the next `n` bytes of the message. */
static void add_parts(struct outgoing *o, const struct rope *message, struct rope_cursor *at, size_t n)
{
    while (n > 0) {
        struct slice part = rope_next(message, at, n);
        o->parts[o->part_count++] = part;
        n -= part.len;
    }
}

/* Takes `o`, and the message when good. */
static ua_status carry(struct channel *ch, struct outgoing *o, struct rope *message)
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
    struct rope_cursor at = {0};
    ua_status status = w->status;
    struct outgoing *o = outgoing_new(1, 0); /* a frame that was written has no splices */
    if (!status && !o)
        status = UA_BAD_OUT_OF_MEMORY;
    if (status) {
        free(o);
    } else {
        add_parts(o, w->out, &at, w->out->len);
        status = carry(ch, o, w->out);
    }
    rope_clear(w->out);
    return status;
}

/* Headers into the block behind the parts, stretches of the message in between. */
static void cut_into_chunks(struct channel *ch, struct outgoing *o, const char type[3], uint32_t request_id,
                            const struct rope *message, size_t max_body)
{
    struct chunk_headers h = {.channel_id = ch->id, .token_id = ch->token.id};
    struct rope_cursor at = {0};
    uint8_t *headers = o->headers;
    size_t left = message->len;
    memcpy(h.frame.type, type, 3);
    do {
        size_t n = left < max_body ? left : max_body;
        left -= n;
        ch->sent_sequence = sequence_next(ch->sent_sequence);
        h.frame.type[3] = left > 0 ? 'C' : 'F';
        h.frame.size = (uint32_t)(CHUNK_HEADERS_SIZE + n);
        h.sequence = (struct sequence_header){ch->sent_sequence, request_id};
        chunk_headers_put(headers, &h);
        o->parts[o->part_count++] = (struct slice){headers, CHUNK_HEADERS_SIZE};
        headers += CHUNK_HEADERS_SIZE;
        add_parts(o, message, &at, n);
    } while (left > 0);
}

ua_status send_message(struct channel *ch, const char type[3], uint32_t request_id, struct rope *message)
{
    if (message->len > channel_max_body(ch))
        return ch->config.role == CHANNEL_SERVER ? UA_BAD_RESPONSE_TOO_LARGE : UA_BAD_REQUEST_TOO_LARGE;
    size_t max_body = security_policy_max_body(ch->policy, ch->send_chunk);
    size_t chunks = message->len ? (message->len - 1) / max_body + 1 : 1;
    /* Each splice makes up to two stretches more, each chunk ends one and has its headers. */
    size_t max_parts = 2 * message->splice_count + 1 + 2 * chunks;
    struct outgoing *o = outgoing_new(max_parts, chunks * CHUNK_HEADERS_SIZE);
    if (!o)
        return UA_BAD_OUT_OF_MEMORY;
    uint32_t sequence_before = ch->sent_sequence;
    cut_into_chunks(ch, o, type, request_id, message, max_body);
    ua_status status = carry(ch, o, message);
    if (status)
        ch->sent_sequence = sequence_before;
    return status;
}

ua_status channel_send(struct channel *ch, uint32_t request_id, struct rope *message)
{
    if (ch->state != STATE_OPEN)
        return UA_BAD_SECURE_CHANNEL_CLOSED;
    return send_message(ch, "MSG", request_id, message);
}
