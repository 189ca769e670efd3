/* SPDX-License-Identifier: Apache-2.0
 * Bytes on their way in: cut into frames, each given to whom it is for (Part 6 §7.1.2). */
#include "channel/channel_private.h"
#include "wire/messages_gen.h"

#include <assert.h>
#include <string.h>

#define ROLE(r)  (1u << (r))
#define STATE(s) (1u << (s))

enum {
    ANY_ROLE = ROLE(CHANNEL_SERVER) | ROLE(CHANNEL_CLIENT),
    ANY_STATE = STATE(STATE_ENDED + 1) - 1,
};

static const struct frame_kind {
    char type[4];
    unsigned roles;
    unsigned states;
    ua_status else_status; /* when it comes in another state */
    void (*receive)(struct channel *ch, const struct frame *f);
} kinds[] = {
    {"HEL", ROLE(CHANNEL_SERVER), STATE(STATE_HELLO), UA_BAD_TCP_MESSAGE_TYPE_INVALID, receive_hello},
    {"ACK", ROLE(CHANNEL_CLIENT), STATE(STATE_ACKNOWLEDGE), UA_BAD_TCP_MESSAGE_TYPE_INVALID,
     receive_acknowledge},
    {"ERR", ROLE(CHANNEL_CLIENT), ANY_STATE, UA_BAD_TCP_MESSAGE_TYPE_INVALID, receive_error},
    {"OPN", ANY_ROLE, STATE(STATE_OPENING) | STATE(STATE_OPEN), UA_BAD_TCP_MESSAGE_TYPE_INVALID,
     receive_open},
    {"MSG", ANY_ROLE, STATE(STATE_OPEN), UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN, receive_message},
    {"CLO", ROLE(CHANNEL_SERVER), STATE(STATE_OPEN), UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN, receive_message},
};

static const struct frame_kind *find_kind(const struct channel *ch, const char type[4])
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (memcmp(kinds[i].type, type, 3) == 0 && kinds[i].roles & ROLE(ch->config.role))
            return &kinds[i];
    return NULL;
}

/* Looks at a header as soon as it is there. The frame's size, or 0: the channel has failed. */
static size_t check_header(struct channel *ch, const uint8_t header[FRAME_HEADER_SIZE])
{
    struct frame_header h = frame_header_read(header);
    const struct frame_kind *kind = find_kind(ch, h.type);
    if (!kind)
        channel_fail(ch, UA_BAD_TCP_MESSAGE_TYPE_INVALID, "no OPC UA message begins with %02x %02x %02x",
                     header[0], header[1], header[2]);
    else if (!(kind->states & STATE(ch->state)))
        channel_fail(ch, kind->else_status, "%s is out of turn", kind->type);
    else if (h.size <= FRAME_HEADER_SIZE)
        channel_fail(ch, UA_BAD_DECODING_ERROR, "%s says that it has %u bytes", kind->type, h.size);
    else if (h.size > ch->receive_chunk)
        channel_fail(ch, UA_BAD_TCP_MESSAGE_TOO_LARGE, "%s of %u bytes, at most %u are taken", kind->type,
                     h.size, ch->receive_chunk);
    else
        return h.size;
    return 0;
}

/* A frame, and perhaps some of those that came with it: how many bytes of `behind` these have. */
static size_t receive_frame(struct channel *ch, struct slice whole, struct slice behind)
{
    struct frame f = {.whole = whole,
                      .body = {whole.data + FRAME_HEADER_SIZE, whole.len - FRAME_HEADER_SIZE}};
    memcpy(f.type, whole.data, sizeof f.type);
    const struct frame_kind *kind = find_kind(ch, f.type);
    if (kind->receive == receive_message && ch->mode != UA_MESSAGE_SECURITY_MODE_NONE)
        return receive_sealed(ch, &f, behind);
    kind->receive(ch, &f);
    return 0;
}

/* Keeps the first `n` bytes of a frame whose end has not come. */
static size_t keep(struct channel *ch, struct slice bytes, size_t n)
{
    if (buf_append(&ch->frame, bytes.data, n))
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for %zu bytes", n);
    return n;
}

/* All three return how many bytes they took. */
static size_t receive_begin(struct channel *ch, struct slice bytes)
{
    if (bytes.len < FRAME_HEADER_SIZE)
        return keep(ch, bytes, bytes.len);
    size_t size = check_header(ch, bytes.data);
    if (!size)
        return bytes.len;
    if (bytes.len < size)
        return keep(ch, bytes, bytes.len);
    struct slice behind = {bytes.data + size, bytes.len - size};
    return size + receive_frame(ch, (struct slice){bytes.data, size}, behind);
}

static size_t receive_header(struct channel *ch, struct slice bytes)
{
    size_t left = FRAME_HEADER_SIZE - ch->frame.len;
    size_t n = keep(ch, bytes, bytes.len < left ? bytes.len : left);
    if (ch->frame.len == FRAME_HEADER_SIZE && !check_header(ch, ch->frame.data))
        return bytes.len;
    return n;
}

static size_t receive_rest(struct channel *ch, struct slice bytes)
{
    size_t size = frame_header_read(ch->frame.data).size;
    size_t left = size - ch->frame.len;
    size_t n = keep(ch, bytes, bytes.len < left ? bytes.len : left);
    if (ch->frame.len < size)
        return n;
    struct buf frame = ch->frame;
    buf_init(&ch->frame, frame.max);
    n += receive_frame(ch, buf_slice(&frame), (struct slice){bytes.data + n, bytes.len - n});
    buf_clear(&frame);
    return n;
}

void receive_bytes(struct channel *ch, struct slice bytes)
{
    while (bytes.len > 0 && ch->state != STATE_ENDED) {
        size_t n;
        if (ch->frame.len == 0)
            n = receive_begin(ch, bytes);
        else if (ch->frame.len < FRAME_HEADER_SIZE)
            n = receive_header(ch, bytes);
        else
            n = receive_rest(ch, bytes);
        bytes.data += n;
        bytes.len -= n;
    }
}

void channel_receive(struct channel *ch, struct slice bytes)
{
    assert(!ch->opening || ch->state == STATE_ENDED);
    receive_bytes(ch, bytes);
}
