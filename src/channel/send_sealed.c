/* SPDX-License-Identifier: Apache-2.0
 * Messages on their way out of a secured channel: each chunk is a job, all of them are sealed together. */
#include "channel/channel_private.h"

#include <stdlib.h>

/* What the jobs of one message need until they are done. */
struct work {
    struct seal_job *jobs;
    struct slice *stretches; /* of all jobs, one behind the other */
    uint8_t *headers;
};

/* One allocation: free(jobs) ends it. */
static bool work_init(struct work *w, const struct cut *cut)
{
    size_t size =
        cut->chunks * (sizeof *w->jobs + CHUNK_HEADERS_SIZE) + cut->max_stretches * sizeof *w->stretches;
    w->jobs = malloc(size);
    if (!w->jobs)
        return false;
    w->stretches = (struct slice *)(w->jobs + cut->chunks);
    w->headers = (uint8_t *)(w->stretches + cut->max_stretches);
    return true;
}

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

/* Whole chunks go to buffers of the pool, the last one behind the parts. */
static bool take_buffers(struct channel *ch, struct outgoing *o, const struct cut *cut)
{
    o->pool = ch->config.security->pool;
    for (; o->pooled < cut->chunks - 1; o->pooled++) {
        uint8_t *buffer = chunk_pool_take(o->pool);
        if (!buffer)
            return false;
        o->parts[o->pooled].data = buffer;
    }
    o->parts[o->pooled].data = o->storage;
    o->part_count = cut->chunks;
    return true;
}

static int seal(struct channel *ch, struct outgoing *o, struct work *w, const char type[3],
                uint32_t request_id, const struct rope *message, const struct cut *cut)
{
    struct chunk_layout layout = security_mode_layout(ch->mode);
    struct rope_cursor at = {0};
    struct slice *stretches = w->stretches;
    uint8_t *headers = w->headers;
    size_t left = message->len;
    for (size_t i = 0; i < cut->chunks; i++) {
        size_t n = left < cut->max_body ? left : cut->max_body;
        left -= n;
        o->parts[i].len = sealed_size(layout, CHUNK_HEADERS_SIZE + n);
        put_chunk_headers(ch, headers, type, left == 0, o->parts[i].len, request_id);
        size_t count = add_stretches(stretches, headers, message, &at, n);
        w->jobs[i] =
            (struct seal_job){&ch->token.send_keys, layout, stretches, count, (uint8_t *)o->parts[i].data};
        stretches += count;
        headers += CHUNK_HEADERS_SIZE;
    }
    return symmetric_seal(w->jobs, cut->chunks);
}

ua_status send_sealed(struct channel *ch, const char type[3], uint32_t request_id, struct rope *message,
                      const struct cut *cut)
{
    struct work w = {0};
    struct rope nothing;
    size_t last = message->len - (cut->chunks - 1) * cut->max_body;
    size_t last_size = sealed_size(security_mode_layout(ch->mode), CHUNK_HEADERS_SIZE + last);
    struct outgoing *o = outgoing_new(cut->chunks, last_size);
    if (!o)
        return UA_BAD_OUT_OF_MEMORY;
    bool ready = work_init(&w, cut) && take_buffers(ch, o, cut);
    int rc = ready ? seal(ch, o, &w, type, request_id, message, cut) : ERR_NO_MEMORY;
    free(w.jobs);
    if (rc) {
        outgoing_free(o);
        return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR;
    }
    rope_init(&nothing, 0); /* what is sent no longer refers to the message */
    ua_status status = outgoing_send(ch, o, &nothing);
    if (!status)
        rope_clear(message);
    return status;
}
