/* SPDX-License-Identifier: Apache-2.0
 * Security tokens (Part 4 §5.6.2.1): how long one is good, and the passing from one to the next. */
#include "channel/channel_private.h"

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

/* A server goes on sending with the old token until the client uses the new one. */
void token_issue(struct channel *ch, uint32_t id, uint32_t lifetime_ms)
{
    struct token t = {id, lifetime_ms, clock_mono_ns(ch->config.timers->clock)};
    if (ch->config.role == CHANNEL_SERVER && ch->token.id) {
        ch->other_token = t;
        return;
    }
    ch->other_token = ch->token;
    ch->token = t;
    wait_until(ch, ch->config.role == CHANNEL_SERVER ? end_ns(&t) : renewal_ns(&t));
}

static void use_other_token(struct channel *ch)
{
    ch->token = ch->other_token;
    ch->other_token = (struct token){0};
    wait_until(ch, end_ns(&ch->token));
}

bool token_accept(struct channel *ch, uint32_t id)
{
    if (id == 0)
        return false;
    if (ch->config.role == CHANNEL_SERVER) {
        if (id == ch->other_token.id)
            use_other_token(ch);
        return id == ch->token.id && ch->state == STATE_OPEN;
    }
    if (id == ch->token.id)
        ch->other_token = (struct token){0};
    else if (id == ch->other_token.id)
        return clock_mono_ns(ch->config.timers->clock) < end_ns(&ch->other_token);
    return id == ch->token.id;
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
