/* SPDX-License-Identifier: Apache-2.0
 * An OPC UA client: one connection, one SecureChannel, one session, secured as its user wishes.
 *
 *     client_open ... ready, requests and their answers ... closed
 *
 * Everything is asynchronous over the loop; requests may be pipelined. Loop thread only. What a server sends
 * is taken with care: sizes are bounded, whatever it claims. */
#ifndef UACAM_CLIENT_CLIENT_H
#define UACAM_CLIENT_CLIENT_H

#include "client/client_security.h"
#include "net/loop.h"
#include "wire/messages_gen.h"

struct client;

struct client_events {
    /* The session is there: requests may be made. Once, or never. */
    void (*ready)(void *user);

    /* The end, after client_close() (then `why` is empty) or a failure. Requests that are under way get no
     * answer any more. The last call: the client is freed. */
    void (*closed)(void *user, const struct err_text *why);
};

struct client_config {
    const char *url;                        /* opc.tcp://host:port/path; borrowed until return */
    const char *name;                       /* of the session, for the server's people; borrowed for life */
    uint32_t timeout_ms;                    /* to connect, and for requests that name none; not 0 */
    const struct client_security *security; /* borrowed for life; NULL: None, anonymous */
    const struct client_events *events;     /* borrowed for life */
    void *user;
};

/* Begins to connect. ERR_INVALID for the URL, ERR_NO_MEMORY; then no event comes. */
must_check int client_open(struct loop *loop, const struct client_config *config, struct client **out,
                           struct err_text *why);

/* Closes the session and all below it in order; nothing but `closed` is called any more. */
void client_close(struct client *c);

/* ---- any service ---- */

/* `status` good: `response` is of the structure asked for, borrowed until return. Else it is NULL: a
 * ServiceFault, a bad service result, a malformed answer, Bad_Timeout. */
typedef void (*client_answered)(void *user, ua_status status, const void *response);

enum { CLIENT_NO_TIMEOUT = UINT32_MAX };

/* One call of a service. */
struct client_call {
    const struct ua_structure *request_type;
    void *request; /* borrowed until return; its request_header is filled in here */
    const struct ua_structure *response_type;
    uint32_t timeout_ms; /* 0: the client's; CLIENT_NO_TIMEOUT: waits for ever */
    client_answered answered;
    void *user;
};

/* Good: `answered` comes once, later, unless the client closes before. Bad_SecureChannelClosed: not ready, or
 * closed; Bad_TooManyOperations: 1024 are under way; Bad_RequestTooLarge, Bad_OutOfMemory, Bad_Encoding... */
must_check ua_status client_request(struct client *c, const struct client_call *call);

/* ---- common services; answers as for client_request() ---- */

/* Read: the Values of nodes. The answer is a struct ua_read_response with `count` results. */
must_check ua_status client_read(struct client *c, const struct ua_nodeid *nodes, size_t count,
                                 double max_age_ms, uint32_t timeout_ms, client_answered answered,
                                 void *user);

/* Browse: the forward hierarchical references of a node to nodes of these classes (bits of enum
 * ua_node_class; 0: of all). The answer is a struct ua_browse_response with one result. */
must_check ua_status client_browse(struct client *c, const struct ua_nodeid *node, uint32_t classes,
                                   client_answered answered, void *user);

/* TranslateBrowsePathsToNodeIds: where `count` names below `start` lead, by hierarchical references. The
 * answer is a struct ua_translate_browse_paths_to_node_ids_response with one result. */
must_check ua_status client_translate(struct client *c, const struct ua_nodeid *start,
                                      const struct ua_qualified_name *names, size_t count,
                                      client_answered answered, void *user);

/* ---- failures in words ---- */

/* Writes "what: what it means (Bad_Name)" to `why`, with advice for the statuses that people meet. Returns a
 * negative `err`. */
int client_explain(struct err_text *why, ua_status status, const char *fmt, ...) printf_like(3, 4);

#endif
