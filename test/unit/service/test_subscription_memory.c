/* SPDX-License-Identifier: Apache-2.0
 * Each allocation of a subscription's whole life fails once: nothing leaks, nothing crashes, the server lives
 * on. */
#include "support/unit.h"

#include "base/log.h"
#include "event_maker.h"
#include "fake_picture.h"
#include "stage.h"
#include "support/failing_malloc.h"

#include <stdlib.h>

/* The requests of one life, encoded beforehand so that the client's own memory is not what fails. */
enum { CREATE, MONITOR, TRIGGER, PUBLISH, TRANSFER, REQUESTS };

struct life {
    struct stage stage;
    struct client a, b;
    struct fake_picture source;
    struct node *number;
    struct rope requests[REQUESTS];
};

static void encode(struct life *l, const struct client *c, int which, const struct ua_structure *structure,
                   void *request)
{
    struct writer w;
    struct ua_request_header *header = request;
    header->authentication_token = c->token;
    rope_init(&l->requests[which], 1 << 20);
    writer_init(&w, &l->requests[which]);
    struct ua_nodeid encoding = ua_nodeid_numeric(0, structure->encoding_id);
    write_nodeid(&w, &encoding);
    structure->write(&w, request);
    assert_int_equal(w.status, UA_GOOD);
}

static struct ua_monitored_item_create_request item(const char *name, int32_t mode)
{
    return (struct ua_monitored_item_create_request){
        .item_to_monitor = {.node_id = ua_nodeid_string(1, slice_of(name)), .attribute_id = ATTRIBUTE_VALUE},
        .monitoring_mode = mode,
        .requested_parameters = {.sampling_interval = 20, .queue_size = 3, .discard_oldest = true},
    };
}

/* Events that overflow its queue. */
static struct ua_monitored_item_create_request event_item(struct event_maker *m)
{
    event_maker_select_name(m, "Message");
    event_maker_select_name(m, "LocalTime");
    event_maker_select_name(m, "Unknown");
    event_maker_compare(m, "Severity", UA_FILTER_OPERATOR_GREATER_THAN, ua_variant_int32(1));
    return (struct ua_monitored_item_create_request){
        .item_to_monitor = {.node_id = ua_nodeid_numeric(0, UA_ID_SERVER),
                            .attribute_id = ATTRIBUTE_EVENT_NOTIFIER},
        .monitoring_mode = UA_MONITORING_MODE_REPORTING,
        .requested_parameters = {.queue_size = 2,
                                 .discard_oldest = true,
                                 .filter = {.structure = &ua_event_filter_structure, .value = &m->filter}},
    };
}

static void encode_all(struct life *l)
{
    struct event_maker maker;
    event_maker_init(&maker);
    struct ua_create_subscription_request create = {
        .requested_publishing_interval = 50, .requested_max_keep_alive_count = 2, .publishing_enabled = true};
    encode(l, &l->a, CREATE, &ua_create_subscription_request_structure, &create);
    struct ua_monitored_item_create_request items[] = {
        item("number", UA_MONITORING_MODE_REPORTING),
        item("picture", UA_MONITORING_MODE_SAMPLING),
        item("picture", UA_MONITORING_MODE_REPORTING),
        event_item(&maker),
    };
    struct ua_create_monitored_items_request monitor = {
        .subscription_id = 1, .items_to_create = items, .items_to_create_len = ARRAY_LEN(items)};
    encode(l, &l->a, MONITOR, &ua_create_monitored_items_request_structure, &monitor);
    event_maker_clear(&maker);
    uint32_t links[] = {2, 3};
    struct ua_set_triggering_request trigger = {
        .subscription_id = 1, .triggering_item_id = 1, .links_to_add = links, .links_to_add_len = 2};
    encode(l, &l->a, TRIGGER, &ua_set_triggering_request_structure, &trigger);
    struct ua_subscription_acknowledgement ack = {1, 1};
    struct ua_publish_request publish = {.subscription_acknowledgements = &ack,
                                         .subscription_acknowledgements_len = 1};
    encode(l, &l->a, PUBLISH, &ua_publish_request_structure, &publish);
    uint32_t id = 1;
    struct ua_transfer_subscriptions_request transfer = {
        .subscription_ids = &id, .subscription_ids_len = 1, .send_initial_values = true};
    encode(l, &l->b, TRANSFER, &ua_transfer_subscriptions_request_structure, &transfer);
}

/* Responses are thrown away: what matters is what the server does. */
static ua_status swallow(void *user, uint32_t request_id, struct rope *response)
{
    (void)user, (void)request_id;
    rope_clear(response);
    return UA_GOOD;
}

static size_t nothing_unsent(void *user)
{
    (void)user;
    return 0;
}

static const struct peer_ops deaf = {.respond = swallow, .unsent = nothing_unsent};

static void send(struct life *l, struct client *c, int which)
{
    server_receive(l->stage.server, &c->peer, 1, buf_slice(&l->requests[which].own));
}

static void emit(struct life *l, size_t count)
{
    const struct event e = {
        .type = UA_ID_SYSTEMEVENTTYPE, .severity = 2, .message = slice_of("something happened")};
    for (size_t i = 0; i < count; i++)
        server_emit(l->stage.server, NULL, &e);
}

/* One picture for all that watch; made before memory fails. */
static void live(struct life *l, struct blob *pictures[2])
{
    send(l, &l->a, CREATE);
    send(l, &l->a, MONITOR);
    send(l, &l->a, TRIGGER);
    for (int i = 0; i < 6; i++) {
        fake_picture_show(&l->source, pictures[i % 2]);
        emit(l, 3);
        send(l, &l->a, PUBLISH);
        stage_pass(&l->stage, 50);
    }
    send(l, &l->b, TRANSFER);
    stage_pass(&l->stage, 1000);
}

static bool live_with_failure(size_t successes)
{
    struct life *l = calloc(1, sizeof *l);
    stage_init(&l->stage, &server_default_limits);
    l->number = stage_add(&l->stage, "number", UA_INT32, ua_variant_int32(1));
    stage_add_source(&l->stage, "picture", UA_ID_IMAGEJPG, &fake_picture_source, &l->source);
    client_connect(&l->a, &l->stage);
    client_connect(&l->b, &l->stage);
    encode_all(l);
    l->a.peer.ops = l->b.peer.ops = &deaf;
    struct blob *pictures[2] = {picture_of(5000, 'a'), picture_of(5000, 'b')};

    failing_malloc_after(successes);
    live(l, pictures);
    bool failed = failing_malloc_hit();
    failing_malloc_off();

    client_disconnect(&l->a);
    client_disconnect(&l->b);
    stage_clear(&l->stage);
    for (int i = 0; i < REQUESTS; i++)
        rope_clear(&l->requests[i]);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pictures[i]->refs, 1);
        blob_unref(pictures[i]);
    }
    free(l);
    return failed;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    log_set_level(LOG_ERROR);
    size_t n = 0;
    while (live_with_failure(n))
        n++;
    assert_true(n > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
