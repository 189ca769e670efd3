/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out of a secured channel: each chunk is a job, many jobs are sealed together, large
 * messages on other threads. */
#include "base/scraps.h"
#include "channel/channel_private.h"
#include "crypto/secret.h"

enum {
    DELEGATED_BYTES = 32 * 1024, /* a message that is worth the way to another thread */
    WORK_JOBS = 16,              /* of a work: they fill the lanes, and leave while the next are sealed */
};

/* Neighbouring chunks that are sealed together, and leave together. */
struct piece {
    struct chunk_work work;
    struct outgoing *outgoing;
};

/* What the jobs of one message need until all are done. */
struct sealing {
    struct list_link link; /* while not all is begun */
    bool elsewhere;        /* by others; else at once, on this thread */
    struct key_set keys;   /* its own, when sealed elsewhere: the token may end before */
    struct rope message;   /* taken, when it is sealed elsewhere */
    size_t chunk_size;     /* when sealed, of each but the last */
    size_t last_size;
    size_t piece_count;
    size_t begun;   /* pieces, the first ones, that are sealed or under way */
    size_t holders; /* each piece under way elsewhere, and the channel while not all is begun */
    size_t job_count;
    struct piece *pieces;
    struct slice *stretches; /* of all jobs, one behind the other */
    uint8_t *headers;
    struct seal_job jobs[];
};

static struct sealing *sealing_new(const struct channel *ch, size_t message, const struct cut *cut)
{
    bool elsewhere = ch->config.security->delegate && message >= DELEGATED_BYTES;
    size_t pieces = elsewhere ? (cut->chunks - 1) / WORK_JOBS + 1 : 1;
    struct chunk_layout layout = security_mode_layout(ch->mode);
    size_t jobs = cut->chunks * sizeof(struct seal_job);
    size_t stretches = cut->max_stretches * sizeof(struct slice);
    struct sealing *s = scraps_take(sizeof *s + jobs + pieces * sizeof(struct piece) + stretches +
                                    cut->chunks * CHUNK_HEADERS_SIZE);
    if (!s)
        return NULL;
    *s = (struct sealing){
        .elsewhere = elsewhere,
        .chunk_size = sealed_size(layout, CHUNK_HEADERS_SIZE + cut->max_body),
        .last_size = sealed_size(layout, CHUNK_HEADERS_SIZE + message - (cut->chunks - 1) * cut->max_body),
        .piece_count = pieces,
        .job_count = cut->chunks,
    };
    s->pieces = (struct piece *)(s->jobs + cut->chunks);
    s->stretches = (struct slice *)(s->pieces + pieces);
    s->headers = (uint8_t *)(s->stretches + cut->max_stretches);
    if (elsewhere)
        s->keys = ch->token.send_keys;
    rope_init(&s->message, 0);
    for (size_t i = 0; i < pieces; i++)
        s->pieces[i].outgoing = NULL;
    return s;
}

/* With the pieces that nobody else has. */
static void sealing_free(struct sealing *s)
{
    for (size_t i = s->begun; i < s->piece_count; i++)
        if (s->pieces[i].outgoing)
            outgoing_free(s->pieces[i].outgoing);
    key_set_wipe(&s->keys);
    rope_clear(&s->message);
    scraps_give(s);
}

/* Its size when sealed. */
static size_t sealed_chunk(const struct sealing *s, size_t index)
{
    return index + 1 == s->job_count ? s->last_size : s->chunk_size;
}

/* ---- room for what is sealed ---- */

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

/* Of a piece that is to be sealed now: it gets buffers of those that have gone. False without memory. */
static bool place_chunks(struct sealing *s, const struct piece *p)
{
    size_t from = (size_t)(p->work.seal - s->jobs);
    for (size_t i = from; i < from + p->work.count; i++) {
        s->jobs[i].out = place(p->outgoing, sealed_chunk(s, i), i + 1 == s->job_count);
        if (!s->jobs[i].out)
            return false;
    }
    return true;
}

static size_t piece_size(const struct sealing *s, const struct piece *p)
{
    size_t to = (size_t)(p->work.seal - s->jobs) + p->work.count;
    return (p->work.count - 1) * s->chunk_size + sealed_chunk(s, to - 1);
}

/* ---- sealed elsewhere ---- */

/* Whoever holds it is through with it. */
static void release(struct sealing *s)
{
    if (--s->holders == 0)
        sealing_free(s);
}

static void piece_sealed(struct outgoing *o, int rc)
{
    struct channel *ch = o->channel;
    o->sealing = false;
    if (!ch)
        outgoing_free(o);
    else if (rc)
        channel_fail(ch, rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR,
                     "cannot seal a message: %s", err_name(rc));
    else
        outgoing_sealed(ch);
}

static void work_done(struct task *t)
{
    struct piece *p = container_of(t, struct piece, work.task);
    struct sealing *s = p->work.user;
    piece_sealed(p->outgoing, p->work.rc);
    release(s);
}

/* Hands over the next piece, which may be done at once, and the sealing gone then. */
static void begin_piece(struct channel *ch, struct sealing *s)
{
    struct piece *p = &s->pieces[s->begun];
    if (!place_chunks(s, p)) {
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory to seal a message");
        return;
    }
    ch->unsealed_bytes -= p->outgoing->size;
    if (++s->begun < s->piece_count)
        s->holders++;
    else
        list_remove(&ch->sealings, &s->link); /* the piece holds it in the channel's stead */
    ch->config.security->delegate(ch->config.security->crew, &p->work);
}

void sealing_go_on(struct channel *ch)
{
    while (ch->sealings.first && ch->held_bytes - ch->unsealed_bytes < most_sealed(ch))
        begin_piece(ch, container_of(ch->sealings.first, struct sealing, link));
}

void sealing_abandon(struct channel *ch)
{
    struct list_link *link;
    while ((link = list_pop(&ch->sealings)))
        release(container_of(link, struct sealing, link));
    ch->unsealed_bytes = 0;
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

/* Room for `count` chunks, the message's last one among them or not. */
static struct outgoing *make_outgoing(struct chunk_pool *pool, const struct sealing *s, size_t count,
                                      bool last)
{
    size_t in_a_buffer = pool->size / s->chunk_size;
    struct outgoing *o = outgoing_new((count + in_a_buffer - 1) / in_a_buffer + 1, last ? s->last_size : 0);
    if (o)
        o->pool = pool;
    return o;
}

/* The works are of about the same size. */
static bool make_pieces(const struct channel *ch, struct sealing *s)
{
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
        p->outgoing = make_outgoing(ch->config.security->pool, s, to - from, to == s->job_count);
        if (!p->outgoing)
            return false;
        from = to;
    }
    return true;
}

/* All but the places for what is sealed. */
static void make_jobs(struct channel *ch, struct sealing *s, const char type[3], uint32_t request_id,
                      const struct rope *message, size_t max_body)
{
    struct seal_job job = {.layout = security_mode_layout(ch->mode), .keys = &s->keys};
    struct rope_cursor at = {0};
    struct slice *stretches = s->stretches;
    uint8_t *headers = s->headers;
    size_t left = message->len;
    if (!s->elsewhere) {
        job.keys = &ch->token.send_keys;
        job.kept = token_keep(&ch->token.send_kept);
    }
    for (size_t i = 0; i < s->job_count; i++) {
        size_t n = left < max_body ? left : max_body;
        left -= n;
        put_chunk_headers(ch, headers, type, left == 0, sealed_chunk(s, i), request_id);
        job.plain = stretches;
        job.plain_count = add_stretches(stretches, headers, message, &at, n);
        s->jobs[i] = job;
        stretches += job.plain_count;
        headers += CHUNK_HEADERS_SIZE;
    }
}

/* ---- sealing ---- */

/* By others, as far as the peer takes it. */
static void seal_elsewhere(struct channel *ch, struct sealing *s, struct rope *message)
{
    rope_move(&s->message, message);
    s->holders = 1;
    list_append(&ch->sealings, &s->link);
    for (size_t i = 0; i < s->piece_count; i++) {
        struct piece *p = &s->pieces[i];
        outgoing_wait(ch, p->outgoing, piece_size(s, p));
        ch->unsealed_bytes += p->outgoing->size;
    }
    sealing_go_on(ch);
}

/* At once, on this thread: in one piece. The message is not needed any more then. */
static ua_status seal_here(struct channel *ch, struct sealing *s, struct rope *message)
{
    struct outgoing *o = s->pieces[0].outgoing;
    struct rope nothing;
    int rc = place_chunks(s, &s->pieces[0]) ? symmetric_seal(s->jobs, s->job_count) : ERR_NO_MEMORY;
    s->begun = rc ? 0 : 1;
    sealing_free(s);
    if (rc)
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR;
    rope_init(&nothing, 0);
    ua_status status = outgoing_send(ch, o, &nothing);
    if (!status)
        rope_clear(message);
    return status;
}

ua_status send_sealed(struct channel *ch, const char type[3], uint32_t request_id, struct rope *message,
                      const struct cut *cut)
{
    struct sealing *s = sealing_new(ch, message->len, cut);
    if (!s)
        return UA_BAD_OUT_OF_MEMORY;
    if (!make_pieces(ch, s)) {
        sealing_free(s);
        return UA_BAD_OUT_OF_MEMORY;
    }
    make_jobs(ch, s, type, request_id, message, cut->max_body);
    if (!s->elsewhere)
        return seal_here(ch, s, message);
    seal_elsewhere(ch, s, message);
    return UA_GOOD;
}
