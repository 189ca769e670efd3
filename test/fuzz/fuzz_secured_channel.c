/* SPDX-License-Identifier: Apache-2.0
 * A secured channel and a peer that has the right keys but says arbitrary things with them. Keys, nonces and
 * certificates are fixed.
 *
 * Byte 0 of the input: bit 0 the end (0 server, 1 client), bits 1 and 2 the policy, bit 3 the mode (0 Sign),
 * bit 4 whether an OPN is under way: a server's first, a client's renewal; bit 5 whether the chunks come all
 * together, bit 6 whether they are opened elsewhere where that is worth it. Then records: a kind, a length,
 * as many bytes. */
#include "channel/channel_private.h"
#include "crypto/envelope.h"
#include "support/fake_clock.h"
#include "support/fixed_identity.h"
#include "wire/messages_gen.h"

#include <string.h>

enum record_kind {
    RECORD_RAW,     /* bytes as they are */
    RECORD_MESSAGE, /* sealed as the body of a MSGF; of MSGC, MSGA, CLOF */
    RECORD_PART,
    RECORD_ABORT,
    RECORD_CLOSE,
    RECORD_SPOILT,   /* a good MSGF of which the first byte chooses one to spoil */
    RECORD_OPEN,     /* sealed as the body of an OPN */
    RECORD_OPEN_ALL, /* likewise, the sequence header too */
    RECORD_KINDS,
};

static const char *const types[] = {[RECORD_MESSAGE] = "MSGF",
                                    [RECORD_PART] = "MSGC",
                                    [RECORD_ABORT] = "MSGA",
                                    [RECORD_CLOSE] = "CLOF",
                                    [RECORD_SPOILT] = "MSGF"};
static const struct security_policy *const policies[] = {
    &security_policy_basic256sha256, &security_policy_aes128_sha256_rsaoaep,
    &security_policy_aes256_sha256_rsapss, &security_policy_basic256sha256};
static const uint8_t nonces[2][SUITE_NONCE_SIZE] = {"a nonce that is always the same", "another one"};

static struct identity *own, *peer;
static struct channel_offer offers[2 * ARRAY_LEN(policies)];

struct end {
    struct channel *ch;
    struct key_set peer_keys; /* that the peer sends with */
    uint32_t peer_sequence;
    unsigned sum; /* of what came and was sent: every byte is looked at */
    bool over;
    struct buf together; /* what comes at the end; or its `max` is 0 */
    bool resting;
};

static void look_at(struct end *e, struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        e->sum += bytes.data[i];
}

static ua_status on_send(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct end *e = user;
    for (size_t i = 0; i < count; i++)
        look_at(e, parts[i]);
    channel_sent(e->ch, tag);
    return UA_GOOD;
}

static void on_opened(void *user)
{
    struct end *e = user;
    e->sum++;
}

static void on_message(void *user, uint32_t request_id, struct slice body)
{
    struct end *e = user;
    struct rope r;
    if (e->over)
        abort();
    look_at(e, body);
    rope_init(&r, 1 << 20);
    if (rope_append(&r, body.data, body.len) || channel_send(e->ch, request_id, &r))
        rope_clear(&r);
}

static void on_ended(void *user, ua_status status, const char *reason)
{
    struct end *e = user;
    if (e->over || strlen(reason) == 0)
        abort();
    e->over = true;
    e->sum += status;
}

static void on_rest(void *user, bool resting)
{
    struct end *e = user;
    if (e->over)
        abort();
    e->resting = resting;
}

static ua_status trust_all(void *user, const struct security_policy *policy, const struct certificate *c,
                           struct err_text *why)
{
    (void)user, (void)policy, (void)c, (void)why;
    return UA_GOOD;
}

static const struct channel_events events = {
    .send = on_send, .opened = on_opened, .message = on_message, .rest = on_rest, .ended = on_ended};

static void prepare(void)
{
    if (own)
        return;
    own = FIXED_IDENTITY(server);
    peer = FIXED_IDENTITY(client);
    for (size_t i = 0; i < ARRAY_LEN(offers); i++)
        offers[i] = (struct channel_offer){policies[i / 2], UA_MESSAGE_SECURITY_MODE_SIGN + i % 2};
}

/* ---- the channel ---- */

/* As after an OPN with the fixed nonces. */
static bool open_channel(struct end *e)
{
    struct slice ours = {nonces[0], SUITE_NONCE_SIZE}, theirs = {nonces[1], SUITE_NONCE_SIZE};
    struct token token = {.id = 1, .lifetime_ms = 60000};
    if (certificate_read(peer->certificate->der, &e->ch->peer, NULL) ||
        make_keys(e->ch, &token, ours, theirs))
        return false;
    e->peer_keys = token.receive_keys;
    e->ch->last_token_id = 1;
    e->ch->id = 77;
    e->ch->own = own;
    e->ch->state = STATE_OPEN;
    token_issue(e->ch, &token);
    return true;
}

/* ---- the peer ---- */

static void give(struct end *e, struct slice bytes)
{
    if (e->together.max) {
        if (buf_append(&e->together, bytes.data, bytes.len))
            return; /* it is full */
    } else if (!e->over)
        channel_receive(e->ch, bytes);
}

/* At once, as where no thread can be started. */
static void work(void *crew, struct chunk_work *w)
{
    (void)crew;
    w->rc = w->seal ? symmetric_seal(w->seal, w->count) : symmetric_unseal(w->unseal, w->count);
    w->task.done(&w->task);
}

static void give_chunk(struct end *e, enum record_kind kind, struct slice body)
{
    struct chunk_layout layout = security_mode_layout(e->ch->mode);
    uint8_t headers[CHUNK_HEADERS_SIZE], sealed[1024], longer[600] = {0};
    if (e->together.max && body.len < sizeof longer) {
        memcpy(longer, body.data, body.len);
        body = (struct slice){longer, sizeof longer};
    }
    struct slice parts[] = {{headers, sizeof headers}, body};
    size_t size = sealed_size(layout, sizeof headers + body.len);
    struct chunk_headers h = {.frame.size = (uint32_t)size, .channel_id = 77, .token_id = e->ch->token.id};
    memcpy(h.frame.type, types[kind], 4);
    h.sequence = (struct sequence_header){++e->peer_sequence, 5};
    chunk_headers_put(headers, &h);
    struct seal_job job = {&e->peer_keys, layout, parts, ARRAY_LEN(parts), sealed, NULL};
    if (!e->peer_keys.suite || symmetric_seal(&job, 1))
        return;
    if (kind == RECORD_SPOILT && body.len > 0)
        sealed[CHUNK_CLEAR_SIZE + body.data[0] % (size - CHUNK_CLEAR_SIZE)] ^= 1;
    bool amidst_a_frame = e->ch->frame.len > 0; /* that began with raw bytes */
    give(e, (struct slice){sealed, size});
    bool met = !amidst_a_frame && !e->together.max;
    if (kind == RECORD_SPOILT && body.len > 0 && met && !e->over)
        abort();
}

static void give_open(struct end *e, bool with_sequence, struct slice body)
{
    struct rope r;
    struct writer w;
    struct buf sealed;
    struct envelope envelope = {e->ch->policy->suite, peer, own->certificate};
    rope_init(&r, 8192);
    buf_init(&sealed, 8192);
    writer_init(&w, &r);
    frame_begin(&w, "OPNF");
    struct asymmetric_header header = {
        .channel_id = e->ch->state == STATE_OPEN ? 77 : 0,
        .policy_uri = slice_of(e->ch->policy->uri),
        .sender_certificate = peer->certificate->der,
        .receiver_thumbprint = {own->certificate->thumbprint, THUMBPRINT_SIZE},
    };
    asymmetric_header_write(&w, &header);
    size_t clear = r.len;
    if (with_sequence)
        sequence_header_write(&w, &(struct sequence_header){++e->peer_sequence, e->ch->open_request_id});
    write_bytes(&w, body.data, body.len);
    frame_end_sealed(&w, envelope_size(&envelope, clear, r.len - clear));
    if (!w.status && !envelope_seal(&envelope, clear, buf_slice(&r.own), &sealed))
        give(e, buf_slice(&sealed));
    buf_clear(&sealed);
    rope_clear(&r);
}

static void give_records(struct end *e, struct slice input)
{
    while (input.len >= 2 && !e->over) {
        enum record_kind kind = input.data[0] % RECORD_KINDS;
        size_t n = input.data[1] < input.len - 2 ? input.data[1] : input.len - 2;
        struct slice bytes = {input.data + 2, n};
        if (kind == RECORD_RAW)
            give(e, bytes);
        else if (kind == RECORD_OPEN || kind == RECORD_OPEN_ALL)
            give_open(e, kind == RECORD_OPEN, bytes);
        else
            give_chunk(e, kind, bytes);
        input.data += 2 + n;
        input.len -= 2 + n;
    }
}

/* In one go, if so wished: many of the input's chunks are made, so that there is enough to be given away. */
static void give_together(struct end *e, struct slice input)
{
    bool together = e->together.max;
    give_records(e, input);
    for (int i = 0; together && i < 200 && e->together.len < 64 * 1024; i++)
        give_records(e, input);
    e->together.max = 0;
    if (!e->over)
        channel_receive(e->ch, buf_slice(&e->together));
    if (e->resting && !e->over)
        abort();
}

/* ---- both ---- */

static void talk(struct end *e, struct timer_queue *timers, uint8_t choice, struct slice input)
{
    struct chunk_pool pool;
    struct channel_offer offer = {policies[choice >> 1 & 3],
                                  UA_MESSAGE_SECURITY_MODE_SIGN + (choice >> 3 & 1)};
    bool client = choice & 1;
    struct channel_security security = {
        .offers = client ? &offer : offers,
        .offer_count = client ? 1 : ARRAY_LEN(offers),
        .own = own,
        .pool = &pool,
        .delegate = choice & 64 ? work : NULL,
        .verify = trust_all,
    };
    struct channel_config config = {
        .role = client ? CHANNEL_CLIENT : CHANNEL_SERVER,
        .limits = {8192, 8192, 20000, 4},
        .security = &security,
        .channel_id = 77,
        .token_lifetime_ms = 60000,
        .timers = timers,
        .events = &events,
        .user = e,
    };
    chunk_pool_init(&pool, 8192, 2);
    buf_init(&e->together, choice & 32 ? 128 * 1024 : 0);
    e->ch = channel_new(&config);
    if (e->ch) {
        e->ch->policy = offer.policy;
        e->ch->mode = offer.mode;
        e->ch->state = STATE_OPENING;
        bool under_way = choice & 16;
        if ((under_way && !client) || open_channel(e)) {
            if (under_way && client && channel_renew(e->ch))
                abort();
            give_together(e, input);
        }
        channel_free(e->ch);
    }
    chunk_pool_clear(&pool);
    buf_clear(&e->together);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake_clock time = fake_clock(0);
    struct timer_queue timers;
    struct end e = {0};
    if (size < 1)
        return 0;
    prepare();
    timers_init(&timers, &time.clock);
    talk(&e, &timers, data[0], (struct slice){data + 1, size - 1});
    timers_clear(&timers);
    return 0;
}
