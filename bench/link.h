/* SPDX-License-Identifier: Apache-2.0
 * A session with a server over a blocking socket: one call at a time. One thread. */
#ifndef UACAM_BENCH_LINK_H
#define UACAM_BENCH_LINK_H

#include "base/arena.h"
#include "base/err.h"
#include "channel/channel.h"
#include "wire/messages_gen.h"

enum { LINK_CHUNK = 64 << 10 }; /* what most clients offer */

struct link {
    int fd;
    struct timer_queue timers;
    struct channel *channel;
    struct ua_nodeid authentication_token; /* in `kept` */
    struct arena kept;
    struct arena decoded; /* the last response */
    struct buf answer;    /* its body */
    bool answered;
    size_t received; /* bytes that came since it was asked for */
    struct buf sent; /* the last message as it went out: chunk headers and body */
    bool withheld;   /* messages are made but not sent: they are only in `sent` */
    struct err_text why;
    bool failed;
};

/* Connects to 127.0.0.1 and activates a session, anonymous, without encryption. link_close() in any case. */
must_check int link_open(struct link *l, uint16_t port, struct err_text *why);

/* The same over a secured channel; `security` with one offer, borrowed for life. */
must_check int link_open_secured(struct link *l, uint16_t port, const struct channel_security *security,
                                 struct err_text *why);

/* Closes session, channel and connection. */
void link_close(struct link *l);

/* Calls a service. `request` begins with a request header, which is filled in. *response, of the structure
 * asked for, is borrowed until the next call. */
must_check int link_call(struct link *l, const struct ua_structure *request_type, void *request,
                         const struct ua_structure *response_type, const void **response,
                         struct err_text *why);

/* The first half of link_call(): asks, and does not wait. */
must_check int link_ask(struct link *l, const struct ua_structure *request_type, void *request,
                        struct err_text *why);

/* Reads the Value of a node, at most `max_age` ms old (INT32_MAX: any); borrowed until the next call. */
must_check int link_read(struct link *l, const struct ua_nodeid *node, double max_age,
                         const struct ua_data_value **value, struct err_text *why);

#endif
