/* SPDX-License-Identifier: Apache-2.0
 * A server's and a client's channel in memory, for tests: what one sends waits in a buffer until the test
 * carries it to the other. */
#ifndef UACAM_TEST_CHANNEL_CONVERSATION_H
#define UACAM_TEST_CHANNEL_CONVERSATION_H

#include "base/list.h"
#include "channel/channel.h"
#include "channel/frame.h"
#include "support/fake_clock.h"
#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { END_MAX_PARTS = 4096, END_MAX_TAGS = 16, SERVER_CHANNEL_ID = 77 };

struct end {
    struct channel *ch;
    struct buf out; /* sent, not carried yet */
    bool hold;      /* sent things stay unsent until end_release() */
    void *tags[END_MAX_TAGS];
    size_t tag_count;
    ua_status refuse;                  /* what `send` says instead of sending */
    struct slice parts[END_MAX_PARTS]; /* of the last send */
    size_t part_count;

    unsigned opened;
    size_t messages;
    uint32_t request_id; /* of the last message */
    struct buf body;     /* its copy */
    const uint8_t *body_at;
    void (*on_message)(struct end *e);
    bool resting;
    size_t aborts;
    ua_status abort_status;
    unsigned ended;
    ua_status status;
    char reason[600];
};

static inline ua_status end_send(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct end *e = user;
    if (e->refuse)
        return e->refuse;
    assert_true(count <= END_MAX_PARTS);
    e->part_count = count;
    for (size_t i = 0; i < count; i++) {
        e->parts[i] = parts[i];
        assert_true(parts[i].len > 0);
        if (buf_append(&e->out, parts[i].data, parts[i].len))
            return UA_BAD_OUT_OF_MEMORY;
    }
    if (!e->hold) {
        channel_sent(e->ch, tag);
        return UA_GOOD;
    }
    assert_true(e->tag_count < END_MAX_TAGS);
    e->tags[e->tag_count++] = tag;
    return UA_GOOD;
}

static inline void end_opened(void *user)
{
    struct end *e = user;
    e->opened++;
}

static inline void end_message(void *user, uint32_t request_id, struct slice body)
{
    struct end *e = user;
    e->messages++;
    e->request_id = request_id;
    e->body_at = body.data;
    buf_clear(&e->body);
    assert_int_equal(buf_append(&e->body, body.data, body.len), 0);
    if (e->on_message)
        e->on_message(e);
}

static inline void end_rest(void *user, bool resting)
{
    struct end *e = user;
    e->resting = resting;
}

static inline void end_aborted(void *user, uint32_t request_id, ua_status status)
{
    struct end *e = user;
    e->aborts++;
    e->request_id = request_id;
    e->abort_status = status;
}

static inline void end_ended(void *user, ua_status status, const char *reason)
{
    struct end *e = user;
    e->ended++;
    e->status = status;
    snprintf(e->reason, sizeof e->reason, "%s", reason);
}

static const struct channel_events end_events = {end_send, end_opened,  end_message,
                                                 end_rest, end_aborted, end_ended};

struct conversation {
    struct fake_clock clock;
    struct timer_queue timers;
    struct channel_config server_config, client_config;
    struct end server, client;
};

static inline void conversation_init(struct conversation *c)
{
    memset(c, 0, sizeof *c);
    c->clock = fake_clock(1000 * NS_PER_S);
    timers_init(&c->timers, &c->clock.clock);
    c->server_config = (struct channel_config){
        .role = CHANNEL_SERVER,
        .limits = channel_default_limits,
        .channel_id = SERVER_CHANNEL_ID,
        .token_lifetime_ms = 3600000,
        .handshake_ms = 5000,
        .timers = &c->timers,
        .events = &end_events,
        .user = &c->server,
    };
    c->client_config = c->server_config;
    c->client_config.role = CHANNEL_CLIENT;
    c->client_config.channel_id = 0;
    c->client_config.token_lifetime_ms = 600000;
    c->client_config.user = &c->client;
    buf_init(&c->server.out, 256 * 1024 * 1024);
    buf_init(&c->client.out, 256 * 1024 * 1024);
    buf_init(&c->server.body, 256 * 1024 * 1024);
    buf_init(&c->client.body, 256 * 1024 * 1024);
}

/* False without memory. */
static inline bool conversation_begin(struct conversation *c)
{
    c->server.ch = channel_new(&c->server_config);
    c->client.ch = channel_new(&c->client_config);
    return c->server.ch && c->client.ch;
}

static inline void conversation_clear(struct conversation *c)
{
    struct end *ends[] = {&c->server, &c->client};
    for (size_t i = 0; i < 2; i++) {
        if (ends[i]->ch)
            channel_free(ends[i]->ch);
        buf_clear(&ends[i]->out);
        buf_clear(&ends[i]->body);
    }
    timers_clear(&c->timers);
}

/* Everything `from` has sent, at most `cut` bytes at a time, each from storage of its own; until `to` rests.
 */
static inline void carry(struct end *from, struct end *to, size_t cut)
{
    struct buf bytes = from->out;
    size_t at = 0;
    buf_init(&from->out, bytes.max);
    while (at < bytes.len && !to->resting) {
        size_t n = bytes.len - at < cut ? bytes.len - at : cut;
        uint8_t *piece = malloc(n);
        assert_non_null(piece);
        memcpy(piece, bytes.data + at, n);
        channel_receive(to->ch, (struct slice){piece, n});
        free(piece);
        at += n;
    }
    buf_consume(&bytes, at);
    assert_int_equal(buf_append(&bytes, from->out.data, from->out.len), 0);
    buf_clear(&from->out);
    from->out = bytes;
}

static inline void converse(struct conversation *c, size_t cut)
{
    while (c->client.out.len || c->server.out.len) {
        carry(&c->client, &c->server, cut);
        carry(&c->server, &c->client, cut);
    }
}

/* Until both are open. */
static inline void conversation_open(struct conversation *c)
{
    assert_true(conversation_begin(c));
    assert_int_equal(channel_connect(c->client.ch, slice_of("opc.tcp://h:4840")), UA_GOOD);
    converse(c, SIZE_MAX / 2);
    assert_int_equal(c->server.opened, 1);
    assert_int_equal(c->client.opened, 1);
}

static inline void pass_time(struct conversation *c, int64_t ms)
{
    c->clock.mono += ms * NS_PER_MS;
    timers_run(&c->timers);
}

/* Bytes of a given length that differ by place. */
static inline struct rope rope_of_length(size_t n)
{
    struct rope r;
    rope_init(&r, 256 * 1024 * 1024);
    for (size_t i = 0; i < n; i++) {
        uint8_t byte = (uint8_t)(i * 7 + (i >> 8));
        assert_int_equal(rope_append(&r, &byte, 1), 0);
    }
    return r;
}

static inline ua_status send_length(struct end *e, uint32_t request_id, size_t n)
{
    struct rope r = rope_of_length(n);
    ua_status status = channel_send(e->ch, request_id, &r);
    assert_int_equal(r.len, status ? n : 0);
    rope_clear(&r);
    return status;
}

/* The last of its messages has the bytes of rope_of_length(). */
static inline void assert_end_received(const struct end *e, size_t messages, uint32_t request_id, size_t n)
{
    struct rope r = rope_of_length(n);
    assert_int_equal(e->ended, 0);
    assert_int_equal(e->messages, messages);
    assert_int_equal(e->request_id, request_id);
    assert_int_equal(e->body.len, n);
    assert_memory_equal(e->body.data, r.own.data, n);
    rope_clear(&r);
}

/* A symmetric chunk of ours, as the other side could have made it. */
struct forged {
    char type[5];
    uint32_t channel_id, token_id, sequence, request_id;
    const char *body;
};

static inline void forge(struct buf *out, const struct forged *f)
{
    uint8_t bytes[CHUNK_HEADERS_SIZE];
    size_t len = strlen(f->body);
    struct chunk_headers h = {
        .channel_id = f->channel_id, .token_id = f->token_id, .sequence = {f->sequence, f->request_id}};
    h.frame.size = (uint32_t)(sizeof bytes + len);
    memcpy(h.frame.type, f->type, 4);
    chunk_headers_put(bytes, &h);
    assert_int_equal(buf_append(out, bytes, sizeof bytes), 0);
    assert_int_equal(buf_append(out, f->body, len), 0);
}

/* The first frame in `e->out` is this ERR. */
static inline void assert_error_sent(const struct end *e, ua_status status)
{
    struct transport_error error;
    assert_true(e->out.len > FRAME_HEADER_SIZE);
    assert_memory_equal(e->out.data, "ERRF", 4);
    assert_int_equal(frame_header_read(e->out.data).size, e->out.len);
    struct slice body = {e->out.data + FRAME_HEADER_SIZE, e->out.len - FRAME_HEADER_SIZE};
    assert_int_equal(transport_error_read(body, &error), UA_GOOD);
    assert_int_equal(error.status, status);
}

#endif
