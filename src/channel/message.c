/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way in: chunks are checked, put together, and passed on (Part 6 §6.7.2, §6.7.3). */
#include "channel/channel_private.h"
#include "wire/messages_gen.h"

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

/* What the sender put into a secured chunk. False: the channel has failed. */
static bool unseal_chunk(struct channel *ch, const struct token *token, const struct frame *f,
                         struct slice *out)
{
    struct unseal_job job = {
        .keys = &token->receive_keys, .layout = security_mode_layout(ch->mode), .sealed = f->whole};
    if (job.layout.encrypt && buf_reserve(&ch->plain, f->whole.len)) {
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for %zu bytes", f->whole.len);
        return false;
    }
    job.out = ch->plain.data;
    int rc = symmetric_unseal(&job, 1);
    *out = job.plain;
    if (rc)
        channel_fail(ch, rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR,
                     "cannot open a chunk: %s", err_name(rc));
    else if (!job.plain.data || job.plain.len < CHUNK_SEQUENCE_SIZE)
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "a chunk is not as its sender sealed it");
    else
        return true;
    return false;
}

/* False: the channel has failed. */
static bool open_chunk(struct channel *ch, const struct frame *f, struct chunk *out)
{
    struct reader r;
    reader_init(&r, f->body, NULL);
    uint32_t channel_id = read_u32(&r);
    uint32_t token_id = read_u32(&r);
    struct slice plain = {r.at, reader_left(&r)};
    const struct token *token = token_find(ch, token_id);
    if (r.status || plain.len < CHUNK_SEQUENCE_SIZE) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "a chunk is shorter than its headers");
        return false;
    }
    if (channel_id != ch->id) {
        channel_fail(ch, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN, "a chunk is for SecureChannel %u", channel_id);
        return false;
    }
    if (!token) {
        channel_fail(ch, UA_BAD_SECURE_CHANNEL_TOKEN_UNKNOWN, "a chunk has token %u", token_id);
        return false;
    }
    if (ch->mode != UA_MESSAGE_SECURITY_MODE_NONE && !unseal_chunk(ch, token, f, &plain))
        return false;
    reader_init(&r, plain, NULL);
    struct sequence_header sequence = sequence_header_read(&r);
    *out = (struct chunk){sequence.request_id, {r.at, reader_left(&r)}};
    return token_use(ch, token_id) && accept_sequence(ch, sequence.number);
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

static bool append_chunk(struct channel *ch, const struct chunk *c)
{
    if (!buf_append(&ch->body, c->body.data, c->body.len))
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

static void drop_message(struct channel *ch)
{
    buf_clear(&ch->plain);
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

void receive_message(struct channel *ch, const struct frame *f)
{
    struct chunk c;
    char final = f->type[3];
    if (!open_chunk(ch, f, &c))
        return;
    if (ch->chunk_count && c.request_id != ch->chunk_request_id)
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "a chunk of request %u amidst request %u",
                     c.request_id, ch->chunk_request_id);
    else if (final == 'C')
        receive_part(ch, &c);
    else if (final == 'F')
        receive_last(ch, &c);
    else if (final == 'A')
        receive_abort(ch, &c);
    else
        channel_fail(ch, UA_BAD_TCP_MESSAGE_TYPE_INVALID, "a chunk is marked %02x, not C, F or A",
                     (unsigned char) final);
}

void receive_close(struct channel *ch, const struct frame *f)
{
    struct chunk c; /* the only one or the first of more: it ends */
    if (open_chunk(ch, f, &c))
        channel_end(ch, UA_GOOD, "closed by the client");
}
