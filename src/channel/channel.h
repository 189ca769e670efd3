/* SPDX-License-Identifier: Apache-2.0
 * One OPC UA conversation, from HEL to CLO (Part 6 §6.7, §7.1), for either end of it: bytes in, bytes out.
 *
 * No sockets: whoever owns a connection feeds channel_receive() with what came, carries what `send` gives,
 * and closes the connection after `ended`. Chunks, their security, limits of both sides, tokens, renewal, and
 * sequence numbers are done here; what is in a message is not known here.
 *
 *     server: channel_new, channel_receive...                     opened, message..., ended
 *     client: channel_new, channel_connect, channel_receive...    opened, message..., ended
 *
 * Loop thread only. Events come from within the calls and from the timers; in them everything may be called
 * but channel_receive() and channel_free(). */
#ifndef UACAM_CHANNEL_CHANNEL_H
#define UACAM_CHANNEL_CHANNEL_H

#include "base/rope.h"
#include "base/task.h"
#include "base/timers.h"
#include "channel/chunk_pool.h"
#include "channel/policy.h"
#include "crypto/identity.h"
#include "wire/types.h"

struct channel;

enum channel_role { CHANNEL_SERVER, CHANNEL_CLIENT };

/* What we take and give; the peer is told in HEL or ACK. */
struct channel_limits {
    uint32_t receive_buffer; /* bytes of one chunk, 8192 at least */
    uint32_t send_buffer;
    uint32_t max_message; /* bytes of one message body that comes in; 0: none but that of Int32 */
    uint32_t max_chunks;  /* of one message that comes in; 0: none */
};

/* A server's: 64 KiB chunks, 4 MiB messages. */
extern const struct channel_limits channel_default_limits;

struct channel_events {
    /* Bytes to carry to the peer, in this order, uncopied: they stay until channel_sent(ch, tag), which may
     * come before this returns; the array itself only stays until return. Bad: nothing was taken and
     * channel_sent() will not come. */
    ua_status (*send)(void *user, const struct slice *parts, size_t count, void *tag);

    /* The SecureChannel is there: messages may be sent. Once; a renewal is not told. */
    void (*opened)(void *user);

    /* A whole message body, its encoding's NodeId first; borrowed until return. */
    void (*message)(void *user, uint32_t request_id, struct slice body);

    /* With `delegate` only. True: nothing may be received before it comes again with false, because what came
     * is being opened elsewhere. May come several times with the same. */
    void (*rest)(void *user, bool resting);

    /* Client, may be NULL: the server began a response and gave it up; `status` is its result. */
    void (*aborted)(void *user, uint32_t request_id, ua_status status);

    /* It is over: close the connection once what was sent is out. Good: the peer closed it properly. Else
     * `reason` says why, for the log; the peer was told what it may know. The last event. */
    void (*ended)(void *user, ua_status status, const char *reason);
};

/* A pair that a channel can be opened with; the mode is that of None for the policy None alone. */
struct channel_offer {
    const struct security_policy *policy;
    uint32_t mode; /* enum ua_message_security_mode */
};

/* Chunks to be sealed, or opened, by somebody else; its task weighs their number. */
struct chunk_work {
    struct task task;
    const struct seal_job *seal; /* one of both */
    struct unseal_job *unseal;
    size_t count;
    int rc;     /* what symmetric_seal() or symmetric_unseal() gave */
    void *user; /* the channel's */
};

enum { CHANNEL_MOST_SEALED = 4 << 20 };

/* What secures channels: one for many of them. A channel keeps to the identity that its first OPN was for, so
 * each lives as long as the channels; new channels look at what is here then. */
struct channel_security {
    const struct channel_offer *offers; /* server: all that it accepts; client: the one that it asks for */
    size_t offer_count;
    const struct identity *own;      /* not NULL for anything but None */
    const struct identity *next;     /* server: clients may come for this one too; NULL: there is none */
    struct chunk_pool *pool;         /* likewise; its buffers are not smaller than limits.send_buffer */
    struct slice server_certificate; /* client: in DER, as its endpoint told */

    /* Seals and opens on other threads; the task is done on the loop thread, later, perhaps when the channel
     * is gone, but while the pool is there. NULL: all of that is done at once, on the loop thread. */
    void (*delegate)(void *crew, struct chunk_work *w);
    void *crew;
    size_t most_sealed; /* bytes sealed, or being sealed, and not sent, up to which more is sealed;
                         * 0: CHANNEL_MOST_SEALED */

    /* Is the peer's certificate to be trusted? Good, or the status with the reason for the log. Asked at each
     * OPN, after the peer has proved that it has the key to it. */
    ua_status (*verify)(void *user, const struct security_policy *policy, const struct certificate *peer,
                        struct err_text *why);
};

struct channel_config {
    enum channel_role role;
    struct channel_limits limits;
    const struct channel_security *security; /* borrowed for life; NULL: None alone */
    uint32_t channel_id;                     /* server: not 0, no other living channel's */
    uint32_t token_lifetime_ms;              /* server: the longest it grants; client: what it asks for */
    uint32_t handshake_ms;                   /* HEL, ACK and OPN must be done within; 0: no matter when */
    struct timer_queue *timers;              /* borrowed for life, events too */
    const struct channel_events *events;
    void *user;
};

/* The clock starts now. NULL without memory. */
must_check struct channel *channel_new(const struct channel_config *config);

/* Nothing given to `send` may be in use any more, whether channel_sent() came or not. What is being sealed or
 * opened is let go when that is done. */
void channel_free(struct channel *ch);

/* Client: begins. `endpoint_url` 4096 bytes at most. Bad: nothing has begun; Bad_CertificateInvalid, or what
 * `verify` said of the server's certificate. */
must_check ua_status channel_connect(struct channel *ch, struct slice endpoint_url);

/* Bytes from the peer, cut as they please; borrowed until return. Not while it rests; after the end they are
 * ignored. */
void channel_receive(struct channel *ch, struct slice bytes);

/* What was given to `send` with this tag is out, or lost. */
void channel_sent(struct channel *ch, void *tag);

/* Sends a message body under a request id; when good the rope is taken: it is empty afterwards. Bad: nothing
 * was sent, the rope is untouched, and, but for the last, the channel lives:
 *     Bad_ResponseTooLarge (server), Bad_RequestTooLarge (client)  the peer's limits forbid it
 *     Bad_OutOfMemory, or what `send` said
 *     Bad_SecureChannelClosed  not opened yet, or ended */
must_check ua_status channel_send(struct channel *ch, uint32_t request_id, struct rope *message);

/* Client: an id that no other request of this channel has. */
uint32_t channel_next_request_id(struct channel *ch);

/* Ends it from our side, without any event: a client sends CLO. */
void channel_close(struct channel *ch);

/* As channel_close(), and a server tells the peer why (ERR). `reason` is shown to the peer. */
void channel_reject(struct channel *ch, ua_status status, const char *reason);

/* Client: asks for a new token now. Done by itself at three quarters of a token's lifetime. */
must_check ua_status channel_renew(struct channel *ch);

/* Largest body of a message that is taken from now on, within limits.max_message. */
void channel_set_max_request(struct channel *ch, uint32_t bytes);

/* ---- asking; of the peer's, after `opened` ---- */

bool channel_is_open(const struct channel *ch);
uint32_t channel_id(const struct channel *ch);
struct slice channel_endpoint_url(const struct channel *ch); /* of HEL; lives with the channel */
const struct security_policy *channel_policy(const struct channel *ch);
uint32_t channel_security_mode(const struct channel *ch); /* enum ua_message_security_mode */
const struct certificate *channel_peer_certificate(const struct channel *ch); /* NULL with the policy None */
const struct identity *channel_own(const struct channel *ch); /* ours; NULL with the policy None */
uint32_t channel_token_lifetime_ms(const struct channel *ch);

/* Bytes that are on their way out but not given to `send` yet: they are being sealed, or will be when the
 * peer has taken more of what is. */
size_t channel_waiting(const struct channel *ch);

/* The largest body that channel_send() would take: what the peer's limits and chunks allow. */
size_t channel_max_body(const struct channel *ch);

#endif
