/* SPDX-License-Identifier: Apache-2.0
 * GetEndpoints over a channel without security, then the way on: a session on the same channel, or another
 * channel that is secured (Part 4 §5.5.4, §6.1.4). */
#include "client/client_private.h"

#include "crypto/asymmetric.h"

/* What the choice borrows lives as long as the client from now on. */
static bool keep_choice(struct client *c)
{
    struct endpoint_choice *e = &c->endpoint;
    return arena_copy(&c->kept, e->server_certificate, &e->server_certificate) &&
           arena_copy(&c->kept, e->application_uri, &e->application_uri) &&
           arena_copy(&c->kept, e->token_policy_id, &e->token_policy_id);
}

/* ---- whom we talk to ---- */

ua_status client_verify_server(struct client *c, const struct certificate *server, struct err_text *why)
{
    const struct client_security *s = c->config.security;
    ua_status status = s->verify(s->context, server, c->endpoint.application_uri, c->url.host, why);
    if (status)
        c->refusal = *why;
    return status;
}

/* The certificate that the password is encrypted for, where no channel has looked at it. */
static int know_server(struct client *c, struct err_text *why)
{
    int rc = certificate_read(c->endpoint.server_certificate, &c->server, why);
    if (!rc && !asymmetric_key_fits(c->server))
        rc = err_set(why, ERR_UNSUPPORTED, "its key is of a kind that is not supported");
    if (rc) {
        struct err_text reason = *why;
        return err_set(why, (enum err)rc, "the server's certificate is not usable: %s", reason.text);
    }
    return client_verify_server(c, c->server, why) ? ERR_DENIED : 0;
}

/* ---- on from here ---- */

static void go_on(struct client *c)
{
    struct err_text why;
    if (!c->endpoint.policy->suite && c->endpoint.token_suite && know_server(c, &why)) {
        client_fail(c, "%s", why.text);
        return;
    }
    if (!c->endpoint.policy->suite) {
        c->state = CLIENT_STARTING;
        client_session_start(c);
        return;
    }
    c->own = c->config.security->own(c->config.security->context, &why);
    if (c->own)
        client_move(c);
    else
        client_fail(c, "%s", why.text);
}

static void answered(void *user, ua_status status, const void *response)
{
    struct client *c = user;
    const struct ua_get_endpoints_response *r = response;
    struct err_text why;
    if (status)
        client_refuse(c, status, "cannot get the endpoints");
    else if (endpoint_choose(r->endpoints, r->endpoints_len, c->config.security, c->loopback, &c->endpoint,
                             &why))
        client_fail(c, "%s, port %u: %s", c->url.host, c->url.port, why.text);
    else if (!keep_choice(c))
        client_refuse(c, UA_BAD_OUT_OF_MEMORY, "cannot connect");
    else
        go_on(c);
}

void client_discover(struct client *c)
{
    struct ua_get_endpoints_request request = {.endpoint_url = slice_of(c->url.text)};
    ua_status status = client_request_send(c, &(struct client_call){
                                                  .request_type = &ua_get_endpoints_request_structure,
                                                  .request = &request,
                                                  .response_type = &ua_get_endpoints_response_structure,
                                                  .answered = answered,
                                                  .user = c,
                                              });
    if (status)
        client_refuse(c, status, "cannot get the endpoints");
}
