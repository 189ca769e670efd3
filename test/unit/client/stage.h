/* SPDX-License-Identifier: Apache-2.0
 * A client, and over loopback a server that follows the test's script.
 *
 * The server's side of TCP and channel is real. It answers CreateSession, ActivateSession and CloseSession by
 * itself; every other request is the script's. The loop ends when both ends are closed. */
#ifndef UACAM_TEST_CLIENT_STAGE_H
#define UACAM_TEST_CLIENT_STAGE_H

#include "channel/channel.h"
#include "client/client.h"
#include "net/tcp.h"
#include "wire/structure.h"

enum stage_manner {
    STAGE_POLITE,
    STAGE_SILENT,  /* takes the connection and says nothing */
    STAGE_FOREIGN, /* speaks another protocol */
    STAGE_LEAVES,  /* closes at once */
};

struct stage {
    /* The script. Set after stage_init(). */
    enum stage_manner manner;
    ua_status create_result, activate_result;
    struct ua_endpoint_description *endpoints; /* told by CreateSession */
    size_t endpoint_count;
    void (*serve)(struct stage *s, uint32_t id, const struct ua_structure *type, const void *request);
    /* instead of all this: whole bodies */
    void (*serve_body)(struct stage *s, uint32_t id, struct slice body);
    void (*ready)(struct stage *s);         /* NULL: closes the client */
    uint32_t timeout_ms;                    /* of the client */
    const struct client_security *security; /* likewise; the server has None alone */
    void *user;                             /* the test's own */

    struct loop *loop;
    struct tcp_listener *listener;
    char url[64];

    /* The server's end. */
    struct tcp_conn *tcp;
    struct channel *channel;
    unsigned created, activated, closed; /* sessions */
    bool saw_token;                      /* every request after CreateSession had its token */
    bool deleted_subscriptions;
    char policy_id[32]; /* of the anonymous token */
    uint32_t last_timeout_hint;
    ua_status ended; /* Good: the client said CLO */

    /* The client's end. */
    struct client *client;
    unsigned ready_count, closed_count;
    struct err_text why;
};

void stage_init(struct stage *s);
void stage_clear(struct stage *s);

/* Connects and runs until both ends are closed. */
void stage_run(struct stage *s);

/* From the script, at any time. */
void stage_answer(struct stage *s, uint32_t id, const struct ua_structure *type, void *response);
void stage_fault(struct stage *s, uint32_t id, ua_status status);
void stage_send(struct stage *s, uint32_t id, struct slice body);

/* The server hangs up. */
void stage_hang_up(struct stage *s);

#endif
