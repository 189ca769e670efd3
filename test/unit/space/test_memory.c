/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "space/space.h"
#include "support/failing_malloc.h"

static void a_space_is_whole_or_not_at_all(void **state)
{
    (void)state;
    bool failed;
    size_t n = 0;
    do {
        failing_malloc_after(n++);
        struct space *s = space_new(slice_of("urn:host:uacam"));
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(s == NULL, failed);
        space_free(s);
    } while (failed);
    assert_true(n > 5);
}

static void a_node_is_added_whole_or_not_at_all(void **state)
{
    (void)state;
    struct space *s = space_new(slice_of("urn:host:uacam"));
    const struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of("v")),
        .node_class = NODE_VARIABLE,
        .browse_name = {1, slice_of("v")},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_HASCOMPONENT,
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE),
        .variable = {.data_type = ua_nodeid_numeric(0, UA_STRING), .value_rank = VALUE_RANK_SCALAR},
        .value = ua_variant_string(slice_of("text")),
    };
    struct node *objects = space_ns0(s, UA_ID_OBJECTSFOLDER);
    struct node *type = space_ns0(s, UA_ID_BASEDATAVARIABLETYPE);
    size_t of_objects = objects->reference_count, of_type = type->reference_count;
    bool failed;
    size_t n = 0;
    do {
        struct node *added;
        failing_malloc_after(n++);
        ua_status status = space_add(s, &spec, &added);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(status, failed ? UA_BAD_OUT_OF_MEMORY : UA_GOOD);
        assert_int_equal(added == NULL, failed);
        assert_int_equal(space_find(s, &spec.id) == NULL, failed);
        assert_int_equal(objects->reference_count, of_objects + !failed);
        assert_int_equal(type->reference_count, of_type + !failed);
    } while (failed);
    assert_true(n > 4);
    space_free(s);
}

static void a_value_that_finds_no_room_leaves_the_old_one(void **state)
{
    (void)state;
    struct space *s = space_new(slice_of("urn:host:uacam"));
    struct node *n = space_ns0(s, UA_ID_OPCUANAMESPACEMETADATA_NAMESPACEURI);
    struct slice old = n->variable.stored;
    const struct ua_data_value value = {.has_value = true, .value = ua_variant_string(slice_of("text"))};
    bool failed;
    size_t tries = 0;
    do {
        failing_malloc_after(tries++);
        ua_status status = space_store(s, n, &value);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(status, failed ? UA_BAD_OUT_OF_MEMORY : UA_GOOD);
        assert_int_equal(n->variable.stored.data == old.data, failed);
    } while (failed);
    assert_true(tries > 2);
    space_free(s);
}

static void a_reference_stands_at_both_ends_or_at_none(void **state)
{
    (void)state;
    struct space *s = space_new(slice_of("urn:host:uacam"));
    struct node *a = space_ns0(s, UA_ID_OBJECTSFOLDER), *b = space_ns0(s, UA_ID_VIEWSFOLDER);
    size_t of_a = a->reference_count, of_b = b->reference_count;
    bool failed;
    size_t n = 0;
    do {
        failing_malloc_after(n++);
        ua_status status = space_add_reference(s, a, UA_ID_ORGANIZES, b);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(status, failed ? UA_BAD_OUT_OF_MEMORY : UA_GOOD);
        assert_int_equal(a->reference_count, of_a + !failed);
        assert_int_equal(b->reference_count, of_b + !failed);
    } while (failed);
    assert_true(n > 2);
    space_free(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_space_is_whole_or_not_at_all),
        cmocka_unit_test(a_node_is_added_whole_or_not_at_all),
        cmocka_unit_test(a_value_that_finds_no_room_leaves_the_old_one),
        cmocka_unit_test(a_reference_stands_at_both_ends_or_at_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
