/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include "client/response.h"
#include "crypto/asymmetric.h"
#include "crypto/random.h"
#include "rally.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MAX_MESSAGE = 256 << 20,
    MAX_REQUEST = 4 << 20,
    MAX_DECODED = 4 << 20,
    MAX_KEPT = 4 << 10,
    TOKEN_LIFETIME_MS = 3600 * 1000,
    SESSION_TIMEOUT_MS = 120 * 1000,
    VALUE_ATTRIBUTE = 13,
    MAX_SIGNATURE = SUITE_MAX_KEY_BITS / 8,
};

/* What CreateSession tells. */
struct session {
    struct slice policy_id; /* in `decoded` */
    struct slice nonce;     /* in `kept` */
};

/* ---- from the channel ---- */

static ua_status carry(void *user, const struct slice *parts, size_t count, void *tag)
{
    struct link *l = user;
    l->sent.len = 0;
    for (size_t i = 0; i < count; i++)
        if (buf_append(&l->sent, parts[i].data, parts[i].len))
            return UA_BAD_OUT_OF_MEMORY;
    if (!l->withheld && rally_send(l->fd, l->sent.data, l->sent.len, &l->why))
        return UA_BAD_CONNECTION_CLOSED;
    channel_sent(l->channel, tag);
    return UA_GOOD;
}

static void channel_opened(void *user)
{
    struct link *l = user;
    l->answered = true;
}

static void channel_message(void *user, uint32_t request_id, struct slice body)
{
    (void)request_id; /* one at a time */
    struct link *l = user;
    l->answer.len = 0;
    l->failed = buf_append(&l->answer, body.data, body.len) != 0;
    l->answered = true;
}

static void channel_ended(void *user, ua_status status, const char *reason)
{
    struct link *l = user;
    l->failed = true;
    snprintf(l->why.text, sizeof l->why.text, "the channel ended: %s (%s)", reason, ua_status_name(status));
}

static const struct channel_events channel_events = {
    .send = carry,
    .opened = channel_opened,
    .message = channel_message,
    .ended = channel_ended,
};

/* ---- calls ---- */

static int wait_for_answer(struct link *l, struct err_text *why)
{
    static uint8_t in[LINK_CHUNK];
    l->answered = false;
    l->received = 0;
    while (!l->answered && !l->failed) {
        ssize_t n = recv(l->fd, in, sizeof in, 0);
        if (n <= 0)
            return err_errno(why, n < 0 ? errno : ECONNRESET, "receive");
        l->received += (size_t)n;
        channel_receive(l->channel, (struct slice){in, (size_t)n});
    }
    if (l->failed)
        return err_set(why, ERR_IO, "%s", l->why.text);
    return 0;
}

int link_ask(struct link *l, const struct ua_structure *request_type, void *request, struct err_text *why)
{
    struct rope body;
    struct writer w;
    struct ua_nodeid id = ua_nodeid_numeric(0, request_type->encoding_id);
    *(struct ua_request_header *)request = (struct ua_request_header){
        .authentication_token = l->authentication_token,
        .timestamp = ua_datetime_of_utc_ns(clock_utc_ns(&system_clock)),
    };
    rope_init(&body, MAX_REQUEST);
    writer_init(&w, &body);
    write_nodeid(&w, &id);
    request_type->write(&w, request);
    ua_status status = w.status;
    if (!status)
        status = channel_send(l->channel, channel_next_request_id(l->channel), &body);
    rope_clear(&body);
    return status ? err_set(why, ERR_IO, "%s: %s", request_type->name, ua_status_name(status)) : 0;
}

int link_call(struct link *l, const struct ua_structure *request_type, void *request,
              const struct ua_structure *response_type, const void **response, struct err_text *why)
{
    *response = NULL;
    int rc = link_ask(l, request_type, request, why);
    if (!rc)
        rc = wait_for_answer(l, why);
    if (rc)
        return rc;
    arena_reset(&l->decoded);
    ua_status status = response_read(buf_slice(&l->answer), response_type, &l->decoded, response);
    return status ? err_set(why, ERR_IO, "%s: %s", request_type->name, ua_status_name(status)) : 0;
}

int link_read(struct link *l, const struct ua_nodeid *node, double max_age,
              const struct ua_data_value **value, struct err_text *why)
{
    struct ua_read_value_id item = {.node_id = *node, .attribute_id = VALUE_ATTRIBUTE};
    struct ua_read_request request = {
        .max_age = max_age,
        .timestamps_to_return = UA_TIMESTAMPS_TO_RETURN_BOTH,
        .nodes_to_read = &item,
        .nodes_to_read_len = 1,
    };
    const void *answer;
    *value = NULL;
    int rc = link_call(l, &ua_read_request_structure, &request, &ua_read_response_structure, &answer, why);
    if (rc)
        return rc;
    const struct ua_read_response *response = answer;
    if (response->results_len != 1 || response->results[0].status)
        return err_set(why, ERR_IO, "Read: %s",
                       response->results_len == 1 ? ua_status_name(response->results[0].status)
                                                  : "not one result");
    *value = response->results;
    return 0;
}

/* ---- life ---- */

/* The anonymous way into an endpoint like our channel's. */
static int find_anonymous(const struct link *l, const struct ua_create_session_response *session,
                          struct slice *policy_id, struct err_text *why)
{
    for (size_t i = 0; i < session->server_endpoints_len; i++) {
        const struct ua_endpoint_description *e = &session->server_endpoints[i];
        if ((uint32_t)e->security_mode != channel_security_mode(l->channel) ||
            !slice_is(e->security_policy_uri, channel_policy(l->channel)->uri))
            continue;
        for (size_t k = 0; k < e->user_identity_tokens_len; k++)
            if (e->user_identity_tokens[k].token_type == UA_USER_TOKEN_TYPE_ANONYMOUS) {
                *policy_id = e->user_identity_tokens[k].policy_id;
                return 0;
            }
    }
    return err_set(why, ERR_DENIED, "the server lets nobody in without a name");
}

/* Where the channel is secured: who we are. */
static int introduce(struct link *l, struct ua_create_session_request *request,
                     uint8_t nonce[SUITE_NONCE_SIZE])
{
    const struct identity *own = channel_own(l->channel);
    if (!own)
        return 0;
    request->client_description.application_uri = own->certificate->application_uri;
    request->client_certificate = own->certificate->der;
    request->client_nonce = (struct slice){nonce, SUITE_NONCE_SIZE};
    return random_bytes(nonce, SUITE_NONCE_SIZE);
}

static int create_session(struct link *l, struct slice url, struct session *out, struct err_text *why)
{
    struct ua_create_session_request request = {
        .client_description = {.application_uri = slice_of("urn:uacam:bench"),
                               .application_type = UA_APPLICATION_TYPE_CLIENT},
        .endpoint_url = url,
        .session_name = slice_of("bench"),
        .requested_session_timeout = SESSION_TIMEOUT_MS,
    };
    uint8_t nonce[SUITE_NONCE_SIZE];
    const void *answer;
    if (introduce(l, &request, nonce))
        return err_set(why, ERR_IO, "no random bytes");
    int rc = link_call(l, &ua_create_session_request_structure, &request,
                       &ua_create_session_response_structure, &answer, why);
    if (rc)
        return rc;
    const struct ua_create_session_response *session = answer;
    l->authentication_token = session->authentication_token;
    if (!arena_copy(&l->kept, l->authentication_token.string, &l->authentication_token.string) ||
        !arena_copy(&l->kept, session->server_nonce, &out->nonce))
        return err_set(why, ERR_NO_MEMORY, "no memory");
    return find_anonymous(l, session, &out->policy_id, why);
}

/* Where the channel is secured: that we have the key to our certificate. */
static int sign(const struct link *l, struct slice nonce, uint8_t signature[MAX_SIGNATURE],
                struct ua_signature_data *out)
{
    const struct identity *own = channel_own(l->channel);
    if (!own)
        return 0;
    const struct suite *suite = channel_policy(l->channel)->suite;
    const struct slice parts[] = {channel_peer_certificate(l->channel)->der, nonce};
    out->algorithm = slice_of(suite->signature_uri);
    out->signature = (struct slice){signature, own->certificate->key_size};
    return asymmetric_sign(suite, own, parts, ARRAY_LEN(parts), signature);
}

static int activate_session(struct link *l, const struct session *session, struct err_text *why)
{
    struct ua_anonymous_identity_token token = {.policy_id = session->policy_id};
    struct ua_activate_session_request request = {
        .user_identity_token = {.structure = &ua_anonymous_identity_token_structure, .value = &token},
    };
    uint8_t signature[MAX_SIGNATURE];
    const void *answer;
    if (sign(l, session->nonce, signature, &request.client_signature))
        return err_set(why, ERR_IO, "cannot sign");
    return link_call(l, &ua_activate_session_request_structure, &request,
                     &ua_activate_session_response_structure, &answer, why);
}

int link_open(struct link *l, uint16_t port, struct err_text *why)
{
    return link_open_secured(l, port, NULL, why);
}

int link_open_secured(struct link *l, uint16_t port, const struct channel_security *security,
                      struct err_text *why)
{
    char url[64];
    struct session session = {0};
    *l = (struct link){.fd = -1};
    timers_init(&l->timers, &system_clock);
    arena_init(&l->kept, MAX_KEPT);
    arena_init(&l->decoded, MAX_DECODED);
    buf_init(&l->answer, MAX_MESSAGE);
    buf_init(&l->sent, MAX_REQUEST);
    l->channel = channel_new(&(struct channel_config){
        .role = CHANNEL_CLIENT,
        .limits = {.receive_buffer = LINK_CHUNK, .send_buffer = LINK_CHUNK, .max_message = MAX_MESSAGE},
        .security = security,
        .token_lifetime_ms = TOKEN_LIFETIME_MS,
        .timers = &l->timers,
        .events = &channel_events,
        .user = l,
    });
    if (!l->channel)
        return err_set(why, ERR_NO_MEMORY, "no memory");
    int rc = rally_connect(port, &l->fd, why);
    if (rc)
        return rc;
    snprintf(url, sizeof url, "opc.tcp://127.0.0.1:%u", port);
    ua_status status = channel_connect(l->channel, slice_of(url));
    if (status)
        return err_set(why, ERR_IO, "HEL: %s", ua_status_name(status));
    rc = wait_for_answer(l, why);
    if (!rc)
        rc = create_session(l, slice_of(url), &session, why);
    if (!rc)
        rc = activate_session(l, &session, why);
    return rc;
}

void link_close(struct link *l)
{
    struct ua_close_session_request request = {.delete_subscriptions = true};
    const void *answer;
    struct err_text ignored;
    if (l->channel && channel_is_open(l->channel)) {
        int rc = link_call(l, &ua_close_session_request_structure, &request,
                           &ua_close_session_response_structure, &answer, &ignored);
        (void)rc; /* we leave anyway */
        channel_close(l->channel);
    }
    if (l->channel)
        channel_free(l->channel);
    if (l->fd >= 0)
        close(l->fd);
    timers_clear(&l->timers);
    arena_clear(&l->kept);
    arena_clear(&l->decoded);
    buf_clear(&l->answer);
    buf_clear(&l->sent);
}
