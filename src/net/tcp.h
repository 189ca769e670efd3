/* SPDX-License-Identifier: Apache-2.0
 * TCP listeners and connections on the loop. Loop thread only.
 *
 * A connection lives until `closed` was called, which happens exactly once after tcp_close() or a failure.
 * Sends are vectored and not copied: what is sent must stay until `sent`. */
#ifndef UACAM_NET_TCP_H
#define UACAM_NET_TCP_H

#include "base/bytes.h"
#include "net/loop.h"

struct tcp_listener;
struct tcp_conn;

struct tcp_events {
    /* Bytes came; borrowed until return. */
    void (*received)(void *user, struct slice bytes);
    /* A tcp_send() is through (0) or lost (negative err); `tag` is what it was given. In order. */
    void (*sent)(void *user, void *tag, int rc);
    /* The connection is gone; why->text is empty after tcp_close() or a regular end of the peer. The last
     * call. */
    void (*closed)(void *user, const struct err_text *why);
};

/* `user` of the connection's events is what `accepted` returns through *user; NULL events refuse the
 * connection. */
typedef const struct tcp_events *(*tcp_accepted)(void *listener_user, struct tcp_conn *c, void **user);

/* Listens on `host` (an address; NULL: all, IPv4 and IPv6) and `port` (0: any free one). ERR_BUSY: in use. */
must_check int tcp_listen(struct loop *l, const char *host, uint16_t port, tcp_accepted accepted, void *user,
                          struct tcp_listener **out, struct err_text *why);
uint16_t tcp_listener_port(const struct tcp_listener *t);
void tcp_listener_close(struct tcp_listener *t);

/* Connects to an address or a name, trying all its addresses in turn; `connected(user, rc, why)` comes once,
 * before any event; after a failure `closed` follows too. */
typedef void (*tcp_connected)(void *user, int rc, const struct err_text *why);
must_check int tcp_connect(struct loop *l, const char *host, uint16_t port, tcp_connected connected,
                           const struct tcp_events *events, void *user, struct tcp_conn **out,
                           struct err_text *why);

/* Sends the parts (one byte at least) in order, uncopied; the array itself is not needed any longer.
 * What is sent from within `received` leaves together when that returns. On success `sent` is called for it,
 * perhaps before this returns, whatever happens. On failure nothing is sent and `sent` is not called:
 * ERR_CLOSED after tcp_close() or a failure, ERR_NO_MEMORY. */
must_check int tcp_send(struct tcp_conn *c, const struct slice *parts, size_t count, void *tag);

/* Bytes given to tcp_send() whose `sent` has not come. */
size_t tcp_unsent(const struct tcp_conn *c);

/* Bytes whose `sent` came without a failure. */
uint64_t tcp_bytes_sent(const struct tcp_conn *c);

/* Stops and resumes `received`: back-pressure towards the peer. */
void tcp_pause(struct tcp_conn *c, bool paused);

/* Closes after what was sent is out and the peer has closed too, or after `linger_ms` at the latest; 0: at
 * once. Nothing is received any more. */
void tcp_close(struct tcp_conn *c, unsigned linger_ms);

/* "192.0.2.7" or "2001:db8::1" of the peer; whether it is this machine's loopback. */
const char *tcp_peer_address(const struct tcp_conn *c);
bool tcp_peer_is_loopback(const struct tcp_conn *c);

#endif
