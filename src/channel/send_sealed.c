/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out of a secured channel: each chunk is a job, many jobs are sealed together, large
 * messages on other threads. */
#include "channel/channel_private.h"
#include "crypto/secret.h"

#include <stdlib.h>

enum {
    DELEGATED_BYTES = 32 * 1024, /* a message that is worth the way to another thread */
    WORK_JOBS = 16,              /* that are worth a thread of their own: they fill the lanes */
    MOST_WORKS = 8,
};

/* What the jobs of one message need until they are done. The keys are its own: the token may end before. */
struct sealing {
    struct outgoing *outgoing;
    struct key_set keys;
    struct seal_work works[MOST_WORKS];
    size_t works_left;
    int rc; /* of the first work that failed */
    size_t job_count;
    struct slice *stretches; /* of all jobs, one behind the other */
    uint8_t *headers;
    struct seal_job jobs[];
};

static struct sealing *sealing_new(const struct channel *ch, const struct cut *cut)
{
    size_t jobs = cut->chunks * sizeof(struct seal_job);
    size_t stretches = cut->max_stretches * sizeof(struct slice);
    struct sealing *s = malloc(sizeof *s + jobs + stretches + cut->chunks * CHUNK_HEADERS_SIZE);
    if (!s)
        return NULL;
    *s = (struct sealing){.keys = ch->token.send_keys, .job_count = cut->chunks};
    s->stretches = (struct slice *)(s->jobs + cut->chunks);
    s->headers = (uint8_t *)(s->stretches + cut->max_stretches);
    return s;
}

void sealing_free(struct sealing *s)
{
    if (!s)
        return;
    key_set_wipe(&s->keys);
    free(s);
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

static bool make_jobs(struct channel *ch, struct outgoing *o, const char type[3], uint32_t request_id,
                      const struct rope *message, const struct cut *cut)
{
    struct sealing *s = o->sealing;
    struct chunk_layout layout = security_mode_layout(ch->mode);
    struct rope_cursor at = {0};
    struct slice *stretches = s->stretches;
    uint8_t *headers = s->headers;
    size_t left = message->len;
    for (size_t i = 0; i < cut->chunks; i++) {
        size_t n = left < cut->max_body ? left : cut->max_body;
        left -= n;
        size_t size = sealed_size(layout, CHUNK_HEADERS_SIZE + n);
        uint8_t *out = place(o, size, left == 0);
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

static void all_done(struct outgoing *o)
{
    struct channel *ch = o->channel;
    int rc = o->sealing->rc;
    sealing_free(o->sealing);
    o->sealing = NULL;
    rope_clear(&o->message); /* what is sent does not refer to it */
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
    struct seal_work *w = container_of(t, struct seal_work, task);
    struct sealing *s = w->user;
    if (w->rc && !s->rc)
        s->rc = w->rc;
    if (--s->works_left == 0)
        all_done(s->outgoing);
}

/* Hands the jobs out in works of about the same size. */
static void delegate(const struct channel_security *security, struct sealing *s)
{
    size_t works = s->job_count / WORK_JOBS, from = 0;
    works = works < 1 ? 1 : works > MOST_WORKS ? MOST_WORKS : works;
    s->works_left = works;
    for (size_t i = 0; i < works; i++) {
        size_t to = s->job_count * (i + 1) / works;
        s->works[i] = (struct seal_work){
            .task = {.weight = to - from, .done = work_done},
            .jobs = s->jobs + from,
            .count = to - from,
            .user = s,
        };
        from = to;
        security->seal(security->sealer, &s->works[i]);
    }
}

/* At once, on this thread. The message is not needed any more then. */
static ua_status seal_here(struct channel *ch, struct outgoing *o, struct rope *message)
{
    struct rope nothing;
    int rc = symmetric_seal(o->sealing->jobs, o->sealing->job_count);
    sealing_free(o->sealing);
    o->sealing = NULL;
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
    const struct channel_security *security = ch->config.security;
    struct chunk_layout layout = security_mode_layout(ch->mode);
    size_t whole = sealed_size(layout, CHUNK_HEADERS_SIZE + cut->max_body);
    size_t last = sealed_size(layout, CHUNK_HEADERS_SIZE + message->len - (cut->chunks - 1) * cut->max_body);
    size_t in_a_buffer = security->pool->size / whole;
    struct outgoing *o = outgoing_new((cut->chunks - 1 + in_a_buffer - 1) / in_a_buffer + 1, last);
    if (!o)
        return UA_BAD_OUT_OF_MEMORY;
    o->pool = security->pool;
    o->sealing = sealing_new(ch, cut);
    if (!o->sealing || !make_jobs(ch, o, type, request_id, message, cut)) {
        outgoing_free(o);
        return UA_BAD_OUT_OF_MEMORY;
    }
    o->sealing->outgoing = o;
    if (!security->seal || message->len < DELEGATED_BYTES)
        return seal_here(ch, o, message);
    ua_status status = outgoing_send(ch, o, message);
    if (!status)
        delegate(security, o->sealing);
    return status;
}
