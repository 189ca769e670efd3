/* SPDX-License-Identifier: Apache-2.0
 * The security of OpenSecureChannel: who the peer is, the sealing of OPN, nonces and keys (Part 6 §6.7). */
#include "channel/channel_private.h"
#include "crypto/envelope.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "wire/messages_gen.h"

#include <assert.h>
#include <string.h>

/* ---- what is offered ---- */

static const struct channel_offer none_alone = {&security_policy_none, UA_MESSAGE_SECURITY_MODE_NONE};

static const struct channel_offer *offers_of(const struct channel *ch, size_t *count)
{
    *count = ch->config.security ? ch->config.security->offer_count : 1;
    return ch->config.security ? ch->config.security->offers : &none_alone;
}

bool is_offered(const struct channel *ch, const struct security_policy *policy, uint32_t mode)
{
    size_t count;
    const struct channel_offer *offers = offers_of(ch, &count);
    for (size_t i = 0; i < count; i++)
        if (offers[i].policy == policy && offers[i].mode == mode)
            return true;
    return false;
}

bool is_policy_offered(const struct channel *ch, const struct security_policy *policy)
{
    size_t count;
    const struct channel_offer *offers = offers_of(ch, &count);
    for (size_t i = 0; i < count; i++)
        if (offers[i].policy == policy)
            return true;
    return false;
}

void ask_for(struct channel *ch, const struct channel_offer *offer)
{
    assert(!offer->policy->suite == (offer->mode == UA_MESSAGE_SECURITY_MODE_NONE));
    ch->policy = offer->policy;
    ch->mode = offer->mode;
}

/* ---- the peer ---- */

static ua_status read_peer(struct channel *ch, struct slice der, struct err_text *why)
{
    int rc = certificate_read(der, &ch->peer, why);
    if (!rc && !asymmetric_key_fits(ch->peer))
        rc = err_set(why, ERR_UNSUPPORTED, "a key of %u bits, not %d to %d", ch->peer->key_bits,
                     SUITE_MIN_KEY_BITS, SUITE_MAX_KEY_BITS);
    if (rc == ERR_NO_MEMORY)
        return UA_BAD_OUT_OF_MEMORY;
    return rc ? UA_BAD_CERTIFICATE_INVALID : UA_GOOD;
}

static ua_status verify_peer(const struct channel *ch, struct err_text *why)
{
    return ch->config.security->verify(ch->config.user, ch->policy, ch->peer, why);
}

ua_status know_server(struct channel *ch)
{
    struct err_text why;
    if (!ch->policy->suite)
        return UA_GOOD;
    ch->own = ch->config.security->own;
    ua_status status = read_peer(ch, ch->config.security->server_certificate, &why);
    if (!status)
        status = verify_peer(ch, &why);
    if (status) {
        certificate_free(ch->peer);
        ch->peer = NULL;
    }
    return status;
}

/* A chain that is sent begins with the certificate itself. */
static bool is_peer(const struct channel *ch, struct slice der)
{
    struct slice known = ch->peer->der;
    return der.len >= known.len && memcmp(der.data, known.data, known.len) == 0;
}

static bool is_own(const struct identity *own, struct slice thumbprint)
{
    return own && slice_equal(thumbprint, (struct slice){own->certificate->thumbprint, THUMBPRINT_SIZE});
}

/* The identity that an OPN is for; NULL: none of ours. */
static const struct identity *meant(const struct channel *ch, struct slice thumbprint)
{
    const struct channel_security *s = ch->config.security;
    if (ch->own)
        return is_own(ch->own, thumbprint) ? ch->own : NULL;
    if (is_own(s->own, thumbprint))
        return s->own;
    return is_own(s->next, thumbprint) ? s->next : NULL;
}

/* Who sends, and for whom. Good, or the status with its reason. */
static ua_status check_certificates(struct channel *ch, const struct asymmetric_header *h,
                                    struct err_text *why)
{
    const struct identity *own = meant(ch, h->receiver_thumbprint);
    if (!own) {
        err_set(why, ERR_INVALID, "OPN is for another certificate than ours");
        return UA_BAD_SECURITY_CHECKS_FAILED;
    }
    ch->own = own;
    if (!ch->peer)
        return read_peer(ch, h->sender_certificate, why);
    if (is_peer(ch, h->sender_certificate))
        return UA_GOOD;
    err_set(why, ERR_INVALID, "OPN comes with another certificate than before");
    return UA_BAD_SECURITY_CHECKS_FAILED;
}

/* ---- OPN ---- */

static struct envelope envelope_of(const struct channel *ch)
{
    return (struct envelope){ch->policy->suite, ch->own, ch->peer};
}

struct asymmetric_header our_open_header(const struct channel *ch)
{
    struct asymmetric_header h = {.channel_id = ch->id, .policy_uri = slice_of(ch->policy->uri)};
    if (ch->policy->suite) {
        h.sender_certificate = ch->own->certificate->der;
        h.receiver_thumbprint = (struct slice){ch->peer->thumbprint, THUMBPRINT_SIZE};
    }
    return h;
}

static ua_status status_of(int rc)
{
    return rc == ERR_NO_MEMORY ? UA_BAD_OUT_OF_MEMORY : UA_BAD_INTERNAL_ERROR;
}

void seal_open(struct channel *ch, struct writer *w, size_t clear)
{
    if (w->status || !ch->policy->suite) {
        frame_end(w);
        return;
    }
    struct buf sealed;
    struct envelope e = envelope_of(ch);
    buf_init(&sealed, ch->send_chunk);
    frame_end_sealed(w, envelope_size(&e, clear, w->out->len - clear));
    int rc = envelope_seal(&e, clear, buf_slice(&w->out->own), &sealed);
    secret_wipe(w->out->own.data, w->out->own.len);
    rope_reset(w->out);
    if (!rc)
        write_bytes(w, sealed.data, sealed.len);
    else
        writer_fail(w, rc == ERR_LIMIT ? UA_BAD_TCP_MESSAGE_TOO_LARGE : status_of(rc));
    buf_clear(&sealed);
}

/* Good, or the status with its reason. The peer's certificate is judged only after it has proved that it has
 * the key. */
static ua_status unseal(struct channel *ch, const struct frame *f, struct opn *opn, struct err_text *why)
{
    ua_status status = check_certificates(ch, &opn->header, why);
    if (status)
        return status;
    struct envelope e = envelope_of(ch);
    int rc = envelope_open(&e, (size_t)(opn->r.at - f->whole.data), f->whole, &opn->plain);
    if (rc == ERR_NO_MEMORY)
        return UA_BAD_OUT_OF_MEMORY;
    if (rc) {
        err_set(why, ERR_INVALID, "OPN is not as its sender sealed it for us");
        return UA_BAD_SECURITY_CHECKS_FAILED;
    }
    reader_init(&opn->r, buf_slice(&opn->plain), &opn->arena);
    return verify_peer(ch, why);
}

/* A client's user learns the true status, a server's peer never does. */
bool unseal_open(struct channel *ch, const struct frame *f, struct opn *opn)
{
    struct err_text why = {"no memory"};
    if (!ch->policy->suite)
        return true;
    ua_status status = unseal(ch, f, opn, &why);
    if (!status)
        return true;
    if (status != UA_BAD_OUT_OF_MEMORY && ch->config.role == CHANNEL_SERVER)
        status = UA_BAD_SECURITY_CHECKS_FAILED;
    channel_fail(ch, status, "%s", why.text);
    return false;
}

/* ---- nonces ---- */

ua_status make_nonce(const struct channel *ch, uint8_t bytes[SUITE_NONCE_SIZE], struct slice *out)
{
    *out = (struct slice){0};
    if (!ch->policy->suite)
        return UA_GOOD;
    if (random_bytes(bytes, SUITE_NONCE_SIZE))
        return UA_BAD_INTERNAL_ERROR;
    *out = (struct slice){bytes, SUITE_NONCE_SIZE};
    return UA_GOOD;
}

ua_status make_keys(const struct channel *ch, struct token *t, struct slice own_nonce,
                    struct slice peer_nonce)
{
    const struct suite *suite = ch->policy->suite;
    if (!suite)
        return UA_GOOD;
    if (peer_nonce.len != SUITE_NONCE_SIZE)
        return UA_BAD_NONCE_INVALID;
    int rc = key_set_derive(&t->send_keys, suite, own_nonce, peer_nonce);
    if (!rc)
        rc = key_set_derive(&t->receive_keys, suite, peer_nonce, own_nonce);
    if (!rc)
        return UA_GOOD;
    token_clear(t);
    return status_of(rc);
}
