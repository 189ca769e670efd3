/* SPDX-License-Identifier: Apache-2.0
 * The handshake of the transport: HEL and ACK settle sizes, ERR ends it (Part 6 §7.1.2, §7.1.3). */
#include "channel/channel_private.h"
#include "wire/messages_gen.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* What the peer told of itself in HEL or ACK. False: the channel has failed. */
static bool settle_sizes(struct channel *ch, const struct hello *peer)
{
    const struct channel_limits *ours = &ch->config.limits;
    if (smaller(peer->receive_buffer, peer->send_buffer) < FRAME_SMALLEST_BUFFER) {
        channel_fail(ch, UA_BAD_TCP_NOT_ENOUGH_RESOURCES,
                     "buffers of %u (receive) and %u (send) bytes, %d at least are needed",
                     peer->receive_buffer, peer->send_buffer, FRAME_SMALLEST_BUFFER);
        return false;
    }
    ch->receive_chunk = smaller(ours->receive_buffer, peer->send_buffer);
    ch->send_chunk = smaller(ours->send_buffer, peer->receive_buffer);
    ch->peer_max_message = peer->max_message;
    ch->peer_max_chunks = peer->max_chunks;
    return true;
}

static struct hello our_hello(const struct channel *ch)
{
    const struct channel_limits *ours = &ch->config.limits;
    return (struct hello){
        .receive_buffer = ours->receive_buffer,
        .send_buffer = ours->send_buffer,
        .max_message = ours->max_message,
        .max_chunks = ours->max_chunks,
        .endpoint_url = channel_endpoint_url(ch),
    };
}

static ua_status send_hello(struct channel *ch)
{
    struct hello h = our_hello(ch);
    struct rope out;
    struct writer w;
    rope_init(&out, FRAME_SMALLEST_BUFFER);
    writer_init(&w, &out);
    hello_write(&w, &h);
    return send_frame(ch, &w);
}

/* Protocol version 0 is the only one there is; a client that asks for a later one gets it too. The limit of
 * requests is told by CreateSession, not here: there are clients (asyncua) that hold responses to it. */
static ua_status send_acknowledge(struct channel *ch)
{
    struct hello h = our_hello(ch);
    struct rope out;
    struct writer w;
    h.receive_buffer = ch->receive_chunk;
    h.send_buffer = ch->send_chunk;
    h.max_message = h.max_chunks = 0;
    rope_init(&out, FRAME_SMALLEST_BUFFER);
    writer_init(&w, &out);
    acknowledge_write(&w, &h);
    return send_frame(ch, &w);
}

static ua_status keep_url(struct channel *ch, struct slice url)
{
    if (url.len > FRAME_MAX_TEXT)
        return UA_BAD_TCP_ENDPOINT_URL_INVALID;
    return buf_append(&ch->endpoint_url, url.data, url.len) ? UA_BAD_OUT_OF_MEMORY : UA_GOOD;
}

void receive_hello(struct channel *ch, const struct frame *f)
{
    struct hello h;
    if (hello_read(f->body, &h)) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "HEL is malformed");
        return;
    }
    ua_status status = keep_url(ch, h.endpoint_url);
    if (status) {
        channel_fail(ch, status, "cannot keep an endpoint URL of %zu bytes", h.endpoint_url.len);
        return;
    }
    if (!settle_sizes(ch, &h))
        return;
    ch->state = STATE_OPENING;
    status = send_acknowledge(ch);
    if (status)
        channel_fail(ch, status, "cannot send ACK");
}

ua_status channel_connect(struct channel *ch, struct slice endpoint_url)
{
    if (ch->state != STATE_BEGIN)
        return UA_BAD_INVALID_STATE;
    ua_status status = keep_url(ch, endpoint_url);
    if (!status)
        status = know_server(ch);
    if (status) {
        buf_clear(&ch->endpoint_url);
        return status;
    }
    ch->state = STATE_ACKNOWLEDGE;
    status = send_hello(ch);
    if (status) {
        ch->state = STATE_BEGIN;
        buf_clear(&ch->endpoint_url);
    }
    return status;
}

void receive_acknowledge(struct channel *ch, const struct frame *f)
{
    struct hello h;
    if (acknowledge_read(f->body, &h)) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "ACK is malformed");
        return;
    }
    if (!settle_sizes(ch, &h))
        return;
    ch->state = STATE_OPENING;
    ua_status status = open_request(ch, UA_SECURITY_TOKEN_REQUEST_TYPE_ISSUE);
    if (status)
        channel_fail(ch, status, "cannot send OPN");
}

void receive_error(struct channel *ch, const struct frame *f)
{
    struct transport_error e;
    if (transport_error_read(f->body, &e)) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "ERR is malformed");
        return;
    }
    const char *name = ua_status_name(e.status);
    channel_end(ch, ua_is_bad(e.status) ? e.status : UA_BAD_TCP_INTERNAL_ERROR, "the server says %s: %.*s",
                name ? name : "an unknown status", SLICE_ARGS(e.reason));
}
