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

/* The right to send for a while, with the keys to do so. */
struct token {
    uint32_t id; /* 0: no token */
    uint32_t lifetime_ms;
    int64_t issued_ns;                      /* monotonic */
    struct key_set send_keys, receive_keys; /* empty with the policy None */
    struct symmetric_kept *send_kept;       /* of these keys; NULL until this thread works with them */
    struct symmetric_kept *receive_kept;
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
    uint32_t mode;                   /* enum ua_message_security_mode */
    struct certificate *peer;        /* NULL with the policy None */
    const struct identity *own;      /* likewise; NULL too until the first OPN */
    uint8_t nonce[SUITE_NONCE_SIZE]; /* client: of the OPN under way */
    struct token token;              /* the one that we send with */
    /* Also accepted: for a server the next one, which the client has not used yet; for a client the one
     * before, which the server may still use. */
    struct token other_token;
    uint32_t last_token_id;   /* server */
    uint32_t last_request_id; /* client */
    uint32_t open_request_id; /* client: of the OPN under way; 0: none */
    uint32_t sent_sequence;
    uint32_t received_sequence;
    bool has_received; /* `received_sequence` counts */

    struct opening *opening; /* what came is being opened elsewhere: the channel rests; or NULL */
    struct buf plain;        /* what was encrypted, of the chunks that were opened last */

    /* The message that is coming in, in more than one chunk. */
    struct buf body;
    uint32_t max_request;
    uint32_t chunk_count; /* 0: none is coming in */
    uint32_t chunk_request_id;

    struct list waiting;   /* struct outgoing in their order: the first is being sealed */
    size_t waiting_bytes;  /* of their messages */
    struct list outgoing;  /* struct outgoing, given to `send` and not sent yet */
    size_t held_bytes;     /* of what waits or goes out, sealed or about to be */
    struct list sealings;  /* struct sealing of which not every piece is sealed or being sealed */
    size_t unsealed_bytes; /* of those pieces */
    struct list backlog;   /* struct backlogged: nothing of them is sealed */
    size_t backlog_bytes;  /* of their messages */
    bool catching_up;      /* messages of the backlog are being sent */
};

/* ---- channel.c ---- */

/* Ends it because of an error: tells the peer and the user. */
void channel_fail(struct channel *ch, ua_status status, const char *fmt, ...) printf_like(3, 4);

/* Ends it without telling the peer. */
void channel_end(struct channel *ch, ua_status status, const char *fmt, ...) printf_like(3, 4);

/* ---- receive.c ---- */

/* What channel_receive() is given, while nothing is being opened elsewhere. */
void receive_bytes(struct channel *ch, struct slice bytes);

/* ---- hello.c ---- */
void receive_hello(struct channel *ch, const struct frame *f);
void receive_acknowledge(struct channel *ch, const struct frame *f);
void receive_error(struct channel *ch, const struct frame *f);

/* ---- open.c ---- */
void receive_open(struct channel *ch, const struct frame *f);
must_check ua_status open_request(struct channel *ch, int32_t request_type);

/* ---- open_security.c ---- */

/* An OPN on its way in, opened up: what stands before the body, then the body in `r`. */
struct opn {
    struct asymmetric_header header;
    struct sequence_header sequence;
    struct ua_nodeid type;
    struct reader r;
    struct buf plain; /* what was encrypted */
    struct arena arena;
};

/* Can the channel be opened so? */
bool is_offered(const struct channel *ch, const struct security_policy *policy, uint32_t mode);
bool is_policy_offered(const struct channel *ch, const struct security_policy *policy);

/* Client: opens the channel so. */
void ask_for(struct channel *ch, const struct channel_offer *offer);

/* Client: reads and judges the server's certificate, when there is to be security. */
must_check ua_status know_server(struct channel *ch);

/* The asymmetric header of what we send. */
struct asymmetric_header our_open_header(const struct channel *ch);

/* Seals the frame that `w` wrote, but for its first `clear` bytes; ends it in any case. */
void seal_open(struct channel *ch, struct writer *w, size_t clear);

/* Opens an OPN whose header has been read; `opn->r` stands at the sequence header then. False: the channel
 * has failed, with the same answer for whatever is wrong. */
must_check bool unseal_open(struct channel *ch, const struct frame *f, struct opn *opn);

/* A nonce for the OPN that we send; the null slice with the policy None. */
must_check ua_status make_nonce(const struct channel *ch, uint8_t bytes[SUITE_NONCE_SIZE], struct slice *out);

/* The keys of a token, from the nonces of its OPN; none with the policy None. */
must_check ua_status make_keys(const struct channel *ch, struct token *t, struct slice own_nonce,
                               struct slice peer_nonce);

/* ---- token.c ---- */

/* A new token begins now; `t` is empty afterwards. */
void token_issue(struct channel *ch, struct token *t);

/* The token with which a chunk is welcome, or NULL. */
struct token *token_find(struct channel *ch, uint32_t id);

/* The peer has proved that it has the keys of this token. False: the channel has failed. */
must_check bool token_use(struct channel *ch, uint32_t id);

/* Wipes its keys. */
void token_clear(struct token *t);

/* `kept` is one of a token's. NULL without memory, and then it only takes longer. */
struct symmetric_kept *token_keep(struct symmetric_kept **kept);

/* `due` has come while the channel is open. */
void token_due(struct channel *ch);

/* ---- message.c ---- */

/* What clients sent encrypted may be a password: wiped where it is not needed any more. */
bool receives_secrets(const struct channel *ch);
void forget_received(const struct channel *ch, void *bytes, size_t n);

/* The message that was being received. */
void drop_message(struct channel *ch);

/* A MSG or CLO of a channel that secures nothing. */
void receive_message(struct channel *ch, const struct frame *f);

/* The token of a symmetric chunk of this channel. NULL: the channel has failed. */
must_check struct token *token_of(struct channel *ch, const struct frame *f);

/* A MSG or CLO as its sender made it: its sequence header, then its body. Too short for that: it is not what
 * the sender sealed. */
void receive_opened(struct channel *ch, uint32_t token_id, const uint8_t type[4], struct slice plain);

/* The number is the one that must come now? Else the channel fails. */
must_check bool accept_sequence(struct channel *ch, uint32_t number);

/* ---- opening.c ---- */

enum { MOST_OPENED_BYTES = 512 * 1024 }; /* together, unless one chunk alone has more */

/* A MSG or CLO of a channel that signs, and as many of those behind it, with which it came, as can be opened
 * together. How many bytes of `behind` were taken. */
size_t receive_sealed(struct channel *ch, const struct frame *f, struct slice behind);

/* The channel goes: nobody waits any more for what is being opened. */
void opening_abandon(struct channel *ch);

/* ---- outgoing.c ---- */

/* What `send` is given: the parts that the peer gets in this order, and what they are made of.
 *
 *     [backlog: until the peer has taken what is sealed ->]
 *     made -> waiting: until it is sealed and those before it are gone -> outgoing: until it is sent -> freed
 */
struct outgoing {
    struct list_link link;
    struct channel *channel; /* NULL: it has gone, only the sealing is to be waited for */
    struct rope message;     /* taken */
    bool sealing;            /* not sealed yet */
    size_t size;             /* of its parts, even before they are there */
    struct chunk_pool *pool;
    size_t pooled;    /* so many parts, the first ones, are buffers of the pool */
    uint8_t *storage; /* behind the parts */
    size_t part_count;
    struct slice parts[];
};

must_check struct outgoing *outgoing_new(size_t max_parts, size_t storage_size);
void outgoing_free(struct outgoing *o);
void outgoing_clear(struct channel *ch);

/* Sends it, behind what waits; takes `o`, and the message when good. */
must_check ua_status outgoing_send(struct channel *ch, struct outgoing *o, struct rope *message);

/* It is going to be sealed, and sent when that is done and what waits is gone; takes `o`, which is to have
 * `size` bytes. Whoever seals it frees it if it has no channel any more then. */
void outgoing_wait(struct channel *ch, struct outgoing *o, size_t size);

/* Something was sealed: sends what need not wait any more. */
void outgoing_sealed(struct channel *ch);

/* Lets go what waits: nobody is to hear it any more. */
void outgoing_abandon(struct channel *ch);

/* Sends what a writer wrote as one frame; the rope is empty afterwards whatever happens. */
must_check ua_status send_frame(struct channel *ch, struct writer *w);

/* ---- backlog.c ---- */

/* What may be sealed, or being sealed, and not sent; a piece of a message more may come on top. When the pool
 * is short, nothing: each channel has one piece then. */
size_t most_sealed(const struct channel *ch);

/* A MSG is not to be sealed now, but when the peer has taken more of what is sealed? */
bool backlog_needed(const struct channel *ch);

/* Takes the message when good. */
must_check ua_status backlog_add(struct channel *ch, uint32_t request_id, struct rope *message);

/* Something was sent: seals and sends what there is room for now. */
void backlog_catch_up(struct channel *ch);
void backlog_clear(struct channel *ch);

/* ---- send.c, send_sealed.c ---- */

/* How a message is cut. */
struct cut {
    size_t max_body; /* of a chunk */
    size_t chunks;
    size_t max_stretches; /* that lie together in memory, headers among them */
};

must_check ua_status send_message(struct channel *ch, const char type[3], uint32_t request_id,
                                  struct rope *message);

/* The headers of the next chunk, which is to have `size` bytes in all; counts its sequence number. */
void put_chunk_headers(struct channel *ch, uint8_t out[CHUNK_HEADERS_SIZE], const char type[3], bool last,
                       size_t size, uint32_t request_id);

/* As send_message(), for a channel that signs; the sequence numbers are spent whatever happens. */
must_check ua_status send_sealed(struct channel *ch, const char type[3], uint32_t request_id,
                                 struct rope *message, const struct cut *cut);

/* Something was sent: has more of what waits sealed. */
void sealing_go_on(struct channel *ch);

/* What nobody seals yet is not to be sealed any more. */
void sealing_abandon(struct channel *ch);

#endif
