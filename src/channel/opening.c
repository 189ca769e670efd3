/* SPDX-License-Identifier: Apache-2.0
 * Secured messages on their way in: chunks that came together are opened together, a large lot of them on
 * other threads. Meanwhile nothing more is received, so what follows them is looked at after them.
 *
 * A lot has chunks of one token, in the order in which they came. Its token was good when they came. */
#include "channel/channel_private.h"
#include "crypto/secret.h"

#include <stdlib.h>
#include <string.h>

enum {
    DELEGATED_BYTES = 32 * 1024, /* a lot that is worth the way to another thread */
    MOST_JOBS = 64,
    KEPT_PLAIN = 4096, /* bytes of room for the next small request */
};

struct lot {
    struct unseal_job jobs[MOST_JOBS];
    size_t count;
    size_t bytes;
    uint32_t token_id;
    /* Of the message that its last chunk belongs to, as far as it is known before that is open. */
    size_t message_chunks;
    size_t message_bytes;
};

/* A lot that is opened elsewhere, with all that this takes. The keys are its own: the token may end before.
 */
struct opening {
    struct channel *channel; /* NULL: it has gone, only the opening is to be waited for */
    struct chunk_work work;
    struct key_set keys;
    struct lot lot;
    size_t secret_bytes; /* of those below, to be wiped: the lot's, or none */
    struct slice behind; /* what came behind the lot */
    uint8_t bytes[];     /* of the lot, opened in their place, and those behind */
};

/* ---- choosing ---- */

static void add(struct lot *lot, const struct channel *ch, const struct token *token, struct slice chunk)
{
    lot->jobs[lot->count++] = (struct unseal_job){
        .keys = &token->receive_keys, .layout = security_mode_layout(ch->mode), .sealed = chunk};
    lot->bytes += chunk.len;
    bool more = chunk.data[3] == 'C';
    lot->message_chunks = more ? lot->message_chunks + 1 : 0;
    lot->message_bytes = more ? lot->message_bytes + chunk.len : 0;
}

/* Is it a chunk that belongs into the lot too? Looks only at what anybody can see of it; one that is wrong,
 * or could go past a limit, is left to be met alone. */
static bool belongs(const struct lot *lot, const struct channel *ch, struct slice bytes)
{
    if (lot->count == MOST_JOBS || bytes.len < CHUNK_HEADERS_SIZE)
        return false;
    struct frame_header h = frame_header_read(bytes.data);
    if (memcmp(h.type, "MSG", 3) != 0 || h.size < CHUNK_HEADERS_SIZE || h.size > bytes.len)
        return false;
    if (h.size > ch->receive_chunk || h.size > MOST_OPENED_BYTES - lot->bytes)
        return false;
    uint32_t max_chunks = ch->config.limits.max_chunks;
    if (max_chunks && lot->message_chunks >= max_chunks)
        return false;
    if (lot->message_bytes > ch->max_request || h.size > ch->max_request - lot->message_bytes)
        return false;
    /* The same channel and token. */
    const uint8_t *first = lot->jobs[0].sealed.data;
    return memcmp(bytes.data + FRAME_HEADER_SIZE, first + FRAME_HEADER_SIZE,
                  CHUNK_CLEAR_SIZE - FRAME_HEADER_SIZE) == 0;
}

/* The first chunk, and those behind it that belong to it. How many bytes these have. */
static size_t collect(struct lot *lot, const struct channel *ch, const struct token *token,
                      struct slice first, struct slice behind)
{
    size_t taken = 0;
    lot->count = lot->bytes = 0;
    lot->token_id = token->id;
    lot->message_chunks = ch->chunk_count;
    lot->message_bytes = ch->body.len;
    add(lot, ch, token, first);
    while (belongs(lot, ch, behind)) {
        size_t size = frame_header_read(behind.data).size;
        add(lot, ch, token, (struct slice){behind.data, size});
        taken += size;
        behind.data += size;
        behind.len -= size;
    }
    return taken;
}

/* ---- opening ---- */

/* Passes on what was in it, in its order, to the first that is wrong. */
static void receive_lot(struct channel *ch, const struct lot *lot, int rc)
{
    if (rc)
        channel_fail(ch, rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR,
                     "cannot open a chunk: %s", err_name(rc));
    for (size_t i = 0; i < lot->count && ch->state == STATE_OPEN; i++)
        receive_opened(ch, lot->token_id, lot->jobs[i].sealed.data, lot->jobs[i].plain);
}

/* At once, on this thread. */
static void open_here(struct channel *ch, struct token *token, struct lot *lot)
{
    if (lot->jobs[0].layout.encrypt && buf_reserve(&ch->plain, lot->bytes)) {
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for %zu bytes", lot->bytes);
        return;
    }
    struct symmetric_kept *kept = token_keep(&token->receive_kept);
    uint8_t *out = ch->plain.data;
    for (size_t i = 0; i < lot->count; i++) {
        lot->jobs[i].kept = kept;
        lot->jobs[i].out = out;
        if (out)
            out += lot->jobs[i].sealed.len;
    }
    receive_lot(ch, lot, symmetric_unseal(lot->jobs, lot->count));
    forget_received(ch, ch->plain.data, ch->plain.data ? lot->bytes : 0);
    if (ch->chunk_count == 0 && ch->plain.cap > KEPT_PLAIN)
        buf_clear(&ch->plain);
}

static void opening_free(struct opening *o)
{
    key_set_wipe(&o->keys);
    secret_wipe(o->bytes, o->secret_bytes);
    free(o);
}

static void opening_done(struct task *t)
{
    struct opening *o = container_of(container_of(t, struct chunk_work, task), struct opening, work);
    struct channel *ch = o->channel;
    if (ch) {
        ch->opening = NULL;
        if (ch->state == STATE_OPEN)
            receive_lot(ch, &o->lot, o->work.rc);
        receive_bytes(ch, o->behind);
        if (!ch->opening && ch->state != STATE_ENDED)
            ch->config.events->rest(ch->config.user, false);
    }
    opening_free(o);
}

static struct opening *opening_new(struct channel *ch, const struct token *token, const struct lot *lot,
                                   struct slice behind)
{
    struct opening *o = malloc(sizeof *o + lot->bytes + behind.len);
    if (!o)
        return NULL;
    *o = (struct opening){.channel = ch, .keys = token->receive_keys, .lot = *lot};
    uint8_t *at = o->bytes;
    for (size_t i = 0; i < lot->count; i++) {
        struct unseal_job *job = &o->lot.jobs[i];
        memcpy(at, job->sealed.data, job->sealed.len);
        job->sealed.data = job->out = at;
        job->keys = &o->keys;
        at += job->sealed.len;
    }
    if (behind.len > 0)
        memcpy(at, behind.data, behind.len);
    o->behind = (struct slice){at, behind.len};
    o->secret_bytes = receives_secrets(ch) ? lot->bytes : 0;
    o->work = (struct chunk_work){
        .task = {.weight = lot->count, .done = opening_done}, .unseal = o->lot.jobs, .count = lot->count};
    return o;
}

static void open_elsewhere(struct channel *ch, const struct token *token, const struct lot *lot,
                           struct slice behind)
{
    struct opening *o = opening_new(ch, token, lot, behind);
    if (!o) {
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for %zu bytes", lot->bytes + behind.len);
        return;
    }
    ch->opening = o;
    ch->config.events->rest(ch->config.user, true);
    ch->config.security->delegate(ch->config.security->crew, &o->work);
}

size_t receive_sealed(struct channel *ch, const struct frame *f, struct slice behind)
{
    struct lot lot;
    struct token *token = token_of(ch, f);
    if (!token)
        return behind.len;
    size_t taken = collect(&lot, ch, token, f->whole, behind);
    if (lot.bytes < DELEGATED_BYTES || !ch->config.security->delegate) {
        open_here(ch, token, &lot);
        return taken;
    }
    open_elsewhere(ch, token, &lot, (struct slice){behind.data + taken, behind.len - taken});
    return behind.len;
}

void opening_abandon(struct channel *ch)
{
    if (ch->opening)
        ch->opening->channel = NULL;
    ch->opening = NULL;
}
