/* SPDX-License-Identifier: Apache-2.0 */
#include "service/session/discovery.h"

#include "service/server_private.h"
#include "service/session/endpoint.h"

#include <ctype.h>
#include <string.h>

#define SCHEME            "opc.tcp://"
#define TRANSPORT_PROFILE "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"
enum { URL_MAX_BYTES = 1024 };

/* Only what cannot do harm in whatever shows it: the characters of host names, addresses, ports and paths. */
static bool url_is_plain(struct slice url)
{
    size_t scheme = strlen(SCHEME);
    if (url.len <= scheme || url.len > URL_MAX_BYTES ||
        strncasecmp((const char *)url.data, SCHEME, scheme) != 0)
        return false;
    for (size_t i = 0; i < url.len; i++)
        if (!isalnum(url.data[i]) && !memchr(".-_:[]%/~", url.data[i], 9))
            return false;
    return url.data[scheme] != '/' && url.data[scheme] != ':';
}

/* The client's own word for us, in this request or in its Hello; else our host name. */
static struct slice own_url(struct request *r, struct slice client_url)
{
    struct slice url = {0};
    if (url_is_plain(client_url))
        url = client_url;
    else if (url_is_plain(r->peer->endpoint_url))
        url = r->peer->endpoint_url;
    else
        return arena_printf(&r->arena, SCHEME "%.*s:%u", SLICE_ARGS(r->server->identity->host),
                            r->server->identity->port);
    return arena_printf(&r->arena, "%.*s", SLICE_ARGS(url));
}

/* Part 4 §7.2 */
static bool describe_application(struct request *r, struct slice client_url,
                                 struct ua_application_description *out)
{
    const struct server_identity *id = r->server->identity;
    struct slice *urls = arena_alloc(&r->arena, 1, sizeof *urls);
    if (!urls)
        return false;
    urls[0] = own_url(r, client_url);
    *out = (struct ua_application_description){
        .application_uri = id->application_uri,
        .product_uri = id->product_uri,
        .application_name = {.text = id->application_name},
        .application_type = UA_APPLICATION_TYPE_SERVER,
        .discovery_urls = urls,
        .discovery_urls_len = 1,
    };
    return urls[0].data != NULL;
}

/* Part 4 §7.42. False without memory. */
static bool describe_tokens(struct request *r, const struct token_policy *tokens, size_t count,
                            struct ua_endpoint_description *e)
{
    static const int32_t types[] = {
        [TOKEN_ANONYMOUS] = UA_USER_TOKEN_TYPE_ANONYMOUS,
        [TOKEN_USER_NAME] = UA_USER_TOKEN_TYPE_USER_NAME,
        [TOKEN_X509] = UA_USER_TOKEN_TYPE_CERTIFICATE,
    };
    e->user_identity_tokens = arena_alloc(&r->arena, count, sizeof *e->user_identity_tokens);
    if (!e->user_identity_tokens)
        return false;
    e->user_identity_tokens_len = count;
    for (size_t i = 0; i < count; i++)
        e->user_identity_tokens[i] = (struct ua_user_token_policy){
            .policy_id = tokens[i].id,
            .token_type = types[tokens[i].token],
            .security_policy_uri = slice_of(tokens[i].suite ? tokens[i].suite->uri : NULL),
        };
    return true;
}

bool discovery_endpoints(struct request *r, struct slice client_url, struct ua_endpoint_description **out,
                         size_t *count)
{
    const struct server_access *a = r->server->access;
    const struct identity *own = endpoint_identity(a, r->peer);
    struct ua_application_description self;
    *count = 0;
    *out = arena_alloc(&r->arena, a->offer_count, sizeof **out);
    if (!*out || !describe_application(r, client_url, &self))
        return false;
    for (size_t i = 0; i < a->offer_count; i++) {
        const struct endpoint_offer *o = &a->offers[i];
        struct token_policy tokens[TOKEN_POLICIES_MAX];
        size_t token_count = endpoint_tokens(a, o, r->peer->loopback, tokens);
        if (token_count == 0)
            continue;
        struct ua_endpoint_description *e = &(*out)[(*count)++];
        *e = (struct ua_endpoint_description){
            .endpoint_url = self.discovery_urls[0],
            .server = self,
            .server_certificate = own ? own->certificate->der : (struct slice){0},
            .security_mode = (int32_t)o->mode,
            .security_policy_uri = o->policy_uri,
            .transport_profile_uri = slice_of(TRANSPORT_PROFILE),
            .security_level = endpoint_security_level(o),
        };
        if (!describe_tokens(r, tokens, token_count, e))
            return false;
    }
    return true;
}

static bool wanted(struct slice value, const struct slice *among, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_equal(value, among[i]))
            return true;
    return count == 0;
}

void find_servers(struct request *r, const void *decoded)
{
    const struct ua_find_servers_request *req = decoded;
    struct ua_application_description self;
    if (!describe_application(r, req->endpoint_url, &self)) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    struct ua_find_servers_response out = {.servers = &self, .servers_len = 1};
    if (!wanted(self.application_uri, req->server_uris, req->server_uris_len))
        out.servers_len = 0;
    request_finish(r, &out);
}

void get_endpoints(struct request *r, const void *decoded)
{
    const struct ua_get_endpoints_request *req = decoded;
    struct ua_get_endpoints_response out = {0};
    if (!discovery_endpoints(r, req->endpoint_url, &out.endpoints, &out.endpoints_len)) {
        request_fault(r, UA_BAD_OUT_OF_MEMORY);
        return;
    }
    if (!wanted(slice_of(TRANSPORT_PROFILE), req->profile_uris, req->profile_uris_len))
        out.endpoints_len = 0;
    request_finish(r, &out);
}
