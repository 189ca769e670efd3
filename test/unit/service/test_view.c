/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include <string.h>

struct world {
    struct stage stage;
    struct client client;
};

static int setup(void **state)
{
    struct world *w = test_calloc(1, sizeof *w);
    stage_init(&w->stage, &server_default_limits);
    client_connect(&w->client, &w->stage);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    client_disconnect(&w->client);
    stage_clear(&w->stage);
    test_free(w);
    return 0;
}

static struct ua_browse_description below(uint32_t id)
{
    return (struct ua_browse_description){
        .node_id = ua_nodeid_numeric(0, id),
        .reference_type_id = ua_nodeid_numeric(0, UA_ID_HIERARCHICALREFERENCES),
        .include_subtypes = true,
        .result_mask = UA_BROWSE_RESULT_MASK_ALL,
    };
}

static const struct ua_browse_result *browse_max(struct client *c, struct ua_browse_description what,
                                                 uint32_t max)
{
    struct ua_browse_request req = {
        .requested_max_references_per_node = max,
        .nodes_to_browse = &what,
        .nodes_to_browse_len = 1,
    };
    const struct ua_browse_response *r =
        client_call(c, &ua_browse_request_structure, &req, &ua_browse_response_structure);
    assert_int_equal(r->results_len, 1);
    return &r->results[0];
}

static const struct ua_browse_result *next(struct client *c, struct slice point, bool release)
{
    struct ua_browse_next_request req = {
        .release_continuation_points = release,
        .continuation_points = &point,
        .continuation_points_len = 1,
    };
    const struct ua_browse_next_response *r =
        client_call(c, &ua_browse_next_request_structure, &req, &ua_browse_next_response_structure);
    return &r->results[0];
}

static void test_root_has_three_folders(void **state)
{
    struct world *w = *state;
    const struct ua_browse_result *r = browse_max(&w->client, below(UA_ID_ROOTFOLDER), 0);
    assert_int_equal(r->references_len, 3);
    const struct ua_reference_description *objects = &r->references[0];
    assert_true(slice_is(objects->browse_name.name, "Objects"));
    assert_true(slice_is(objects->display_name.text, "Objects"));
    assert_true(objects->is_forward);
    assert_int_equal(objects->node_class, NODE_OBJECT);
    assert_true(ua_nodeid_is(&objects->type_definition.id, UA_ID_FOLDERTYPE));
    assert_true(ua_nodeid_is(&objects->reference_type_id, UA_ID_ORGANIZES));
}

static void test_direction_class_and_type_select(void **state)
{
    struct world *w = *state;
    struct ua_browse_description what = below(UA_ID_OBJECTSFOLDER);
    what.browse_direction = UA_BROWSE_DIRECTION_INVERSE;
    const struct ua_browse_result *r = browse_max(&w->client, what, 0);
    assert_int_equal(r->references_len, 1);
    assert_true(ua_nodeid_is(&r->references[0].node_id.id, UA_ID_ROOTFOLDER));
    assert_false(r->references[0].is_forward);

    what = below(UA_ID_SERVER_SERVERSTATUS);
    what.node_class_mask = NODE_OBJECT;
    assert_int_equal(browse_max(&w->client, what, 0)->references_len, 0);

    what = below(UA_ID_OBJECTSFOLDER);
    what.include_subtypes = false; /* nothing is of HierarchicalReferences itself */
    assert_int_equal(browse_max(&w->client, what, 0)->references_len, 0);
}

static void test_mistakes(void **state)
{
    struct world *w = *state;
    struct ua_browse_description what = below(UA_ID_OBJECTSFOLDER);
    what.node_id = ua_nodeid_numeric(0, 999999);
    assert_int_equal(browse_max(&w->client, what, 0)->status_code, UA_BAD_NODE_ID_UNKNOWN);
    what = below(UA_ID_OBJECTSFOLDER);
    what.browse_direction = 3;
    assert_int_equal(browse_max(&w->client, what, 0)->status_code, UA_BAD_BROWSE_DIRECTION_INVALID);
    what = below(UA_ID_OBJECTSFOLDER);
    what.reference_type_id = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER);
    assert_int_equal(browse_max(&w->client, what, 0)->status_code, UA_BAD_REFERENCE_TYPE_ID_INVALID);
}

/* Page by page one sees what one sees at once. */
static void test_pages(void **state)
{
    struct world *w = *state;
    struct ua_browse_description what = below(UA_ID_SERVER);
    const struct ua_browse_result *all = browse_max(&w->client, what, 0);
    assert_true(all->references_len > 5);
    assert_null(all->continuation_point.data);
    const struct ua_browse_result *page = browse_max(&w->client, what, 2);
    size_t seen = 0;
    for (;;) {
        assert_true(page->references_len <= 2);
        for (size_t i = 0; i < page->references_len; i++, seen++)
            assert_true(ua_nodeid_equal(&page->references[i].node_id.id, &all->references[seen].node_id.id));
        if (page->continuation_point.len == 0)
            break;
        page = next(&w->client, page->continuation_point, false);
    }
    assert_int_equal(seen, all->references_len);
}

static void test_points_are_used_once_and_bounded(void **state)
{
    struct world *w = *state;
    struct slice point = browse_max(&w->client, below(UA_ID_SERVER), 1)->continuation_point;
    assert_int_equal(next(&w->client, point, true)->status_code, UA_GOOD);
    assert_int_equal(next(&w->client, point, false)->status_code, UA_BAD_CONTINUATION_POINT_INVALID);
    assert_int_equal(next(&w->client, slice_of("nonsense"), false)->status_code,
                     UA_BAD_CONTINUATION_POINT_INVALID);
    for (uint32_t i = 0; i < server_default_limits.browse_points_per_session; i++)
        assert_int_equal(browse_max(&w->client, below(UA_ID_SERVER), 1)->status_code, UA_GOOD);
    assert_int_equal(browse_max(&w->client, below(UA_ID_SERVER), 1)->status_code,
                     UA_BAD_NO_CONTINUATION_POINTS);
}

static const struct ua_browse_path_result *translate(struct client *c, const char *const *names, size_t count)
{
    struct ua_relative_path_element elements[8] = {0};
    for (size_t i = 0; i < count; i++) {
        elements[i].include_subtypes = true;
        elements[i].reference_type_id = ua_nodeid_numeric(0, UA_ID_HIERARCHICALREFERENCES);
        elements[i].target_name.name = slice_of(names[i]);
    }
    struct ua_browse_path path = {
        .starting_node = ua_nodeid_numeric(0, UA_ID_ROOTFOLDER),
        .relative_path = {elements, count},
    };
    struct ua_translate_browse_paths_to_node_ids_request req = {.browse_paths = &path, .browse_paths_len = 1};
    const struct ua_translate_browse_paths_to_node_ids_response *r =
        client_call(c, &ua_translate_browse_paths_to_node_ids_request_structure, &req,
                    &ua_translate_browse_paths_to_node_ids_response_structure);
    return &r->results[0];
}

static void test_translate(void **state)
{
    struct world *w = *state;
    static const char *const time[] = {"Objects", "Server", "ServerStatus", "CurrentTime"};
    const struct ua_browse_path_result *r = translate(&w->client, time, ARRAY_LEN(time));
    assert_int_equal(r->status_code, UA_GOOD);
    assert_int_equal(r->targets_len, 1);
    assert_true(ua_nodeid_is(&r->targets[0].target_id.id, UA_ID_SERVER_SERVERSTATUS_CURRENTTIME));
    assert_int_equal(r->targets[0].remaining_path_index, UINT32_MAX);
    static const char *const nowhere[] = {"Objects", "Nowhere"};
    assert_int_equal(translate(&w->client, nowhere, 2)->status_code, UA_BAD_NO_MATCH);
    static const char *const unnamed[] = {"Objects", ""};
    assert_int_equal(translate(&w->client, unnamed, 2)->status_code, UA_BAD_BROWSE_NAME_INVALID);
    assert_int_equal(translate(&w->client, nowhere, 0)->status_code, UA_BAD_NOTHING_TO_DO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_root_has_three_folders, setup, teardown),
        cmocka_unit_test_setup_teardown(test_direction_class_and_type_select, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mistakes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_points_are_used_once_and_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_translate, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
