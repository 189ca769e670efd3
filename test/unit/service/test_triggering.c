/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include <stdlib.h>

enum { TRIGGER = 1, TARGET = 2 }; /* client handles */

struct fixture {
    struct stage stage;
    struct client client;
    struct node *trigger, *target;
    uint32_t id, trigger_item, target_item;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct server_limits limits = server_default_limits;
    limits.items_per_subscription = 4;
    stage_init(&f->stage, &limits);
    f->trigger = stage_add(&f->stage, "trigger", UA_INT32, ua_variant_int32(0));
    f->target = stage_add(&f->stage, "target", UA_INT32, ua_variant_int32(0));
    client_connect(&f->client, &f->stage);
    f->id = client_subscribe(&f->client, 100);
    stage_pass(&f->stage, 80);
    f->trigger_item =
        client_monitor(&f->client, f->id, (struct item_wish){.name = "trigger", .handle = TRIGGER});
    f->target_item =
        client_monitor(&f->client, f->id,
                       (struct item_wish){.name = "target", .handle = TARGET, .sampling = true, .queue = 3});
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    client_disconnect(&f->client);
    stage_clear(&f->stage);
    free(f);
    return 0;
}

static const struct ua_set_triggering_response *link_items(struct fixture *f, uint32_t add, uint32_t remove)
{
    struct ua_set_triggering_request req = {
        .subscription_id = f->id,
        .triggering_item_id = f->trigger_item,
        .links_to_add = &add,
        .links_to_add_len = add ? 1 : 0,
        .links_to_remove = &remove,
        .links_to_remove_len = remove ? 1 : 0,
    };
    return client_call(&f->client, &ua_set_triggering_request_structure, &req,
                       &ua_set_triggering_response_structure);
}

/* Which handles the next publishing interval brings, how often. */
struct seen {
    unsigned of[3];
};

static struct seen next(struct fixture *f)
{
    struct seen seen = {0};
    client_publish(&f->client);
    stage_pass_publishing(&f->stage);
    const struct ua_publish_response *p = client_published(&f->client);
    const struct ua_data_change_notification *d = p ? data_changes(p) : NULL;
    for (size_t i = 0; d && i < d->monitored_items_len; i++)
        seen.of[d->monitored_items[i].client_handle]++;
    return seen;
}

static void change(struct fixture *f, struct node *n)
{
    static int32_t value;
    stage_store(&f->stage, n, ua_variant_int32(++value));
}

static void a_change_of_the_trigger_reports_the_target(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(link_items(f, f->target_item, 0)->add_results[0], UA_GOOD);
    struct seen seen = next(f);
    assert_int_equal(seen.of[TRIGGER], 1);
    assert_int_equal(seen.of[TARGET], 0); /* the trigger's first value came before the link */
    change(f, f->target);
    assert_int_equal(next(f).of[TARGET], 0);
    change(f, f->trigger);
    seen = next(f);
    assert_int_equal(seen.of[TRIGGER], 1);
    assert_int_equal(seen.of[TARGET], 2); /* all that it had sampled */
    change(f, f->target);
    assert_int_equal(next(f).of[TARGET], 0); /* once a trigger */
}

static void a_trigger_that_only_samples_is_not_reported(void **state)
{
    struct fixture *f = *state;
    link_items(f, f->target_item, 0);
    next(f);
    client_set_mode(&f->client, f->id, f->trigger_item, UA_MONITORING_MODE_SAMPLING);
    change(f, f->trigger);
    struct seen seen = next(f);
    assert_int_equal(seen.of[TRIGGER], 0);
    assert_int_equal(seen.of[TARGET], 1);
}

static void a_disabled_trigger_does_not_trigger(void **state)
{
    struct fixture *f = *state;
    link_items(f, f->target_item, 0);
    next(f);
    client_set_mode(&f->client, f->id, f->trigger_item, UA_MONITORING_MODE_DISABLED);
    change(f, f->trigger);
    assert_int_equal(next(f).of[TARGET], 0);
}

static void a_reporting_target_needs_no_trigger(void **state)
{
    struct fixture *f = *state;
    link_items(f, f->target_item, 0);
    client_set_mode(&f->client, f->id, f->target_item, UA_MONITORING_MODE_REPORTING);
    assert_int_equal(next(f).of[TARGET], 1);
    change(f, f->target);
    assert_int_equal(next(f).of[TARGET], 1);
}

static void removed_links_do_not_trigger(void **state)
{
    struct fixture *f = *state;
    next(f);
    link_items(f, f->target_item, 0);
    assert_int_equal(link_items(f, 0, f->target_item)->remove_results[0], UA_GOOD);
    assert_int_equal(link_items(f, 0, f->target_item)->remove_results[0], UA_BAD_MONITORED_ITEM_ID_INVALID);
    change(f, f->trigger);
    assert_int_equal(next(f).of[TARGET], 0);
}

static void removals_come_before_additions(void **state)
{
    struct fixture *f = *state;
    link_items(f, f->target_item, 0);
    const struct ua_set_triggering_response *out = link_items(f, f->target_item, f->target_item);
    assert_int_equal(out->add_results[0], UA_GOOD);
    assert_int_equal(out->remove_results[0], UA_GOOD);
    assert_int_equal(link_items(f, 0, f->target_item)->remove_results[0], UA_GOOD);
}

static void items_take_their_links_along(void **state)
{
    struct fixture *f = *state;
    link_items(f, f->target_item, 0);
    link_items(f, f->trigger_item, 0); /* to itself */
    uint32_t ids[] = {f->target_item};
    struct ua_delete_monitored_items_request req = {
        .subscription_id = f->id, .monitored_item_ids = ids, .monitored_item_ids_len = 1};
    client_call(&f->client, &ua_delete_monitored_items_request_structure, &req,
                &ua_delete_monitored_items_response_structure);
    change(f, f->trigger);
    assert_int_equal(next(f).of[TRIGGER], 1);
    ids[0] = f->trigger_item;
    client_call(&f->client, &ua_delete_monitored_items_request_structure, &req,
                &ua_delete_monitored_items_response_structure);
}

static void wrong_links_are_refused(void **state)
{
    struct fixture *f = *state;
    struct ua_set_triggering_request req = {.subscription_id = f->id, .triggering_item_id = f->trigger_item};
    const struct ua_structure *type = &ua_set_triggering_request_structure;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_NOTHING_TO_DO);
    uint32_t add = f->target_item;
    req.links_to_add = &add;
    req.links_to_add_len = 1;
    req.triggering_item_id = 99;
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_MONITORED_ITEM_ID_INVALID);
    assert_int_equal(link_items(f, 99, 0)->add_results[0], UA_BAD_MONITORED_ITEM_ID_INVALID);
    req.triggering_item_id = f->trigger_item;
    req.subscription_id = client_subscribe(&f->client, 100); /* the item is of another subscription */
    assert_int_equal(client_refused(&f->client, type, &req), UA_BAD_MONITORED_ITEM_ID_INVALID);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_change_of_the_trigger_reports_the_target),
        TEST(a_trigger_that_only_samples_is_not_reported),
        TEST(a_disabled_trigger_does_not_trigger),
        TEST(a_reporting_target_needs_no_trigger),
        TEST(removed_links_do_not_trigger),
        TEST(removals_come_before_additions),
        TEST(items_take_their_links_along),
        TEST(wrong_links_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
