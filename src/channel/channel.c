/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/channel_private.h"
#include "crypto/secret.h"
#include "wire/messages_gen.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_REASON = 512 };

const struct channel_limits channel_default_limits = {
    .receive_buffer = 65536,
    .send_buffer = 65536,
    .max_message = 4 * 1024 * 1024,
    .max_chunks = 1024,
};

/* ---- life ---- */

static void on_due(struct timer *t)
{
    struct channel *ch = container_of(t, struct channel, due);
    if (ch->state == STATE_OPEN)
        token_due(ch);
    else
        channel_fail(ch, UA_BAD_TIMEOUT, "no SecureChannel within %u ms", ch->config.handshake_ms);
}

struct channel *channel_new(const struct channel_config *config)
{
    assert(config->limits.receive_buffer >= FRAME_SMALLEST_BUFFER);
    assert(config->limits.send_buffer >= FRAME_SMALLEST_BUFFER);
    assert(!config->security || !config->security->pool ||
           config->security->pool->size >= config->limits.send_buffer);
    struct channel *ch = calloc(1, sizeof *ch);
    if (!ch)
        return NULL;
    ch->config = *config;
    ch->state = config->role == CHANNEL_SERVER ? STATE_HELLO : STATE_BEGIN;
    ch->due.callback = on_due;
    ch->receive_chunk = ch->send_chunk = FRAME_SMALLEST_BUFFER;
    ch->policy = &security_policy_none;
    ch->mode = UA_MESSAGE_SECURITY_MODE_NONE;
    if (config->role == CHANNEL_SERVER)
        ch->id = config->channel_id;
    else if (config->security)
        ask_for(ch, &config->security->offers[0]);
    buf_init(&ch->endpoint_url, FRAME_MAX_TEXT);
    buf_init(&ch->frame, config->limits.receive_buffer);
    buf_init(&ch->plain, (size_t)config->limits.receive_buffer + MOST_OPENED_BYTES);
    buf_init(&ch->body, config->limits.max_message ? config->limits.max_message : INT32_MAX);
    channel_set_max_request(ch, UINT32_MAX);
    if (config->handshake_ms && timer_start_in(config->timers, &ch->due, config->handshake_ms * NS_PER_MS)) {
        channel_free(ch);
        return NULL;
    }
    return ch;
}

void channel_free(struct channel *ch)
{
    timer_stop(ch->config.timers, &ch->due);
    outgoing_clear(ch);
    opening_abandon(ch);
    buf_clear(&ch->endpoint_url);
    buf_clear(&ch->frame);
    buf_clear(&ch->plain);
    drop_message(ch);
    token_clear(&ch->token);
    token_clear(&ch->other_token);
    secret_wipe(ch->nonce, sizeof ch->nonce);
    certificate_free(ch->peer);
    free(ch);
}

/* ---- the end ---- */

/* Nothing is received or sent from now on. */
static void stop(struct channel *ch)
{
    ch->state = STATE_ENDED;
    outgoing_abandon(ch);
    timer_stop(ch->config.timers, &ch->due);
}

static void send_error(struct channel *ch, ua_status status, const char *reason)
{
    struct rope out;
    struct writer w;
    rope_init(&out, FRAME_SMALLEST_BUFFER);
    writer_init(&w, &out);
    transport_error_write(&w, &(struct transport_error){status, slice_of(reason)});
    ua_status sent = send_frame(ch, &w);
    (void)sent; /* it ends anyway, heard or unheard */
}

static void send_close(struct channel *ch)
{
    struct ua_close_secure_channel_request request = {0};
    struct rope out;
    struct writer w;
    rope_init(&out, FRAME_SMALLEST_BUFFER);
    writer_init(&w, &out);
    struct ua_nodeid type = ua_nodeid_numeric(0, ua_close_secure_channel_request_structure.encoding_id);
    write_nodeid(&w, &type);
    ua_close_secure_channel_request_write(&w, &request);
    /* It ends anyway, heard or unheard. */
    if (w.status || send_message(ch, "CLO", channel_next_request_id(ch), &out))
        rope_clear(&out);
}

/* Tells the peer, as far as it may know, before anything that waits. */
static void say_farewell(struct channel *ch, ua_status status, const char *reason)
{
    outgoing_abandon(ch);
    if (ch->config.role == CHANNEL_CLIENT && ch->state == STATE_OPEN)
        send_close(ch);
    else if (ch->config.role == CHANNEL_SERVER && status)
        send_error(ch, status, status == UA_BAD_SECURITY_CHECKS_FAILED ? NULL : reason);
}

/* It may quote the peer: only plain characters pass. */
static void make_plain(char *text)
{
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
}

void channel_end(struct channel *ch, ua_status status, const char *fmt, ...)
{
    char reason[MAX_REASON];
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof reason, fmt, args);
    va_end(args);
    make_plain(reason);
    stop(ch);
    ch->config.events->ended(ch->config.user, status, reason);
}

void channel_fail(struct channel *ch, ua_status status, const char *fmt, ...)
{
    if (ch->state == STATE_ENDED)
        return;
    char reason[MAX_REASON];
    va_list args;
    va_start(args, fmt);
    vsnprintf(reason, sizeof reason, fmt, args);
    va_end(args);
    make_plain(reason);
    say_farewell(ch, status, reason);
    channel_end(ch, status, "%s", reason);
}

void channel_reject(struct channel *ch, ua_status status, const char *reason)
{
    if (ch->state == STATE_ENDED)
        return;
    say_farewell(ch, status, reason);
    stop(ch);
}

void channel_close(struct channel *ch)
{
    channel_reject(ch, UA_GOOD, NULL);
}

/* ---- asking and setting ---- */

void channel_set_max_request(struct channel *ch, uint32_t bytes)
{
    ch->max_request = bytes < ch->body.max ? bytes : (uint32_t)ch->body.max;
}

uint32_t channel_next_request_id(struct channel *ch)
{
    if (++ch->last_request_id == 0)
        ch->last_request_id = 1;
    return ch->last_request_id;
}

bool channel_is_open(const struct channel *ch)
{
    return ch->state == STATE_OPEN;
}

uint32_t channel_id(const struct channel *ch)
{
    return ch->id;
}

struct slice channel_endpoint_url(const struct channel *ch)
{
    return buf_slice(&ch->endpoint_url);
}

const struct security_policy *channel_policy(const struct channel *ch)
{
    return ch->policy;
}

uint32_t channel_security_mode(const struct channel *ch)
{
    return ch->mode;
}

const struct certificate *channel_peer_certificate(const struct channel *ch)
{
    return ch->peer;
}

const struct identity *channel_own(const struct channel *ch)
{
    return ch->own;
}

uint32_t channel_token_lifetime_ms(const struct channel *ch)
{
    return ch->token.lifetime_ms;
}

size_t channel_waiting(const struct channel *ch)
{
    return ch->waiting_bytes + ch->backlog_bytes;
}

size_t channel_max_body(const struct channel *ch)
{
    size_t max = ch->peer_max_message ? ch->peer_max_message : INT32_MAX;
    size_t in_chunks = ch->peer_max_chunks * security_mode_max_body(ch->mode, ch->send_chunk);
    return ch->peer_max_chunks && in_chunks < max ? in_chunks : max;
}
