/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out of a secured channel: each chunk is a job, many jobs are sealed together, large
 * messages on other threads. */
#include "channel/channel_private.h"
#include "crypto/secret.h"

#include <stdlib.h>

enum {
    DELEGATED_BYTES = 32 * 1024, /* a message that is worth the way to another thread */
    WORK_JOBS = 16,              /* of a work: they fill the lanes, and leave while the next are sealed */
};

/* Neighbouring chunks that are sealed together, and leave together. */
struct piece {
    struct chunk_work work;
    struct outgoing *outgoing;
};

/* What the jobs of one message need until all are done. The keys are its own: the token may end before. */
struct sealing {
    struct key_set keys;
    struct rope message; /* taken, when it is sealed elsewhere */
    size_t piece_count;
    size_t pieces_left; /* to be sealed elsewhere */
    size_t job_count;
    struct piece *pieces;
    struct slice *stretches; /* of all jobs, one behind the other */
    uint8_t *headers;
    struct seal_job jobs[];
};

static struct sealing *sealing_new(const struct channel *ch, const struct cut *cut, size_t pieces)
{
    size_t jobs = cut->chunks * sizeof(struct seal_job);
    size_t stretches = cut->max_stretches * sizeof(struct slice);
    struct sealing *s = malloc(sizeof *s + jobs + pieces * sizeof(struct piece) + stretches +
                               cut->chunks * CHUNK_HEADERS_SIZE);
    if (!s)
        return NULL;
    *s = (struct sealing){.keys = ch->token.send_keys, .piece_count = pieces, .job_count = cut->chunks};
    s->pieces = (struct piece *)(s->jobs + cut->chunks);
    s->stretches = (struct slice *)(s->pieces + pieces);
    s->headers = (uint8_t *)(s->stretches + cut->max_stretches);
    rope_init(&s->message, 0);
    for (size_t i = 0; i < pieces; i++)
        s->pieces[i].outgoing = NULL;
    return s;
}

/* What was sealed does not need it any more. */
static void sealing_free(struct sealing *s)
{
    key_set_wipe(&s->keys);
    rope_clear(&s->message);
    free(s);
}

/* With the pieces: nobody has them yet. */
static void sealing_abandon(struct sealing *s)
{
    for (size_t i = 0; i < s->piece_count; i++)
        if (s->pieces[i].outgoing)
            outgoing_free(s->pieces[i].outgoing);
    sealing_free(s);
}

/* ---- what is sealed ---- */

static void work_done(struct task *t)
{
    struct piece *p = container_of(t, struct piece, work.task);
    struct sealing *s = p->work.user;
    struct outgoing *o = p->outgoing;
    struct channel *ch = o->channel;
    int rc = p->work.rc;
    if (--s->pieces_left == 0)
        sealing_free(s);
    o->sealing = false;
    if (!ch)
        outgoing_free(o);
    else if (rc)
        channel_fail(ch, rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR,
                     "cannot seal a message: %s", err_name(rc));
    else
        outgoing_sealed(ch);
}

/* ---- making jobs ---- */

/* The headers, and the next `n` bytes of the message. */
static size_t add_stretches(struct slice *out, const uint8_t *headers, const struct rope *message,
                            struct rope_cursor *at, size_t n)
{
    size_t count = 0;
    out[count++] = (struct slice){headers, CHUNK_HEADERS_SIZE};
    while (n > 0) {
        struct slice part = rope_next(message, at, n);
        out[count++] = part;
        n -= part.len;
    }
    return count;
}

/* Where the next chunk of `size` bytes goes: behind the one before in a buffer of the pool, or into a new
 * buffer; the last one into the storage. NULL without memory. */
static uint8_t *place(struct outgoing *o, size_t size, bool last)
{
    struct slice *part = o->part_count ? &o->parts[o->part_count - 1] : NULL;
    if (last) {
        o->parts[o->part_count++] = (struct slice){o->storage, size};
        return o->storage;
    }
    if (!part || size > o->pool->size - part->len) {
        uint8_t *buffer = chunk_pool_take(o->pool);
        if (!buffer)
            return NULL;
        part = &o->parts[o->part_count++];
        *part = (struct slice){buffer, 0};
        o->pooled++;
    }
    part->len += size;
    return (uint8_t *)part->data + part->len - size;
}

/* Room for `count` chunks of `size` bytes, of which the last one of the message has `last`. */
static struct outgoing *make_outgoing(struct chunk_pool *pool, size_t count, size_t size, size_t last)
{
    size_t in_a_buffer = pool->size / size;
    struct outgoing *o = outgoing_new((count + in_a_buffer - 1) / in_a_buffer + 1, last);
    if (o)
        o->pool = pool;
    return o;
}

/* The works are of about the same size. */
static bool make_pieces(const struct channel *ch, struct sealing *s, size_t message, const struct cut *cut)
{
    struct chunk_layout layout = security_mode_layout(ch->mode);
    size_t whole = sealed_size(layout, CHUNK_HEADERS_SIZE + cut->max_body);
    size_t last = sealed_size(layout, CHUNK_HEADERS_SIZE + message - (cut->chunks - 1) * cut->max_body);
    size_t from = 0;
    for (size_t i = 0; i < s->piece_count; i++) {
        size_t to = s->job_count * (i + 1) / s->piece_count;
        struct piece *p = &s->pieces[i];
        p->work = (struct chunk_work){
            .task = {.weight = to - from, .done = work_done},
            .seal = s->jobs + from,
            .count = to - from,
            .user = s,
        };
        p->outgoing =
            make_outgoing(ch->config.security->pool, to - from, whole, to == s->job_count ? last : 0);
        if (!p->outgoing)
            return false;
        from = to;
    }
    return true;
}

static bool make_jobs(struct channel *ch, struct sealing *s, const char type[3], uint32_t request_id,
                      const struct rope *message, const struct cut *cut)
{
    struct chunk_layout layout = security_mode_layout(ch->mode);
    struct rope_cursor at = {0};
    struct slice *stretches = s->stretches;
    struct piece *piece = s->pieces;
    uint8_t *headers = s->headers;
    size_t left = message->len;
    for (size_t i = 0; i < cut->chunks; i++) {
        size_t n = left < cut->max_body ? left : cut->max_body;
        left -= n;
        if (s->jobs + i == piece->work.seal + piece->work.count)
            piece++;
        size_t size = sealed_size(layout, CHUNK_HEADERS_SIZE + n);
        uint8_t *out = place(piece->outgoing, size, left == 0);
        if (!out)
            return false;
        put_chunk_headers(ch, headers, type, left == 0, size, request_id);
        size_t count = add_stretches(stretches, headers, message, &at, n);
        s->jobs[i] = (struct seal_job){&s->keys, layout, stretches, count, out};
        stretches += count;
        headers += CHUNK_HEADERS_SIZE;
    }
    return true;
}

/* ---- sealing ---- */

/* By others; their works may be done at once. */
static void delegate(struct channel *ch, struct sealing *s, struct rope *message)
{
    const struct channel_security *security = ch->config.security;
    size_t count = s->piece_count;
    rope_move(&s->message, message);
    s->pieces_left = count;
    for (size_t i = 0; i < count; i++)
        outgoing_wait(ch, s->pieces[i].outgoing);
    for (size_t i = 0; i < count; i++)
        security->delegate(security->crew, &s->pieces[i].work);
}

/* At once, on this thread: in one piece. The message is not needed any more then. */
static ua_status seal_here(struct channel *ch, struct sealing *s, struct rope *message)
{
    struct outgoing *o = s->pieces[0].outgoing;
    struct rope nothing;
    int rc = symmetric_seal(s->jobs, s->job_count);
    sealing_free(s);
    if (rc) {
        outgoing_free(o);
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR;
    }
    rope_init(&nothing, 0);
    ua_status status = outgoing_send(ch, o, &nothing);
    if (!status)
        rope_clear(message);
    return status;
}

ua_status send_sealed(struct channel *ch, const char type[3], uint32_t request_id, struct rope *message,
                      const struct cut *cut)
{
    bool elsewhere = ch->config.security->delegate && message->len >= DELEGATED_BYTES;
    struct sealing *s = sealing_new(ch, cut, elsewhere ? (cut->chunks - 1) / WORK_JOBS + 1 : 1);
    if (!s)
        return UA_BAD_OUT_OF_MEMORY;
    if (!make_pieces(ch, s, message->len, cut) || !make_jobs(ch, s, type, request_id, message, cut)) {
        sealing_abandon(s);
        return UA_BAD_OUT_OF_MEMORY;
    }
    if (!elsewhere)
        return seal_here(ch, s, message);
    delegate(ch, s, message);
    return UA_GOOD;
}
