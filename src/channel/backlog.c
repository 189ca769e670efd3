/* SPDX-License-Identifier: Apache-2.0
 * Messages that are not sealed yet, because the peer has not taken what is: they share their pictures with
 * others, sealed ones are copies. */
#include "base/scraps.h"
#include "channel/channel_private.h"
#include "wire/messages_gen.h"

struct backlogged {
    struct list_link link;
    uint32_t request_id;
    struct rope message;
};

size_t most_sealed(const struct channel *ch)
{
    const struct channel_security *s = ch->config.security;
    if (chunk_pool_is_short(s->pool))
        return 1;
    return s->most_sealed ? s->most_sealed : CHANNEL_MOST_SEALED;
}

static bool has_room(const struct channel *ch)
{
    return ch->held_bytes < most_sealed(ch);
}

bool backlog_needed(const struct channel *ch)
{
    return ch->mode != UA_MESSAGE_SECURITY_MODE_NONE && (ch->backlog.count > 0 || !has_room(ch));
}

ua_status backlog_add(struct channel *ch, uint32_t request_id, struct rope *message)
{
    struct backlogged *b = scraps_take(sizeof *b);
    if (!b)
        return UA_BAD_OUT_OF_MEMORY;
    *b = (struct backlogged){.request_id = request_id};
    rope_move(&b->message, message);
    list_append(&ch->backlog, &b->link);
    ch->backlog_bytes += b->message.len;
    return UA_GOOD;
}

static struct backlogged *backlog_pop(struct channel *ch)
{
    struct list_link *link = list_pop(&ch->backlog);
    struct backlogged *b = link ? container_of(link, struct backlogged, link) : NULL;
    if (b)
        ch->backlog_bytes -= b->message.len;
    return b;
}

static void backlogged_free(struct backlogged *b)
{
    rope_clear(&b->message);
    scraps_give(b);
}

void backlog_catch_up(struct channel *ch)
{
    struct backlogged *b;
    if (ch->catching_up)
        return;
    ch->catching_up = true;
    while (ch->backlog.first && ch->state == STATE_OPEN && has_room(ch)) {
        b = backlog_pop(ch);
        ua_status status = send_message(ch, "MSG", b->request_id, &b->message);
        backlogged_free(b);
        if (status)
            channel_fail(ch, status, "a message that waited cannot be sent");
    }
    ch->catching_up = false;
}

void backlog_clear(struct channel *ch)
{
    struct backlogged *b;
    while ((b = backlog_pop(ch)))
        backlogged_free(b);
}
