/* SPDX-License-Identifier: Apache-2.0
 * A server without sockets, its clock in the test's hand, and clients that speak encoded messages with it.
 *
 *     struct stage stage;
 *     stage_init(&stage, &server_default_limits);
 *     struct client c;
 *     client_connect(&c, &stage);
 *     uint32_t id = client_subscribe(&c, 100);
 *     client_publish(&c);
 *     stage_pass(&stage, 100);
 *     const struct ua_publish_response *p = client_published(&c);
 */
#ifndef UACAM_TEST_SERVICE_STAGE_H
#define UACAM_TEST_SERVICE_STAGE_H

#include "service/server.h"
#include "support/fake_clock.h"
#include "wire/messages_gen.h"
#include "wire/structure.h"

struct stage {
    struct fake_clock time;
    struct timer_queue timers;
    struct space *space;
    struct server_identity identity;
    struct server_access access; /* may be changed for sessions to come */
    struct server *server;
};

/* Everybody on this machine is an operator. */
void stage_init(struct stage *s, const struct server_limits *limits);

void stage_init_access(struct stage *s, const struct server_limits *limits,
                       const struct server_access *access);

/* All clients must be disconnected. */
void stage_clear(struct stage *s);

/* Turns the clock, and runs each timer at its own time. */
void stage_pass(struct stage *s, int64_t ms);

/* Turns the clock to 10 ms past the next multiple of 100 ms: what publishes every 100 ms from the start has
 * just done so, what has been sampled every 100 ms from another moment on was sampled before. */
void stage_pass_publishing(struct stage *s);

/* A Variable ns=1;s=NAME below Objects, of a DataType of namespace 0. */
struct node *stage_add(struct stage *s, const char *name, uint32_t data_type, struct ua_variant value);

/* As stage_add(), but the value comes from a source. */
struct node *stage_add_source(struct stage *s, const char *name, uint32_t data_type,
                              const struct value_source *source, void *user);

void stage_store(struct stage *s, struct node *n, struct ua_variant value);
void stage_store_status(struct stage *s, struct node *n, struct ua_variant value, ua_status status,
                        int64_t source_timestamp);

/* Gives a variable an EURange. */
void stage_add_range(struct stage *s, struct node *n, double low, double high);

enum { CLIENT_RESPONSES_MAX = 256 };

struct client_response {
    uint32_t request_id;
    const struct ua_structure *structure;
    void *value;
};

struct client {
    struct stage *stage;
    struct peer peer;
    bool connected;
    size_t unsent;      /* what the connection claims to hold back */
    bool clogs;         /* whatever it is sent stays unsent */
    size_t deserted;    /* how often its last session left */
    size_t largest;     /* response so far, in bytes */
    struct arena arena; /* for all that was received */
    struct ua_nodeid token;
    uint32_t last_request_id;
    uint32_t timeout_hint;
    struct client_response responses[CLIENT_RESPONSES_MAX]; /* not yet taken */
    size_t response_count;
};

/* With an activated session. */
void client_connect(struct client *c, struct stage *s);

/* The connection without a session. */
void client_open(struct client *c, struct stage *s);

void client_disconnect(struct client *c);

/* Brings the session of a lost connection to a new one. */
void client_reconnect(struct client *c);

/* Sends a request, whose header it fills. Gives its id. */
uint32_t client_send(struct client *c, const struct ua_structure *structure, void *request);

/* The response to it, which must be of this structure. NULL: not yet. Lives until the client disconnects. */
const void *client_take(struct client *c, uint32_t id, const struct ua_structure *structure);

/* The ServiceFault's result; Good when there is no fault. */
ua_status client_take_fault(struct client *c, uint32_t id);

/* Sends and takes at once; the response must be there. */
const void *client_call(struct client *c, const struct ua_structure *request_structure, void *request,
                        const struct ua_structure *response_structure);

/* The result of a request that must be refused as a whole. */
ua_status client_refused(struct client *c, const struct ua_structure *structure, void *request);

/* ---- subscriptions ---- */

/* Keep-alive count 10, lifetime count 30, priority 0. */
uint32_t client_subscribe(struct client *c, double publishing_interval_ms);

/* An item's settings; all zero but the rest: REPORTING, no filter, queue of 1, the publishing interval. */
struct item_wish {
    const char *name;
    uint32_t attribute; /* 0: Value */
    uint32_t handle;
    double interval_ms; /* 0: the publishing interval */
    bool every;         /* sampling interval 0 */
    uint32_t queue;
    bool keep_oldest;
    bool disabled, sampling;
    const char *range;
    const struct ua_data_change_filter *filter;
};

/* Creates it and gives the result; timestamps Neither. */
struct ua_monitored_item_create_result client_try_monitor(struct client *c, uint32_t subscription,
                                                          struct item_wish wish);

/* The same for one that must succeed: gives its id. */
uint32_t client_monitor(struct client *c, uint32_t subscription, struct item_wish wish);

ua_status client_set_mode(struct client *c, uint32_t subscription, uint32_t item, int32_t mode);

/* Sends a Publish, acknowledging one message when `sequence_number` is not 0. */
uint32_t client_publish(struct client *c);
uint32_t client_publish_ack(struct client *c, uint32_t subscription, uint32_t sequence_number);

/* The oldest PublishResponse that has not been taken; NULL: none. */
const struct ua_publish_response *client_published(struct client *c);

/* Its data changes; NULL in a keep-alive. */
const struct ua_data_change_notification *data_changes(const struct ua_publish_response *p);

/* Of its StatusChangeNotification; Good without one. */
ua_status status_change(const struct ua_publish_response *p);

#endif
