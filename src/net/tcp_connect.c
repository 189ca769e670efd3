/* SPDX-License-Identifier: Apache-2.0
 * Connecting to a host: its addresses are tried one after the other. */
#include "net/tcp_conn.h"

#include <stdio.h>
#include <stdlib.h>

struct tcp_dial {
    uv_getaddrinfo_t lookup;
    uv_connect_t connect;
    struct tcp_conn *conn;
    tcp_connected connected;
    struct addrinfo *addresses;
    const struct addrinfo *next;
    int rc; /* libuv's, of the last address tried */
    uint16_t port;
    char host[256]; /* the longest name there can be, and its end */
};

/* Tells the outcome and drops what was needed to get there. */
static void dial_end(struct tcp_conn *c, int rc)
{
    struct tcp_dial *d = c->dial;
    c->dial = NULL;
    uv_freeaddrinfo(d->addresses);
    d->connected(c->user, rc, &c->why);
    free(d);
}

static void dial_failed(struct tcp_conn *c)
{
    struct tcp_dial *d = c->dial;
    struct err_text why;
    int rc = err_uv(&why, d->rc, "cannot connect to %s, port %u", d->host, d->port);
    if (rc != ERR_CLOSED)
        c->why = why;
    dial_end(c, rc);
    conn_end(c);
}

static void dial_next(struct tcp_conn *c);

static void on_attempt_closed(uv_handle_t *handle)
{
    dial_next(container_of((uv_tcp_t *)handle, struct tcp_conn, handle));
}

static void on_connected(uv_connect_t *request, int status)
{
    struct tcp_dial *d = container_of(request, struct tcp_dial, connect);
    struct tcp_conn *c = d->conn;
    d->rc = status;
    if (status == UV_ECANCELED) /* by tcp_close(), whose end is conn_end() */
        dial_end(c, err_uv(NULL, status, "connect"));
    else if (status) {
        uv_close((uv_handle_t *)&c->handle, on_attempt_closed);
        c->state = CONN_LOOKUP;
    } else {
        conn_connected(c);
        dial_end(c, 0);
        if (c->state == CONN_OPEN && !c->paused)
            conn_start_reading(c);
    }
}

/* Tries addresses until one can at least be tried; there is no handle now. */
static void dial_next(struct tcp_conn *c)
{
    struct tcp_dial *d = c->dial;
    if (c->state == CONN_CLOSING)
        d->rc = UV_ECANCELED;
    if (c->state == CONN_CLOSING || !d->next) {
        c->state = CONN_CLOSING;
        dial_failed(c);
        return;
    }
    const struct sockaddr *address = d->next->ai_addr;
    d->next = d->next->ai_next;
    uv_tcp_init(loop_uv(c->loop), &c->handle);
    d->rc = uv_tcp_connect(&d->connect, &c->handle, address, on_connected);
    if (d->rc)
        uv_close((uv_handle_t *)&c->handle, on_attempt_closed);
    else
        c->state = CONN_DIALING;
}

static void on_lookup(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct tcp_dial *d = container_of(request, struct tcp_dial, lookup);
    d->rc = status;
    d->addresses = found;
    d->next = found;
    dial_next(d->conn);
}

int tcp_connect(struct loop *l, const char *host, uint16_t port, tcp_connected connected,
                const struct tcp_events *events, void *user, struct tcp_conn **out, struct err_text *why)
{
    *out = NULL;
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct tcp_conn *c = conn_new(l);
    struct tcp_dial *d = calloc(1, sizeof *d);
    int rc = c && d ? 0 : UV_ENOMEM;
    if (rc)
        goto out;
    *d = (struct tcp_dial){.conn = c, .connected = connected, .port = port};
    snprintf(d->host, sizeof d->host, "%s", host);
    c->dial = d;
    c->events = events;
    c->user = user;
    rc = uv_getaddrinfo(loop_uv(l), &d->lookup, on_lookup, host, service, &hints);
    if (rc)
        goto out;
    *out = c;
    return 0;
out:
    free(c);
    free(d);
    return err_uv(why, rc, "cannot connect to %s, port %u", host, port);
}
