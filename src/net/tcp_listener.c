/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tcp_conn.h"

#include <stdlib.h>

enum { BACKLOG = 256 };

struct tcp_listener {
    uv_tcp_t handle;
    uv_tcp_t turned_away; /* takes the connection that there is no memory for */
    bool turning_away;
    bool closed;
    struct loop *loop; /* borrowed for life */
    tcp_accepted accepted;
    void *user;
    uint16_t port;
};

static void accept_next(struct tcp_listener *t);

static void free_listener(struct tcp_listener *t)
{
    if (t->closed && !t->turning_away)
        free(t);
}

static void on_closed(uv_handle_t *handle)
{
    struct tcp_listener *t = container_of((uv_tcp_t *)handle, struct tcp_listener, handle);
    t->closed = true;
    free_listener(t);
}

static void on_turned_away(uv_handle_t *handle)
{
    struct tcp_listener *t = container_of((uv_tcp_t *)handle, struct tcp_listener, turned_away);
    t->turning_away = false;
    if (uv_is_closing((uv_handle_t *)&t->handle))
        free_listener(t);
    else
        accept_next(t);
}

/* libuv stops listening until the connection that it announced is accepted, so even this one must be. */
static void turn_away(struct tcp_listener *t)
{
    if (t->turning_away)
        return;
    uv_tcp_init(loop_uv(t->loop), &t->turned_away);
    uv_accept((uv_stream_t *)&t->handle, (uv_stream_t *)&t->turned_away);
    t->turning_away = true;
    uv_close((uv_handle_t *)&t->turned_away, on_turned_away);
}

static void accept_next(struct tcp_listener *t)
{
    struct tcp_conn *c = conn_new(t->loop);
    if (!c) {
        turn_away(t);
        return;
    }
    uv_tcp_init(loop_uv(t->loop), &c->handle);
    c->state = CONN_OPEN;
    if (uv_accept((uv_stream_t *)&t->handle, (uv_stream_t *)&c->handle)) {
        conn_close(c);
        return;
    }
    conn_connected(c);
    c->events = t->accepted(t->user, c, &c->user);
    if (!c->events)
        conn_close(c);
    else if (c->state == CONN_OPEN && !c->paused)
        conn_start_reading(c);
}

static void on_connection(uv_stream_t *stream, int status)
{
    if (!status)
        accept_next(container_of((uv_tcp_t *)stream, struct tcp_listener, handle));
}

static int listen_at(struct loop *l, const struct sockaddr *address, struct tcp_listener **out)
{
    *out = NULL;
    struct tcp_listener *t = calloc(1, sizeof *t);
    if (!t)
        return UV_ENOMEM;
    t->loop = l;
    uv_tcp_init(loop_uv(l), &t->handle);
    int rc = uv_tcp_bind(&t->handle, address, 0);
    if (!rc)
        rc = uv_listen((uv_stream_t *)&t->handle, BACKLOG, on_connection);
    struct sockaddr_storage bound;
    int size = sizeof bound;
    if (!rc)
        rc = uv_tcp_getsockname(&t->handle, (struct sockaddr *)&bound, &size);
    if (rc) {
        tcp_listener_close(t);
        return rc;
    }
    t->port = ntohs(((const struct sockaddr_in *)&bound)->sin_port); /* IPv6 has it in the same place */
    *out = t;
    return 0;
}

/* IPv6 takes IPv4 in too; a machine without IPv6 listens on IPv4 alone. */
static int listen_everywhere(struct loop *l, uint16_t port, struct tcp_listener **out)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any};
    int rc = listen_at(l, (const struct sockaddr *)&v6, out);
    if (rc != UV_EAFNOSUPPORT && rc != UV_EADDRNOTAVAIL)
        return rc;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    return listen_at(l, (const struct sockaddr *)&v4, out);
}

static int listen_on_host(struct loop *l, const char *host, uint16_t port, struct tcp_listener **out)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (!uv_ip4_addr(host, port, &v4))
        return listen_at(l, (const struct sockaddr *)&v4, out);
    if (!uv_ip6_addr(host, port, &v6))
        return listen_at(l, (const struct sockaddr *)&v6, out);
    return UV_EINVAL;
}

int tcp_listen(struct loop *l, const char *host, uint16_t port, tcp_accepted accepted, void *user,
               struct tcp_listener **out, struct err_text *why)
{
    *out = NULL;
    int rc = host ? listen_on_host(l, host, port, out) : listen_everywhere(l, port, out);
    if (rc == UV_EADDRINUSE)
        return err_set(why, ERR_BUSY, "port %u is in use", port);
    if (rc == UV_EINVAL && host)
        return err_set(why, ERR_INVALID, "%s is not an address to listen on", host);
    if (rc)
        return err_uv(why, rc, "cannot listen on %s, port %u", host ? host : "any address", port);
    (*out)->accepted = accepted;
    (*out)->user = user;
    return 0;
}

uint16_t tcp_listener_port(const struct tcp_listener *t)
{
    return t->port;
}

void tcp_listener_close(struct tcp_listener *t)
{
    uv_close((uv_handle_t *)&t->handle, on_closed);
}
