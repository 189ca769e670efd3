/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way in: chunks are checked, put together, and passed on (Part 6 §6.7.2, §6.7.3). */
#include "channel/channel_private.h"
#include "crypto/secret.h"
#include "wire/messages_gen.h"

#include <string.h>

/* Bytes of a log-in, and more: strangers may not send longer requests. */
enum { MOST_WITH_SECRETS = 64 * 1024 };

/* A symmetric chunk, opened up. */
struct chunk {
    uint32_t request_id;
    struct slice body;
};

bool accept_sequence(struct channel *ch, uint32_t number)
{
    bool good =
        ch->has_received ? sequence_follows(ch->received_sequence, number) : number < SEQUENCE_BEGINS_BELOW;
    if (!good)
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "sequence number %u after %u", number,
                     ch->received_sequence);
    ch->has_received = true;
    ch->received_sequence = number;
    return good;
}

struct token *token_of(struct channel *ch, const struct frame *f)
{
    struct reader r;
    reader_init(&r, f->body, NULL);
    uint32_t channel_id = read_u32(&r);
    uint32_t token_id = read_u32(&r);
    struct token *token = token_find(ch, token_id);
    if (r.status || reader_left(&r) < CHUNK_SEQUENCE_SIZE)
        channel_fail(ch, UA_BAD_DECODING_ERROR, "a chunk is shorter than its headers");
    else if (channel_id != ch->id)
        channel_fail(ch, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN, "a chunk is for SecureChannel %u", channel_id);
    else if (!token)
        channel_fail(ch, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN, "a chunk has token %u", token_id);
    else
        return token;
    return NULL;
}

/* ---- putting together ---- */

static ua_status too_large(const struct channel *ch)
{
    return ch->config.role == CHANNEL_SERVER ? UA_BAD_TCP_MESSAGE_TOO_LARGE : UA_BAD_RESPONSE_TOO_LARGE;
}

/* Counts a chunk in, and looks at all limits before a byte is kept. False: the channel has failed. */
static bool count_chunk(struct channel *ch, const struct chunk *c)
{
    uint32_t max_chunks = ch->config.limits.max_chunks;
    if (max_chunks && ch->chunk_count >= max_chunks)
        channel_fail(ch, too_large(ch), "a message of more than %u chunks", max_chunks);
    else if (ch->body.len > ch->max_request || c->body.len > ch->max_request - ch->body.len)
        channel_fail(ch, too_large(ch), "a message of more than %u bytes", ch->max_request);
    else {
        ch->chunk_count++;
        ch->chunk_request_id = c->request_id;
        return true;
    }
    return false;
}

bool receives_secrets(const struct channel *ch)
{
    return ch->config.role == CHANNEL_SERVER && ch->mode == UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT;
}

void forget_received(const struct channel *ch, void *bytes, size_t n)
{
    if (n && receives_secrets(ch))
        secret_wipe(bytes, n);
}

/* Room for more of a message. What it outgrows is wiped, unless it is larger than any that has a password. */
static int grow_body(struct channel *ch, size_t more)
{
    struct buf larger;
    bool fits = more <= ch->body.cap - ch->body.len, never = more > ch->body.max - ch->body.len;
    if (fits || never || ch->body.len > MOST_WITH_SECRETS || !receives_secrets(ch))
        return buf_reserve(&ch->body, more);
    buf_init(&larger, ch->body.max);
    int rc = buf_reserve(&larger, buf_capacity_for(&ch->body, more));
    if (!rc)
        rc = buf_append(&larger, ch->body.data, ch->body.len);
    if (rc)
        return rc;
    forget_received(ch, ch->body.data, ch->body.len);
    buf_clear(&ch->body);
    ch->body = larger;
    return 0;
}

static bool append_chunk(struct channel *ch, const struct chunk *c)
{
    if (!grow_body(ch, c->body.len) && !buf_append(&ch->body, c->body.data, c->body.len))
        return true;
    channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for a message of %zu bytes",
                 ch->body.len + c->body.len);
    return false;
}

static void receive_part(struct channel *ch, const struct chunk *c)
{
    if (count_chunk(ch, c))
        append_chunk(ch, c);
}

void drop_message(struct channel *ch)
{
    forget_received(ch, ch->body.data, ch->body.len);
    buf_clear(&ch->body);
    ch->chunk_count = 0;
}

/* A message in one chunk goes straight through; one that was collected is let go afterwards. */
static void receive_last(struct channel *ch, const struct chunk *c)
{
    if (!count_chunk(ch, c))
        return;
    struct slice body = c->body;
    if (ch->chunk_count > 1) {
        if (!append_chunk(ch, c))
            return;
        body = buf_slice(&ch->body);
    }
    ch->config.events->message(ch->config.user, c->request_id, body);
    drop_message(ch);
}

static void receive_abort(struct channel *ch, const struct chunk *c)
{
    struct transport_error e;
    if (transport_error_read(c->body, &e)) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "an abort is malformed");
        return;
    }
    drop_message(ch);
    if (ch->config.role == CHANNEL_CLIENT && ch->config.events->aborted)
        ch->config.events->aborted(ch->config.user, c->request_id, e.status);
}

static void receive_chunk(struct channel *ch, char final, const struct chunk *c)
{
    if (ch->chunk_count && c->request_id != ch->chunk_request_id)
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "a chunk of request %u amidst request %u",
                     c->request_id, ch->chunk_request_id);
    else if (final == 'C')
        receive_part(ch, c);
    else if (final == 'F')
        receive_last(ch, c);
    else if (final == 'A')
        receive_abort(ch, c);
    else
        channel_fail(ch, UA_BAD_TCP_MESSAGE_TYPE_INVALID, "a chunk is marked %02x, not C, F or A",
                     (unsigned char) final);
}

void receive_opened(struct channel *ch, uint32_t token_id, const uint8_t type[4], struct slice plain)
{
    if (plain.len < CHUNK_SEQUENCE_SIZE) {
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "a chunk is not as its sender sealed it");
        return;
    }
    struct reader r;
    reader_init(&r, plain, NULL);
    struct sequence_header sequence = sequence_header_read(&r);
    struct chunk c = {sequence.request_id, {r.at, reader_left(&r)}};
    if (!token_use(ch, token_id) || !accept_sequence(ch, sequence.number))
        return;
    if (memcmp(type, "CLO", 3) == 0) /* the only chunk or the first of more */
        channel_end(ch, UA_GOOD, "closed by the client");
    else
        receive_chunk(ch, (char)type[3], &c);
}

void receive_message(struct channel *ch, const struct frame *f)
{
    const struct token *token = token_of(ch, f);
    if (token)
        receive_opened(ch, token->id, f->whole.data,
                       (struct slice){f->whole.data + CHUNK_CLEAR_SIZE, f->whole.len - CHUNK_CLEAR_SIZE});
}
