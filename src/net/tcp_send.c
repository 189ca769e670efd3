/* SPDX-License-Identifier: Apache-2.0
 * Sending: as much as the socket takes at once, the rest through libuv's queue. Answers to requests that came
 * together leave together, by one system call. */
#include "base/scraps.h"
#include "net/tcp_conn.h"

#include <assert.h>

enum { MAX_PARTS = 512, MAX_SENDS_GATHERED = 64 };

/* One tcp_send(). */
struct sending {
    void *tag;
    size_t part_count;
    size_t len;
};

/* Those that leave together. */
struct gathering {
    uv_buf_t parts[MAX_PARTS];
    struct sending sends[MAX_SENDS_GATHERED];
    size_t part_count;
    size_t send_count;
};

/* One that libuv has in its queue, or what is left of it. */
struct queued {
    uv_write_t request;
    struct tcp_conn *conn;
    struct sending sending;
};

static void tell_sent(struct tcp_conn *c, const struct sending *s, int rc)
{
    c->unsent -= s->len;
    if (!rc)
        c->sent += s->len;
    c->events->sent(c->user, s->tag, rc);
}

static void on_written(uv_write_t *request, int status)
{
    struct queued *q = container_of(request, struct queued, request);
    int rc = 0;
    if (status) {
        rc = err_uv(NULL, status, "send");
        conn_fail(q->conn, status);
    }
    tell_sent(q->conn, &q->sending, rc);
    scraps_give(q);
}

/* Returns libuv's code. */
static int queue(struct tcp_conn *c, const struct sending *s, const uv_buf_t *parts, size_t count)
{
    struct queued *q = scraps_take(sizeof *q);
    if (!q)
        return UV_ENOMEM;
    *q = (struct queued){.conn = c, .sending = *s};
    int rc = uv_write(&q->request, (uv_stream_t *)&c->handle, parts, (unsigned)count, on_written);
    if (rc)
        scraps_give(q);
    return rc;
}

/* Drops the first `n` bytes of the parts, which have more; how many parts are gone. */
static size_t skip(uv_buf_t *parts, size_t n)
{
    size_t gone = 0;
    for (; n >= parts[gone].len; gone++)
        n -= parts[gone].len;
    parts[gone].base += n;
    parts[gone].len -= n;
    return gone;
}

/* Sends `send_count` sends, whose parts are used up. All must be on its way before anybody is told: who is
 * told may send more. */
static void transmit(struct tcp_conn *c, uv_buf_t *parts, size_t part_count, const struct sending *sends,
                     size_t send_count)
{
    int n = uv_try_write((uv_stream_t *)&c->handle, parts, (unsigned)part_count);
    size_t out = n > 0 ? (size_t)n : 0, through = 0;
    while (through < send_count && out >= sends[through].len) {
        out -= sends[through].len;
        parts += sends[through++].part_count;
    }
    size_t kept = through;
    int rc = 0;
    while (kept < send_count) {
        const struct sending *s = &sends[kept];
        size_t gone = skip(parts, out);
        rc = queue(c, s, parts + gone, s->part_count - gone);
        if (rc)
            break;
        parts += s->part_count;
        out = 0;
        kept++;
    }
    if (rc)
        conn_fail(c, rc);
    for (size_t i = 0; i < through; i++)
        tell_sent(c, &sends[i], 0);
    for (size_t i = kept; i < send_count; i++)
        tell_sent(c, &sends[i], err_uv(NULL, rc, "send"));
}

/* ---- gathering ---- */

static struct sending put_parts(uv_buf_t *out, const struct slice *parts, size_t count, void *tag)
{
    struct sending s = {.tag = tag, .part_count = count};
    for (size_t i = 0; i < count; i++) {
        out[i] = (uv_buf_t){.base = (char *)(uintptr_t)parts[i].data, .len = parts[i].len};
        s.len += parts[i].len;
    }
    assert(s.len > 0);
    return s;
}

/* What is sent while `sent` is told must not be gathered into the very arrays that are being sent. */
void conn_flush(struct tcp_conn *c)
{
    struct gathering *g = c->gathering;
    if (!g || g->send_count == 0)
        return;
    c->gathering = NULL;
    transmit(c, g->parts, g->part_count, g->sends, g->send_count);
    g->part_count = g->send_count = 0;
    c->gathering = g;
}

static void gather(struct tcp_conn *c, const struct slice *parts, size_t count, void *tag)
{
    struct gathering *g = c->gathering;
    if (g->send_count == MAX_SENDS_GATHERED || count > MAX_PARTS - g->part_count)
        conn_flush(c);
    struct sending s = put_parts(g->parts + g->part_count, parts, count, tag);
    g->sends[g->send_count++] = s;
    g->part_count += count;
    c->unsent += s.len;
}

void conn_received(struct tcp_conn *c, struct slice bytes)
{
    struct gathering g;
    g.part_count = g.send_count = 0;
    c->gathering = &g;
    c->events->received(c->user, bytes);
    conn_flush(c);
    c->gathering = NULL;
}

/* ---- sending ---- */

static void send_now(struct tcp_conn *c, const struct slice *parts, size_t count, void *tag)
{
    struct gathering g;
    g.part_count = g.send_count = 0;
    c->gathering = &g;
    gather(c, parts, count, tag);
    conn_flush(c);
    c->gathering = NULL;
}

/* More parts than are gathered. */
static int send_many(struct tcp_conn *c, const struct slice *parts, size_t count, void *tag)
{
    uv_buf_t *many = scraps_take(count * sizeof *many);
    if (!many)
        return ERR_NO_MEMORY;
    conn_flush(c);
    struct sending s = put_parts(many, parts, count, tag);
    c->unsent += s.len;
    transmit(c, many, count, &s, 1);
    scraps_give(many);
    return 0;
}

int tcp_send(struct tcp_conn *c, const struct slice *parts, size_t count, void *tag)
{
    assert(count > 0);
    if (c->state != CONN_OPEN)
        return ERR_CLOSED;
    if (count > MAX_PARTS)
        return send_many(c, parts, count, tag);
    if (c->gathering)
        gather(c, parts, count, tag);
    else
        send_now(c, parts, count, tag);
    return 0;
}

size_t tcp_unsent(const struct tcp_conn *c)
{
    return c->unsent;
}

uint64_t tcp_bytes_sent(const struct tcp_conn *c)
{
    return c->sent;
}
