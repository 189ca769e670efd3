/* SPDX-License-Identifier: Apache-2.0
 * CreateSession (Part 4 §5.7.2): who may have a session, and what proves to the client who we are. */
#include "crypto/asymmetric.h"
#include "service/event/audit.h"
#include "service/server_private.h"
#include "service/session/discovery.h"
#include "service/session/endpoint.h"
#include "service/session/session.h"

#include <string.h>

enum { NONCE_MIN = 32, NONCE_MAX = 128, MAX_REQUEST_BYTES = 4 << 20 };

/* The certificate itself, whatever issuers are sent behind it. */
static bool is_certificate(const struct certificate *c, struct slice sent)
{
    return sent.len >= c->der.len && memcmp(sent.data, c->der.data, c->der.len) == 0;
}

/* Is the application that asks the one at the other end of the channel? */
static ua_status check_application(const struct peer *p, const struct ua_create_session_request *req,
                                   const char **why)
{
    const struct certificate *c = p->client_certificate;
    if (!c)
        return UA_GOOD;
    *why = "its nonce is not 32 to 128 bytes long";
    if (req->client_nonce.len < NONCE_MIN || req->client_nonce.len > NONCE_MAX)
        return UA_BAD_NONCE_INVALID;
    *why = "it shows another certificate than that of its channel";
    if (!is_certificate(c, req->client_certificate))
        return UA_BAD_SECURITY_CHECKS_FAILED;
    *why = "its ApplicationUri is not that of its certificate: set the client's ApplicationUri to the one in "
           "its certificate, or give it a new certificate";
    if (c->application_uri.len == 0 ||
        !slice_equal(c->application_uri, req->client_description.application_uri))
        return UA_BAD_CERTIFICATE_URI_INVALID;
    return UA_GOOD;
}

/* We have the key to our certificate: over what the client sent (Part 4 §5.7.2.2). */
static bool sign(struct request *r, const struct ua_create_session_request *req,
                 struct ua_signature_data *out)
{
    const struct suite *suite = suite_by_uri(r->peer->security_policy_uri);
    const struct identity *own = endpoint_identity(r->server->access, r->peer);
    if (!suite)
        return true;
    uint8_t *signature = arena_alloc(&r->arena, own->certificate->key_size, 1);
    const struct slice parts[] = {r->peer->client_certificate->der, req->client_nonce};
    if (!signature || asymmetric_sign(suite, own, parts, ARRAY_LEN(parts), signature))
        return false;
    out->algorithm = slice_of(suite->signature_uri);
    out->signature = (struct slice){signature, own->certificate->key_size};
    return true;
}

static bool admit(struct request *r, const struct ua_create_session_request *req)
{
    const char *why;
    ua_status status;
    if (endpoint_of_peer(r->server->access, r->peer, &status, &why))
        status = check_application(r->peer, req, &why);
    if (!status)
        return true;
    r->server->counts.security_rejected_sessions++;
    r->server->counts.rejected_sessions++;
    audit_create_session(r, NULL, status);
    request_refuse(r, status, "no session: %s", why);
    return false;
}

static void describe_session(const struct request *r, const struct session *s,
                             struct ua_create_session_response *out)
{
    const struct identity *own = endpoint_identity(r->server->access, r->peer);
    out->session_id = session_id(s);
    out->authentication_token =
        (struct ua_nodeid){.kind = UA_ID_OPAQUE, .string = {s->token, sizeof s->token}};
    out->revised_session_timeout = s->timeout_ms;
    out->server_nonce = (struct slice){s->nonce, sizeof s->nonce};
    if (own)
        out->server_certificate = own->certificate->der;
    out->max_request_message_size = MAX_REQUEST_BYTES;
}

/* As GetEndpoints told, but for what clients need not compare and what would make the answer several times as
 * large (Part 4 §5.7.2.2). */
static bool list_endpoints(struct request *r, struct slice client_url, struct ua_create_session_response *out)
{
    if (!discovery_endpoints(r, client_url, &out->server_endpoints, &out->server_endpoints_len))
        return false;
    for (size_t i = 0; i < out->server_endpoints_len; i++) {
        struct ua_endpoint_description *e = &out->server_endpoints[i];
        e->server = (struct ua_application_description){.application_uri = e->server.application_uri};
        e->server_certificate = (struct slice){0};
    }
    return true;
}

void create_session(struct request *r, const void *decoded)
{
    const struct ua_create_session_request *req = decoded;
    struct server *server = r->server;
    struct ua_create_session_response out = {0};
    if (!admit(r, req))
        return;
    if (!session_make_room(server)) {
        server->counts.rejected_sessions++;
        audit_create_session(r, NULL, UA_BAD_TOO_MANY_SESSIONS);
        request_fault(r, UA_BAD_TOO_MANY_SESSIONS);
        return;
    }
    struct session *s = NULL;
    if (sign(r, req, &out.server_signature) && list_endpoints(r, req->endpoint_url, &out))
        s = session_new(server, r->peer, req->session_name, req->requested_session_timeout);
    if (!s) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    server->counts.cumulated_sessions++;
    audit_create_session(r, s, UA_GOOD);
    describe_session(r, s, &out);
    request_finish(r, &out);
}
