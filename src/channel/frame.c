/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/frame.h"

#include <assert.h>
#include <string.h>

static uint8_t *put_u32(uint8_t *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *out++ = (uint8_t)(v >> 8 * i);
    return out;
}

/* ---- reading ---- */

struct frame_header frame_header_read(const uint8_t bytes[FRAME_HEADER_SIZE])
{
    struct frame_header h;
    struct reader r;
    memcpy(h.type, bytes, sizeof h.type);
    reader_init(&r, (struct slice){bytes + 4, 4}, NULL);
    h.size = read_u32(&r);
    return h;
}

static void limits_read(struct reader *r, struct hello *out)
{
    out->version = read_u32(r);
    out->receive_buffer = read_u32(r);
    out->send_buffer = read_u32(r);
    out->max_message = read_u32(r);
    out->max_chunks = read_u32(r);
}

ua_status hello_read(struct slice body, struct hello *out)
{
    struct reader r;
    *out = (struct hello){0};
    reader_init(&r, body, NULL);
    limits_read(&r, out);
    out->endpoint_url = read_string(&r);
    return r.status;
}

ua_status acknowledge_read(struct slice body, struct hello *out)
{
    struct reader r;
    *out = (struct hello){0};
    reader_init(&r, body, NULL);
    limits_read(&r, out);
    return r.status;
}

ua_status transport_error_read(struct slice body, struct transport_error *out)
{
    struct reader r;
    reader_init(&r, body, NULL);
    out->status = read_status(&r);
    out->reason = read_string(&r);
    if (out->reason.len > FRAME_MAX_TEXT) /* the standard wants longer ones ignored */
        out->reason = (struct slice){0};
    return r.status;
}

struct asymmetric_header asymmetric_header_read(struct reader *r)
{
    struct asymmetric_header h;
    h.channel_id = read_u32(r);
    h.policy_uri = read_string(r);
    h.sender_certificate = read_string(r);
    h.receiver_thumbprint = read_string(r);
    return h;
}

struct sequence_header sequence_header_read(struct reader *r)
{
    struct sequence_header h;
    h.number = read_u32(r);
    h.request_id = read_u32(r);
    return h;
}

/* ---- writing ---- */

void frame_begin(struct writer *w, const char type[4])
{
    write_bytes(w, type, 4);
    write_u32(w, 0); /* frame_end() knows */
}

void frame_end(struct writer *w)
{
    frame_end_sealed(w, w->out->len);
}

void frame_end_sealed(struct writer *w, size_t size)
{
    assert(w->out->splice_count == 0);
    if (!w->status)
        put_u32(w->out->own.data + 4, (uint32_t)size);
}

static void limits_write(struct writer *w, const struct hello *h)
{
    write_u32(w, h->version);
    write_u32(w, h->receive_buffer);
    write_u32(w, h->send_buffer);
    write_u32(w, h->max_message);
    write_u32(w, h->max_chunks);
}

void hello_write(struct writer *w, const struct hello *h)
{
    frame_begin(w, "HELF");
    limits_write(w, h);
    write_string(w, h->endpoint_url);
    frame_end(w);
}

void acknowledge_write(struct writer *w, const struct hello *h)
{
    frame_begin(w, "ACKF");
    limits_write(w, h);
    frame_end(w);
}

void transport_error_write(struct writer *w, const struct transport_error *e)
{
    frame_begin(w, "ERRF");
    write_status(w, e->status);
    write_string(w, e->reason);
    frame_end(w);
}

void asymmetric_header_write(struct writer *w, const struct asymmetric_header *h)
{
    write_u32(w, h->channel_id);
    write_string(w, h->policy_uri);
    write_string(w, h->sender_certificate);
    write_string(w, h->receiver_thumbprint);
}

void sequence_header_write(struct writer *w, const struct sequence_header *h)
{
    write_u32(w, h->number);
    write_u32(w, h->request_id);
}

void chunk_headers_put(uint8_t out[CHUNK_HEADERS_SIZE], const struct chunk_headers *h)
{
    memcpy(out, h->frame.type, sizeof h->frame.type);
    out = put_u32(out + 4, h->frame.size);
    out = put_u32(out, h->channel_id);
    out = put_u32(out, h->token_id);
    out = put_u32(out, h->sequence.number);
    put_u32(out, h->sequence.request_id);
}
