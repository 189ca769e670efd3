/* SPDX-License-Identifier: Apache-2.0
 * The inside of a channel. Nobody outside src/channel includes this.
 *
 *     server: HELLO ---HEL/ACK--> OPENING ---OPN--> OPEN ---CLO--> ENDED
 *     client: BEGIN ---HEL--> ACKNOWLEDGE ---ACK/OPN--> OPENING ---OPN--> OPEN ---CLO--> ENDED
 *
 * Every state can end. Which message is allowed in which state is a table in channel.c. */
#ifndef UACAM_CHANNEL_CHANNEL_PRIVATE_H
#define UACAM_CHANNEL_CHANNEL_PRIVATE_H

#include "base/list.h"
#include "channel/channel.h"
#include "channel/frame.h"
#include "channel/sequence.h"

enum channel_state {
    STATE_HELLO,       /* server: waits for HEL */
    STATE_BEGIN,       /* client: waits for channel_connect() */
    STATE_ACKNOWLEDGE, /* client: waits for ACK */
    STATE_OPENING,     /* waits for OPN */
    STATE_OPEN,
    STATE_ENDED,
};

/* The right to send for a while. */
struct token {
    uint32_t id; /* 0: no token */
    uint32_t lifetime_ms;
    int64_t issued_ns; /* monotonic */
};

struct channel {
    struct channel_config config;
    enum channel_state state;
    struct timer due; /* end of the handshake, then of the token; for a client, of three quarters of it */

    /* The transport: chunks of at most these sizes. */
    uint32_t receive_chunk;
    uint32_t send_chunk;
    uint32_t peer_max_message; /* 0: no limit */
    uint32_t peer_max_chunks;
    struct buf endpoint_url;
    struct buf frame; /* the beginning of one whose end has not come */

    /* The SecureChannel. */
    const struct security_policy *policy;
    uint32_t id;
    uint32_t mode;      /* enum ua_message_security_mode */
    struct token token; /* the one that we send with */
    /* Also accepted: for a server the next one, which the client has not used yet; for a client the one
     * before, which the server may still use. */
    struct token other_token;
    uint32_t last_token_id;   /* server */
    uint32_t last_request_id; /* client */
    uint32_t open_request_id; /* client: of the OPN under way; 0: none */
    uint32_t sent_sequence;
    uint32_t received_sequence;
    bool has_received; /* `received_sequence` counts */

    /* The message that is coming in, in more than one chunk. */
    struct buf body;
    uint32_t max_request;
    uint32_t chunk_count; /* 0: none is coming in */
    uint32_t chunk_request_id;

    struct list outgoing; /* struct outgoing, not sent yet */
};

/* ---- channel.c ---- */

/* Ends it because of an error: tells the peer and the user. */
void channel_fail(struct channel *ch, ua_status status, const char *fmt, ...) printf_like(3, 4);

/* Ends it without telling the peer. */
void channel_end(struct channel *ch, ua_status status, const char *fmt, ...) printf_like(3, 4);

/* ---- hello.c ---- */
void receive_hello(struct channel *ch, char final, struct slice body);
void receive_acknowledge(struct channel *ch, char final, struct slice body);
void receive_error(struct channel *ch, char final, struct slice body);

/* ---- open.c ---- */
void receive_open(struct channel *ch, char final, struct slice body);
must_check ua_status open_request(struct channel *ch, int32_t request_type);

/* ---- token.c ---- */

/* A new token begins now. */
void token_issue(struct channel *ch, uint32_t id, uint32_t lifetime_ms);

/* Is a chunk with this token welcome? */
must_check bool token_accept(struct channel *ch, uint32_t id);

/* `due` has come while the channel is open. */
void token_due(struct channel *ch);

/* ---- message.c ---- */
void receive_message(struct channel *ch, char final, struct slice body);
void receive_close(struct channel *ch, char final, struct slice body);

/* The number is the one that must come now? Else the channel fails. */
must_check bool accept_sequence(struct channel *ch, uint32_t number);

/* ---- send.c ---- */

/* Sends what a writer wrote as one frame; the rope is empty afterwards whatever happens. */
must_check ua_status send_frame(struct channel *ch, struct writer *w);
must_check ua_status send_message(struct channel *ch, const char type[3], uint32_t request_id,
                                  struct rope *message);
void outgoing_clear(struct channel *ch);

#endif
