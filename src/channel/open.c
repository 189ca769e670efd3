/* SPDX-License-Identifier: Apache-2.0
 * OpenSecureChannel, issue and renew, from both sides (Part 6 §6.7.4). */
#include "channel/channel_private.h"
#include "crypto/secret.h"
#include "wire/messages_gen.h"

enum {
    SHORTEST_LIFETIME_MS = 10000,
    MAX_DECODED = 64 * 1024, /* of a request or response */
    MAX_ENCODED = 64 * 1024,
};

/* ---- out ---- */

static ua_status send_open(struct channel *ch, uint32_t request_id, const struct ua_structure *structure,
                           const void *value)
{
    struct rope out;
    struct writer w;
    uint32_t sequence_before = ch->sent_sequence;
    ch->sent_sequence = sequence_next(ch->sent_sequence);
    struct ua_nodeid type = ua_nodeid_numeric(0, structure->encoding_id);
    rope_init(&out, MAX_ENCODED);
    writer_init(&w, &out);
    frame_begin(&w, "OPNF");
    struct asymmetric_header header = our_open_header(ch);
    asymmetric_header_write(&w, &header);
    size_t clear = out.len;
    sequence_header_write(&w, &(struct sequence_header){ch->sent_sequence, request_id});
    write_nodeid(&w, &type);
    structure->write(&w, value);
    seal_open(ch, &w, clear);
    ua_status status = send_frame(ch, &w);
    if (status)
        ch->sent_sequence = sequence_before;
    return status;
}

static int64_t datetime_now(const struct channel *ch)
{
    return ua_datetime_of_utc_ns(clock_utc_ns(ch->config.timers->clock));
}

ua_status open_request(struct channel *ch, int32_t request_type)
{
    uint32_t id = channel_next_request_id(ch);
    struct slice nonce;
    ua_status status = make_nonce(ch, ch->nonce, &nonce);
    if (status)
        return status;
    struct ua_open_secure_channel_request request = {
        .request_header = {.timestamp = datetime_now(ch), .request_handle = id},
        .request_type = request_type,
        .security_mode = (int32_t)ch->mode,
        .client_nonce = nonce,
        .requested_lifetime = ch->config.token_lifetime_ms,
    };
    status = send_open(ch, id, &ua_open_secure_channel_request_structure, &request);
    if (!status)
        ch->open_request_id = id;
    return status;
}

ua_status channel_renew(struct channel *ch)
{
    if (ch->config.role != CHANNEL_CLIENT || ch->state != STATE_OPEN || ch->open_request_id)
        return UA_BAD_INVALID_STATE;
    return open_request(ch, UA_SECURITY_TOKEN_REQUEST_TYPE_RENEW);
}

static ua_status respond(struct channel *ch, uint32_t request_id, uint32_t request_handle,
                         const struct token *token, struct slice nonce)
{
    struct ua_open_secure_channel_response response = {
        .response_header = {.timestamp = datetime_now(ch), .request_handle = request_handle},
        .security_token = {.channel_id = ch->id,
                           .token_id = token->id,
                           .created_at = datetime_now(ch),
                           .revised_lifetime = token->lifetime_ms},
        .server_nonce = nonce,
    };
    return send_open(ch, request_id, &ua_open_secure_channel_response_structure, &response);
}

/* ---- in: server ---- */

static uint32_t revised_lifetime(const struct channel *ch, uint32_t requested_ms)
{
    uint32_t longest = ch->config.token_lifetime_ms;
    if (requested_ms > longest)
        return longest;
    return requested_ms < SHORTEST_LIFETIME_MS ? SHORTEST_LIFETIME_MS : requested_ms;
}

/* 0, or why the request is refused. */
static ua_status check_request(const struct channel *ch, const struct ua_open_secure_channel_request *request)
{
    bool renew = request->request_type == UA_SECURITY_TOKEN_REQUEST_TYPE_RENEW;
    uint32_t mode = (uint32_t)request->security_mode;
    if (!renew && request->request_type != UA_SECURITY_TOKEN_REQUEST_TYPE_ISSUE)
        return UA_BAD_REQUEST_TYPE_INVALID;
    if (renew != (ch->state == STATE_OPEN))
        return UA_BAD_REQUEST_TYPE_INVALID;
    if (!is_offered(ch, ch->policy, mode))
        return UA_BAD_SECURITY_MODE_REJECTED;
    return renew && mode != ch->mode ? UA_BAD_SECURITY_MODE_REJECTED : UA_GOOD;
}

/* A new token, and the response that tells of it. */
static ua_status grant(struct channel *ch, uint32_t request_id,
                       const struct ua_open_secure_channel_request *request)
{
    struct token token = {.id = ++ch->last_token_id,
                          .lifetime_ms = revised_lifetime(ch, request->requested_lifetime)};
    uint8_t bytes[SUITE_NONCE_SIZE];
    struct slice nonce;
    ua_status status = make_nonce(ch, bytes, &nonce);
    if (!status)
        status = make_keys(ch, &token, nonce, request->client_nonce);
    if (!status)
        status = respond(ch, request_id, request->request_header.request_handle, &token, nonce);
    if (!status) {
        ch->mode = (uint32_t)request->security_mode;
        ch->state = STATE_OPEN;
        token_issue(ch, &token);
    }
    token_clear(&token);
    secret_wipe(bytes, sizeof bytes);
    return status;
}

static void receive_request(struct channel *ch, struct opn *opn)
{
    struct ua_open_secure_channel_request request = {0};
    bool right_type = ua_nodeid_is(&opn->type, ua_open_secure_channel_request_structure.encoding_id);
    if (right_type)
        ua_open_secure_channel_request_read(&opn->r, &request);
    if (!right_type || opn->r.status) {
        channel_fail(ch, UA_BAD_DECODING_ERROR, "OPN holds no OpenSecureChannel request");
        return;
    }
    bool first = ch->state == STATE_OPENING;
    ua_status status = check_request(ch, &request);
    if (status) {
        channel_fail(ch, status, "OpenSecureChannel of type %d with security mode %d is refused",
                     request.request_type, request.security_mode);
        return;
    }
    status = grant(ch, opn->sequence.request_id, &request);
    if (status) {
        channel_fail(ch, status, "cannot answer OPN");
        return;
    }
    if (first && ch->state == STATE_OPEN)
        ch->config.events->opened(ch->config.user);
}

/* ---- in: client ---- */

/* 0, or what is wrong with the response. */
static ua_status read_response(struct opn *opn, struct ua_open_secure_channel_response *out)
{
    struct ua_service_fault fault = {0};
    if (ua_nodeid_is(&opn->type, ua_service_fault_structure.encoding_id)) {
        ua_service_fault_read(&opn->r, &fault);
        ua_status result = fault.response_header.service_result;
        return ua_is_bad(result) ? result : UA_BAD_DECODING_ERROR;
    }
    if (!ua_nodeid_is(&opn->type, ua_open_secure_channel_response_structure.encoding_id))
        return UA_BAD_DECODING_ERROR;
    ua_open_secure_channel_response_read(&opn->r, out);
    if (opn->r.status)
        return opn->r.status;
    if (ua_is_bad(out->response_header.service_result))
        return out->response_header.service_result;
    bool empty = !out->security_token.channel_id || !out->security_token.token_id ||
                 !out->security_token.revised_lifetime;
    return empty ? UA_BAD_DECODING_ERROR : UA_GOOD;
}

static void receive_response(struct channel *ch, struct opn *opn)
{
    if (!ch->open_request_id || opn->sequence.request_id != ch->open_request_id) {
        channel_fail(ch, UA_BAD_SECURITY_CHECKS_FAILED, "OPN answers a request that was not made");
        return;
    }
    struct ua_open_secure_channel_response response = {0};
    ua_status status = read_response(opn, &response);
    if (status) {
        const char *name = ua_status_name(status);
        channel_fail(ch, status, "the server opens no SecureChannel: %s", name ? name : "unknown status");
        return;
    }
    const struct ua_channel_security_token *t = &response.security_token;
    bool first = ch->state == STATE_OPENING;
    if (t->channel_id != opn->header.channel_id || (!first && t->channel_id != ch->id)) {
        channel_fail(ch, UA_BAD_SECURE_CHANNEL_ID_INVALID, "OPN is of another SecureChannel");
        return;
    }
    struct token token = {.id = t->token_id, .lifetime_ms = t->revised_lifetime};
    status = make_keys(ch, &token, (struct slice){ch->nonce, sizeof ch->nonce}, response.server_nonce);
    if (status) {
        channel_fail(ch, status, "OPN gives no keys");
        return;
    }
    secret_wipe(ch->nonce, sizeof ch->nonce);
    ch->id = t->channel_id;
    ch->open_request_id = 0;
    ch->state = STATE_OPEN;
    token_issue(ch, &token);
    if (first && ch->state == STATE_OPEN)
        ch->config.events->opened(ch->config.user);
}

/* ---- in: both ---- */

/* What anybody can read of it. False: the channel has failed. */
static bool check_header(struct channel *ch, const struct frame *f, const struct opn *opn)
{
    const struct security_policy *policy = security_policy_by_uri(opn->header.policy_uri);
    bool server = ch->config.role == CHANNEL_SERVER;
    bool settled = !server || ch->state == STATE_OPEN;
    uint32_t expected_id = ch->state == STATE_OPEN ? ch->id : 0;
    if (f->type[3] != 'F')
        channel_fail(ch, UA_BAD_TCP_MESSAGE_TYPE_INVALID, "OPN in more than one chunk");
    else if (opn->r.status)
        channel_fail(ch, UA_BAD_DECODING_ERROR, "OPN is malformed");
    else if (!policy || (settled ? policy != ch->policy : !is_policy_offered(ch, policy)))
        channel_fail(ch, UA_BAD_SECURITY_POLICY_REJECTED, "SecurityPolicy \"%.*s\" is not offered",
                     SLICE_ARGS(opn->header.policy_uri));
    else if (server && opn->header.channel_id != expected_id)
        channel_fail(ch, UA_BAD_TCP_SECURE_CHANNEL_UNKNOWN, "OPN for SecureChannel %u",
                     opn->header.channel_id);
    else {
        ch->policy = policy;
        return true;
    }
    return false;
}

/* What stands before the request or response. False: the channel has failed. */
static bool read_beginning(struct channel *ch, struct opn *opn)
{
    opn->sequence = sequence_header_read(&opn->r);
    opn->type = read_nodeid(&opn->r);
    if (!opn->r.status)
        return accept_sequence(ch, opn->sequence.number);
    channel_fail(ch, UA_BAD_DECODING_ERROR, "OPN is malformed");
    return false;
}

void receive_open(struct channel *ch, const struct frame *f)
{
    struct opn opn = {0};
    arena_init(&opn.arena, MAX_DECODED);
    buf_init(&opn.plain, f->whole.len);
    reader_init(&opn.r, f->body, &opn.arena);
    opn.header = asymmetric_header_read(&opn.r);
    if (check_header(ch, f, &opn) && unseal_open(ch, f, &opn) && read_beginning(ch, &opn)) {
        if (ch->config.role == CHANNEL_SERVER)
            receive_request(ch, &opn);
        else
            receive_response(ch, &opn);
    }
    secret_wipe(opn.plain.data, opn.plain.len);
    buf_clear(&opn.plain);
    arena_clear(&opn.arena);
}
