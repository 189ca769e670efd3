/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out: cut into chunks without copying them. */
#include "channel/channel_private.h"
#include "wire/messages_gen.h"

#include <string.h>

enum {
    LANES = 32, /* chunks that can be sealed side by side, by two threads */
    SEALED_CHUNK = 32 * 1024,
    USUAL_CHUNKS = 500, /* that clients put together: some take 1000 at most and do not tell */
};

/* The parts of the next `n` bytes of the message. */
static void add_parts(struct outgoing *o, const struct rope *message, struct rope_cursor *at, size_t n)
{
    while (n > 0) {
        struct slice part = rope_next(message, at, n);
        o->parts[o->part_count++] = part;
        n -= part.len;
    }
}

void put_chunk_headers(struct channel *ch, uint8_t out[CHUNK_HEADERS_SIZE], const char type[3], bool last,
                       size_t size, uint32_t request_id)
{
    struct chunk_headers h = {.channel_id = ch->id, .token_id = ch->token.id};
    ch->sent_sequence = sequence_next(ch->sent_sequence);
    memcpy(h.frame.type, type, 3);
    h.frame.type[3] = last ? 'F' : 'C';
    h.frame.size = (uint32_t)size;
    h.sequence = (struct sequence_header){ch->sent_sequence, request_id};
    chunk_headers_put(out, &h);
}

/* Headers into the storage behind the parts, stretches of the message in between. */
static void cut_into_chunks(struct channel *ch, struct outgoing *o, const char type[3], uint32_t request_id,
                            const struct rope *message, size_t max_body)
{
    struct rope_cursor at = {0};
    uint8_t *headers = o->storage;
    size_t left = message->len;
    do {
        size_t n = left < max_body ? left : max_body;
        left -= n;
        put_chunk_headers(ch, headers, type, left == 0, CHUNK_HEADERS_SIZE + n, request_id);
        o->parts[o->part_count++] = (struct slice){headers, CHUNK_HEADERS_SIZE};
        headers += CHUNK_HEADERS_SIZE;
        add_parts(o, message, &at, n);
    } while (left > 0);
}

static ua_status send_unsecured(struct channel *ch, const char type[3], uint32_t request_id,
                                struct rope *message, const struct cut *cut)
{
    struct outgoing *o = outgoing_new(cut->max_stretches, cut->chunks * CHUNK_HEADERS_SIZE);
    if (!o)
        return UA_BAD_OUT_OF_MEMORY;
    cut_into_chunks(ch, o, type, request_id, message, cut->max_body);
    return outgoing_send(ch, o, message);
}

/* Secured chunks are made smaller than they may be: a message has enough of them to be sealed side by side,
 * and those that are sealed together fit into a processor's cache. The peer's limit on their number allowing.
 */
static size_t chunk_body(const struct channel *ch, size_t message)
{
    size_t most = security_mode_max_body(ch->mode, ch->send_chunk);
    if (ch->mode == UA_MESSAGE_SECURITY_MODE_NONE)
        return most;
    size_t least = security_mode_max_body(ch->mode, FRAME_SMALLEST_BUFFER);
    size_t good = security_mode_max_body(ch->mode, SEALED_CHUNK);
    size_t body = message / LANES + 1;
    body = body < least ? least : body > good ? good : body;
    size_t chunks = ch->peer_max_chunks;
    if (!chunks || chunks > USUAL_CHUNKS)
        chunks = USUAL_CHUNKS;
    if (message / chunks + 1 > body)
        body = message / chunks + 1;
    return body < most ? body : most;
}

static ua_status check_size(const struct channel *ch, const struct rope *message)
{
    if (message->len <= channel_max_body(ch))
        return UA_GOOD;
    return ch->config.role == CHANNEL_SERVER ? UA_BAD_RESPONSE_TOO_LARGE : UA_BAD_REQUEST_TOO_LARGE;
}

ua_status send_message(struct channel *ch, const char type[3], uint32_t request_id, struct rope *message)
{
    ua_status status = check_size(ch, message);
    if (status)
        return status;
    struct cut cut = {.max_body = chunk_body(ch, message->len)};
    cut.chunks = message->len ? (message->len - 1) / cut.max_body + 1 : 1;
    /* Each splice makes up to two stretches more, each chunk ends one and has its headers. */
    cut.max_stretches = 2 * message->splice_count + 1 + 2 * cut.chunks;
    uint32_t sequence_before = ch->sent_sequence;
    bool secured = ch->mode != UA_MESSAGE_SECURITY_MODE_NONE;
    status = secured ? send_sealed(ch, type, request_id, message, &cut)
                     : send_unsecured(ch, type, request_id, message, &cut);
    if (status)
        ch->sent_sequence = sequence_before;
    return status;
}

ua_status channel_send(struct channel *ch, uint32_t request_id, struct rope *message)
{
    if (ch->state != STATE_OPEN)
        return UA_BAD_SECURE_CHANNEL_CLOSED;
    if (backlog_needed(ch)) {
        ua_status status = check_size(ch, message);
        return status ? status : backlog_add(ch, request_id, message);
    }
    return send_message(ch, "MSG", request_id, message);
}
