/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tcp_conn.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { KEEPALIVE_SECONDS = 60 };

/* ---- life ---- */

static void on_linger_over(struct timer *t)
{
    conn_close(container_of(t, struct tcp_conn, linger));
}

struct tcp_conn *conn_new(struct loop *l)
{
    struct tcp_conn *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->loop = l;
    c->linger.callback = on_linger_over;
    return c;
}

static struct in_addr v4_of_mapped(const struct in6_addr *mapped)
{
    struct in_addr v4;
    memcpy(&v4, &mapped->s6_addr[12], sizeof v4);
    return v4;
}

static bool v4_is_loopback(struct in_addr a)
{
    return ntohl(a.s_addr) >> 24 == IN_LOOPBACKNET;
}

static void learn_peer(struct tcp_conn *c)
{
    struct sockaddr_storage name;
    int size = sizeof name;
    if (uv_tcp_getpeername(&c->handle, (struct sockaddr *)&name, &size))
        return;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)&name)->sin6_addr;
    if (name.ss_family == AF_INET6 && !IN6_IS_ADDR_V4MAPPED(v6)) {
        inet_ntop(AF_INET6, v6, c->peer, sizeof c->peer);
        c->peer_is_loopback = IN6_IS_ADDR_LOOPBACK(v6);
        return;
    }
    struct in_addr v4 =
        name.ss_family == AF_INET6 ? v4_of_mapped(v6) : ((const struct sockaddr_in *)&name)->sin_addr;
    inet_ntop(AF_INET, &v4, c->peer, sizeof c->peer);
    c->peer_is_loopback = v4_is_loopback(v4);
}

void conn_connected(struct tcp_conn *c)
{
    /* Neither can fail on a connected socket in a way that matters. */
    uv_tcp_nodelay(&c->handle, 1);
    uv_tcp_keepalive(&c->handle, 1, KEEPALIVE_SECONDS);
    learn_peer(c);
    c->state = CONN_OPEN;
}

void conn_end(struct tcp_conn *c)
{
    if (c->events)
        c->events->closed(c->user, &c->why);
    free(c);
}

static void on_closed(uv_handle_t *handle)
{
    conn_end(container_of((uv_tcp_t *)handle, struct tcp_conn, handle));
}

void conn_close(struct tcp_conn *c)
{
    if (c->state == CONN_CLOSING)
        return;
    c->state = CONN_CLOSING;
    timer_stop(loop_timers(c->loop), &c->linger);
    uv_close((uv_handle_t *)&c->handle, on_closed);
}

void conn_fail(struct tcp_conn *c, int uv_rc)
{
    if (c->state == CONN_OPEN)
        err_uv(&c->why, uv_rc, "connection with %s lost", c->peer);
    conn_close(c);
}

/* ---- receiving ---- */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    (void)wanted;
    *out = loop_receive_buffer(container_of((uv_tcp_t *)handle, struct tcp_conn, handle)->loop);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct tcp_conn *c = container_of((uv_tcp_t *)stream, struct tcp_conn, handle);
    if (n == UV_EOF)
        conn_close(c);
    else if (n < 0)
        conn_fail(c, (int)n);
    else if (n > 0 && c->state == CONN_OPEN)
        conn_received(c, (struct slice){(const uint8_t *)buf->base, (size_t)n});
}

void conn_start_reading(struct tcp_conn *c)
{
    int rc = uv_read_start((uv_stream_t *)&c->handle, on_alloc, on_read);
    if (rc && rc != UV_EALREADY)
        conn_fail(c, rc);
}

void tcp_pause(struct tcp_conn *c, bool paused)
{
    if (c->state != CONN_OPEN || paused == c->paused)
        return;
    c->paused = paused;
    if (paused)
        uv_read_stop((uv_stream_t *)&c->handle);
    else
        conn_start_reading(c);
}

/* ---- closing ---- */

static void on_shut_down(uv_shutdown_t *request, int status)
{
    if (status)
        conn_close(container_of(request, struct tcp_conn, shutdown));
}

/* Everything sent, then our end of stream, then waiting for the peer's: closing with bytes unread would make
 * the system reset the connection, and the peer would lose our last words. */
static void drain(struct tcp_conn *c, unsigned linger_ms)
{
    int rc = timer_start_in(loop_timers(c->loop), &c->linger, linger_ms * NS_PER_MS);
    if (!rc)
        rc = uv_shutdown(&c->shutdown, (uv_stream_t *)&c->handle, on_shut_down);
    if (rc) {
        conn_close(c);
        return;
    }
    c->state = CONN_DRAINING;
    conn_start_reading(c);
}

void tcp_close(struct tcp_conn *c, unsigned linger_ms)
{
    conn_flush(c);
    if (c->state == CONN_LOOKUP)
        c->state = CONN_CLOSING; /* the lookup ends it */
    else if (c->state == CONN_OPEN && linger_ms > 0)
        drain(c, linger_ms);
    else if (c->state != CONN_DRAINING || linger_ms == 0)
        conn_close(c);
}

/* ---- asking ---- */

const char *tcp_peer_address(const struct tcp_conn *c)
{
    return c->peer;
}

bool tcp_peer_is_loopback(const struct tcp_conn *c)
{
    return c->peer_is_loopback;
}
