/* SPDX-License-Identifier: Apache-2.0
 * A stage with a client that monitors events of the Server object. */
#ifndef UACAM_TEST_SERVICE_EVENT_STAGE_H
#define UACAM_TEST_SERVICE_EVENT_STAGE_H

#include "event_maker.h"
#include "stage.h"

/* The client handle of its items. */
enum { EVENT_HANDLE = 7 };

/* The fields that each of them selects; more may be added to the maker. */
enum { EVENT_TYPE, SEVERITY, MESSAGE, SOURCE_NODE, EVENT_ID, FIELDS };

struct event_stage {
    struct stage stage;
    struct client client;
    struct event_maker maker;
    uint32_t subscription;
};

/* For cmocka: allocate it, free it. */
int event_stage_set_up(void **state);
int event_stage_set_up_with(void **state, const struct server_limits *limits);
int event_stage_tear_down(void **state);

/* All zero: the Server object, REPORTING, the maker's filter. */
struct event_wish {
    uint32_t node; /* of ns 0 */
    uint32_t queue;
    bool keep_oldest;
    bool sampling;
    const struct ua_structure *filter; /* NULL: an EventFilter, that of the maker */
    const void *filter_value;
    bool no_filter;
};

struct ua_monitored_item_create_result event_stage_try_monitor(struct event_stage *f, struct event_wish wish);

/* For one that must succeed: gives its id. */
uint32_t event_stage_monitor(struct event_stage *f, struct event_wish wish);

struct ua_monitored_item_modify_result event_stage_modify(struct event_stage *f, uint32_t item,
                                                          struct event_wish wish);

/* A SystemEvent of the Server object. */
void event_stage_emit(struct event_stage *f, uint16_t severity);

/* NULL: it has none. */
const struct ua_event_notification_list *event_stage_events_of(const struct ua_publish_response *p);

/* The events of the next publishing; NULL: none. */
const struct ua_event_notification_list *event_stage_next(struct event_stage *f);
void event_stage_assert_quiet(struct event_stage *f);

/* Severities in their order; 0 stands for an overflow. */
void event_stage_assert_severities(const struct ua_event_notification_list *list, const uint16_t *wanted,
                                   size_t count);

#define ASSERT_SEVERITIES(list, ...)                                                                         \
    event_stage_assert_severities(list, (const uint16_t[]){__VA_ARGS__},                                     \
                                  sizeof((const uint16_t[]){__VA_ARGS__}) / sizeof(uint16_t))

#endif
