/* SPDX-License-Identifier: Apache-2.0
 * A conversation with security: fixed identities, and a judge of certificates that says what it is told. */
#ifndef UACAM_TEST_CHANNEL_SECURED_H
#define UACAM_TEST_CHANNEL_SECURED_H

#include "conversation.h"

#include "channel/channel_private.h"
#include "support/fixed_identity.h"
#include "wire/messages_gen.h"

enum { POOL_KEEPS = 8 };

static const struct channel_offer all_offers[] = {
    {&security_policy_basic256sha256, UA_MESSAGE_SECURITY_MODE_SIGN},
    {&security_policy_basic256sha256, UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT},
    {&security_policy_aes128_sha256_rsaoaep, UA_MESSAGE_SECURITY_MODE_SIGN},
    {&security_policy_aes128_sha256_rsaoaep, UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT},
    {&security_policy_aes256_sha256_rsapss, UA_MESSAGE_SECURITY_MODE_SIGN},
    {&security_policy_aes256_sha256_rsapss, UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT},
};

struct secured {
    struct conversation c;
    struct identity *server, *client, *longer;
    struct chunk_pool pool;
    struct channel_security server_security, client_security;
};

static ua_status verdict;         /* of the judge */
static size_t verdicts;           /* that it was asked for */
static struct certificate judged; /* the last one, as far as its key and name; not to be freed */

static inline ua_status judge(void *user, const struct security_policy *policy,
                              const struct certificate *peer, struct err_text *why)
{
    (void)user;
    assert_non_null(policy->suite);
    verdicts++;
    judged = *peer;
    if (verdict)
        err_set(why, ERR_DENIED, "the judge said so");
    return verdict;
}

/* Server and client know each other; the client asks for `offer`. */
static inline void secured_init(struct secured *s, const struct channel_offer *offer)
{
    conversation_init(&s->c);
    verdict = UA_GOOD;
    verdicts = 0;
    if (!s->server) {
        s->server = FIXED_IDENTITY(server);
        s->client = FIXED_IDENTITY(client);
        s->longer = FIXED_IDENTITY(long);
    }
    chunk_pool_init(&s->pool, channel_default_limits.send_buffer, POOL_KEEPS);
    s->server_security = (struct channel_security){.offers = all_offers,
                                                   .offer_count = ARRAY_LEN(all_offers),
                                                   .own = s->server,
                                                   .pool = &s->pool,
                                                   .verify = judge};
    s->client_security = (struct channel_security){.offers = offer,
                                                   .offer_count = 1,
                                                   .own = s->client,
                                                   .pool = &s->pool,
                                                   .server_certificate = s->server->certificate->der,
                                                   .verify = judge};
    s->c.server_config.security = &s->server_security;
    s->c.client_config.security = &s->client_security;
}

static inline void secured_clear(struct secured *s)
{
    conversation_clear(&s->c);
    chunk_pool_clear(&s->pool);
}

static inline void secured_forget_identities(struct secured *s)
{
    identity_free(s->server);
    identity_free(s->client);
    identity_free(s->longer);
}

/* HEL and ACK are done, the client's OPN waits. */
static inline void secured_connect(struct secured *s)
{
    assert_true(conversation_begin(&s->c));
    assert_int_equal(channel_connect(s->c.client.ch, slice_of("u")), UA_GOOD);
    carry(&s->c.client, &s->c.server, 100000);
    carry(&s->c.server, &s->c.client, 100000);
    assert_memory_equal(s->c.client.out.data, "OPNF", 4);
}

#endif
