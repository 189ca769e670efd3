/* SPDX-License-Identifier: Apache-2.0
 * Security tokens (Part 4 §5.6.2.1): how long one is good, and the passing from one to the next. */
#include "channel/channel_private.h"
#include "crypto/secret.h"

static int64_t renewal_ns(const struct token *t)
{
    return t->issued_ns + t->lifetime_ms * NS_PER_MS / 4 * 3;
}

/* A quarter longer than its lifetime, for what is late on the way. */
static int64_t end_ns(const struct token *t)
{
    return t->issued_ns + t->lifetime_ms * NS_PER_MS / 4 * 5;
}

static void wait_until(struct channel *ch, int64_t deadline_ns)
{
    if (timer_start_at(ch->config.timers, &ch->due, deadline_ns))
        channel_fail(ch, UA_BAD_OUT_OF_MEMORY, "no memory for a timer");
}

void token_clear(struct token *t)
{
    symmetric_kept_free(t->send_kept);
    symmetric_kept_free(t->receive_kept);
    secret_wipe(t, sizeof *t);
}

static void token_move(struct token *to, struct token *from)
{
    token_clear(to);
    *to = *from;
    secret_wipe(from, sizeof *from);
}

struct symmetric_kept *token_keep(struct symmetric_kept **kept)
{
    if (!*kept)
        *kept = symmetric_kept_new();
    return *kept;
}

static void use_other_token(struct channel *ch)
{
    token_move(&ch->token, &ch->other_token);
    wait_until(ch, end_ns(&ch->token));
}

/* A server goes on sending with the old token until the client uses the new one, or has it for sure: it asks
 * for another. */
void token_issue(struct channel *ch, struct token *t)
{
    t->issued_ns = clock_mono_ns(ch->config.timers->clock);
    bool server = ch->config.role == CHANNEL_SERVER;
    if (server && ch->token.id) {
        if (ch->other_token.id)
            use_other_token(ch);
        token_move(&ch->other_token, t);
        return;
    }
    token_move(&ch->other_token, &ch->token);
    token_move(&ch->token, t);
    wait_until(ch, server ? end_ns(&ch->token) : renewal_ns(&ch->token));
}

struct token *token_find(struct channel *ch, uint32_t id)
{
    struct token *other = &ch->other_token;
    if (id == 0)
        return NULL;
    if (id == ch->token.id)
        return &ch->token;
    if (id != other->id)
        return NULL;
    bool over = ch->config.role == CHANNEL_CLIENT && clock_mono_ns(ch->config.timers->clock) >= end_ns(other);
    return over ? NULL : other;
}

bool token_use(struct channel *ch, uint32_t id)
{
    if (ch->config.role == CHANNEL_SERVER && id == ch->other_token.id)
        use_other_token(ch);
    else if (ch->config.role == CHANNEL_CLIENT && id == ch->token.id)
        token_clear(&ch->other_token);
    return ch->state == STATE_OPEN;
}

static void renew_or_end(struct channel *ch)
{
    if (ch->open_request_id) {
        channel_fail(ch, UA_BAD_TIMEOUT, "the server did not renew the token in time");
        return;
    }
    ua_status status = channel_renew(ch);
    if (status)
        channel_fail(ch, status, "cannot renew the token");
    else
        wait_until(ch, end_ns(&ch->token));
}

void token_due(struct channel *ch)
{
    if (ch->config.role == CHANNEL_CLIENT)
        renew_or_end(ch);
    else if (ch->other_token.id)
        use_other_token(ch);
    else
        channel_fail(ch, UA_BAD_SECURE_CHANNEL_CLOSED, "the client did not renew the token in time");
}
