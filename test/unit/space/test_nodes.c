/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "space/space.h"

#include <stdio.h>

static int make(void **state)
{
    *state = space_new(slice_of("urn:host:uacam"));
    return *state ? 0 : -1;
}

static int drop(void **state)
{
    space_free(*state);
    return 0;
}

static struct ua_nodeid named(const char *name)
{
    return ua_nodeid_string(2, slice_of(name));
}

static struct node_spec object(const char *name)
{
    return (struct node_spec){
        .id = named(name),
        .node_class = NODE_OBJECT,
        .browse_name = {2, slice_of(name)},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_ORGANIZES,
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEOBJECTTYPE),
    };
}

static struct node *add(struct space *s, const struct node_spec *spec)
{
    struct node *n;
    assert_int_equal(space_add(s, spec, &n), UA_GOOD);
    return n;
}

static bool refers(const struct node *n, uint32_t type, const struct node *target, bool inverse)
{
    for (size_t i = 0; i < n->reference_count; i++) {
        const struct reference *r = &n->references[i];
        if (ua_nodeid_is(&r->type->id, type) && r->target == target && r->inverse == inverse)
            return true;
    }
    return false;
}

static void an_added_node_is_found_and_tied(void **state)
{
    struct space *s = *state;
    struct node_spec spec = object("a");
    struct node *n = add(s, &spec);
    struct node *objects = space_ns0(s, UA_ID_OBJECTSFOLDER);
    assert_ptr_equal(space_find(s, &spec.id), n);
    assert_true(refers(n, UA_ID_ORGANIZES, objects, true));
    assert_true(refers(objects, UA_ID_ORGANIZES, n, false));
    assert_ptr_equal(space_type_of(n), space_ns0(s, UA_ID_BASEOBJECTTYPE));
    assert_ptr_equal(space_child(s, objects, spec.browse_name), n);
    assert_null(space_child(s, objects, (struct ua_qualified_name){1, slice_of("a")}));
    space_remove(s, n);
}

static void texts_are_copied(void **state)
{
    struct space *s = *state;
    char id[] = "Cameras/1", name[] = "1", display[] = "Front door", description[] = "In the hall";
    uint32_t dims[] = {2, 3};
    struct node_spec spec = object(id);
    spec.node_class = NODE_VARIABLE;
    spec.type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE);
    spec.browse_name.name = slice_of(name);
    spec.display_name = slice_of(display);
    spec.description = slice_of(description);
    spec.variable.value_rank = 2;
    spec.variable.array_dimensions = dims;
    spec.variable.data_type = ua_nodeid_numeric(0, UA_DOUBLE);
    struct node *n = add(s, &spec);
    id[0] = name[0] = display[0] = description[0] = 'x';
    dims[0] = dims[1] = 0;

    struct ua_nodeid found = named("Cameras/1");
    assert_ptr_equal(space_find(s, &found), n);
    assert_true(slice_is(n->browse_name.name, "1"));
    assert_true(slice_is(n->display_name, "Front door"));
    assert_true(slice_is(n->description, "In the hall"));
    assert_int_equal(n->variable.array_dimensions[0], 2);
    assert_int_equal(n->variable.array_dimensions[1], 3);
    space_remove(s, n);
}

static void what_is_not_said_has_its_default(void **state)
{
    struct space *s = *state;
    struct node_spec spec = object("plain");
    spec.node_class = NODE_VARIABLE;
    spec.type_definition = ua_nodeid_numeric(0, UA_ID_PROPERTYTYPE);
    spec.reference_type = UA_ID_HASPROPERTY;
    struct node *n = add(s, &spec);
    assert_null(n->display_name.data);
    assert_null(n->description.data);
    assert_null(n->variable.stored.data);
    assert_true(ua_nodeid_is(&n->variable.data_type, UA_ID_BASEDATATYPE));
    space_remove(s, n);
}

static void a_wrong_spec_adds_nothing(void **state)
{
    struct space *s = *state;
    struct node_spec taken = object("taken");
    struct node *first = add(s, &taken);
    size_t before = space_ns0(s, UA_ID_OBJECTSFOLDER)->reference_count;

    struct node_spec no_parent = object("b"), no_reference = object("b"), not_hierarchical = object("b");
    struct node_spec abstract_reference = object("b"), no_type = object("b"), wrong_type = object("b");
    struct node_spec abstract_type = object("b");
    no_parent.parent = named("nobody");
    no_reference.reference_type = UA_ID_BASEOBJECTTYPE;
    not_hierarchical.reference_type = UA_ID_HASTYPEDEFINITION;
    abstract_reference.reference_type = UA_ID_HIERARCHICALREFERENCES;
    no_type.type_definition = (struct ua_nodeid){0};
    wrong_type.type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE);
    abstract_type.type_definition = ua_nodeid_numeric(0, UA_ID_AUDITEVENTTYPE);
    const struct {
        const struct node_spec *spec;
        ua_status status;
    } rows[] = {
        {&taken, UA_BAD_NODE_ID_EXISTS},
        {&no_parent, UA_BAD_PARENT_NODE_ID_INVALID},
        {&no_reference, UA_BAD_REFERENCE_TYPE_ID_INVALID},
        {&not_hierarchical, UA_BAD_REFERENCE_TYPE_ID_INVALID},
        {&abstract_reference, UA_BAD_REFERENCE_TYPE_ID_INVALID},
        {&no_type, UA_BAD_TYPE_DEFINITION_INVALID},
        {&wrong_type, UA_BAD_TYPE_DEFINITION_INVALID},
        {&abstract_type, UA_BAD_TYPE_DEFINITION_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct node *n = first;
        assert_int_equal(space_add(s, rows[i].spec, &n), rows[i].status);
        assert_null(n);
    }
    struct ua_nodeid b = named("b");
    assert_null(space_find(s, &b));
    assert_int_equal(space_ns0(s, UA_ID_OBJECTSFOLDER)->reference_count, before);
    space_remove(s, first);
}

static void a_removed_node_leaves_no_reference(void **state)
{
    struct space *s = *state;
    struct node_spec a = object("a"), b = object("b");
    struct node *na = add(s, &a), *nb = add(s, &b);
    struct node *objects = space_ns0(s, UA_ID_OBJECTSFOLDER);
    size_t before = objects->reference_count;
    assert_int_equal(space_add_reference(s, na, UA_ID_HASCOMPONENT, nb), UA_GOOD);
    assert_int_equal(space_add_reference(s, na, UA_ID_ORGANIZES, na), UA_GOOD);
    size_t nb_before = nb->reference_count;

    space_remove(s, na);
    assert_null(space_find(s, &a.id));
    assert_int_equal(objects->reference_count, before - 1);
    assert_int_equal(nb->reference_count, nb_before - 1);
    assert_true(refers(objects, UA_ID_ORGANIZES, nb, false));
    space_remove(s, nb);
    assert_int_equal(objects->reference_count, before - 2);
}

static void a_standard_node_can_go(void **state)
{
    struct space *s = *state;
    struct node *parent = space_ns0(s, UA_ID_SERVER);
    struct node *gone = space_ns0(s, UA_ID_SERVER_RESENDDATA);
    size_t before = parent->reference_count;
    space_remove(s, gone);
    assert_null(space_ns0(s, UA_ID_SERVER_RESENDDATA));
    assert_int_equal(parent->reference_count, before - 1);
}

static void a_reference_stands_at_both_ends_once(void **state)
{
    struct space *s = *state;
    struct node_spec a = object("a"), b = object("b");
    struct node *na = add(s, &a), *nb = add(s, &b);
    size_t before = na->reference_count;
    assert_int_equal(space_add_reference(s, na, UA_ID_HASCOMPONENT, nb), UA_GOOD);
    assert_int_equal(space_add_reference(s, na, UA_ID_HASCOMPONENT, nb), UA_GOOD);
    assert_int_equal(na->reference_count, before + 1);
    assert_true(refers(na, UA_ID_HASCOMPONENT, nb, false));
    assert_true(refers(nb, UA_ID_HASCOMPONENT, na, true));
    /* The other way round is another reference. */
    assert_int_equal(space_add_reference(s, nb, UA_ID_HASCOMPONENT, na), UA_GOOD);
    assert_int_equal(na->reference_count, before + 2);
    assert_int_equal(space_add_reference(s, na, UA_ID_SERVER, nb), UA_BAD_REFERENCE_TYPE_ID_INVALID);
    assert_int_equal(space_add_reference(s, na, 0, nb), UA_BAD_REFERENCE_TYPE_ID_INVALID);
    space_remove(s, na);
    space_remove(s, nb);
}

static void a_removed_reference_is_gone_at_both_ends(void **state)
{
    struct space *s = *state;
    struct node_spec a = object("a"), b = object("b");
    struct node *na = add(s, &a), *nb = add(s, &b);
    size_t a_before = na->reference_count, b_before = nb->reference_count;
    assert_int_equal(space_add_reference(s, na, UA_ID_HASCOMPONENT, nb), UA_GOOD);
    space_remove_reference(s, nb, UA_ID_HASCOMPONENT, na); /* the other way round: is not there */
    space_remove_reference(s, na, UA_ID_ORGANIZES, nb);    /* another type */
    assert_true(refers(na, UA_ID_HASCOMPONENT, nb, false));
    space_remove_reference(s, na, UA_ID_HASCOMPONENT, nb);
    assert_int_equal(na->reference_count, a_before);
    assert_int_equal(nb->reference_count, b_before);
    assert_int_equal(space_add_reference(s, na, UA_ID_ORGANIZES, na), UA_GOOD);
    space_remove_reference(s, na, UA_ID_ORGANIZES, na);
    assert_int_equal(na->reference_count, a_before);
    space_remove(s, na);
    space_remove(s, nb);
}

static void a_node_is_renamed(void **state)
{
    struct space *s = *state;
    struct node_spec spec = object("a");
    struct node *n = add(s, &spec);
    char text[] = "Gate 1";
    assert_int_equal(space_set_display_name(s, n, slice_of(text)), UA_GOOD);
    text[0] = 'X';
    assert_true(slice_is(n->display_name, "Gate 1"));
    assert_int_equal(space_set_display_name(s, n, slice_of("Gate 2")), UA_GOOD);
    assert_true(slice_is(n->display_name, "Gate 2"));
    assert_true(slice_is(n->browse_name.name, "a"));
    space_remove(s, n);
}

static void many_nodes_come_and_go(void **state)
{
    enum { COUNT = 500 };
    struct space *s = *state;
    struct node *objects = space_ns0(s, UA_ID_OBJECTSFOLDER);
    struct node *nodes[COUNT];
    size_t before = objects->reference_count;
    for (int i = 0; i < COUNT; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        struct node_spec spec = object(name);
        nodes[i] = add(s, &spec);
    }
    for (int i = 0; i < COUNT; i += 2)
        space_remove(s, nodes[i]);
    assert_int_equal(objects->reference_count, before + COUNT / 2);
    /* Clients browse in the order of adding. */
    for (int i = 1, at = (int)before; i < COUNT; i += 2, at++)
        assert_ptr_equal(objects->references[at].target, nodes[i]);
    for (int i = 1; i < COUNT; i += 2)
        space_remove(s, nodes[i]);
    assert_int_equal(objects->reference_count, before);
}

static void namespaces_are_numbered_in_order(void **state)
{
    struct space *s = *state;
    uint16_t index;
    assert_int_equal(space_namespace_count(s), 2);
    assert_true(slice_is(space_namespace(s, 0), "http://opcfoundation.org/UA/"));
    assert_true(slice_is(space_namespace(s, 1), "urn:host:uacam"));
    assert_int_equal(space_add_namespace(s, slice_of("urn:uacam:camera"), &index), 0);
    assert_int_equal(index, 2);
    assert_int_equal(space_add_namespace(s, slice_of("urn:host:uacam"), &index), 0);
    assert_int_equal(index, 1);
    assert_int_equal(space_namespace_count(s), 3);
    assert_null(space_namespace(s, 3).data);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_added_node_is_found_and_tied),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(what_is_not_said_has_its_default),
        cmocka_unit_test(a_wrong_spec_adds_nothing),
        cmocka_unit_test(a_removed_node_leaves_no_reference),
        cmocka_unit_test(a_standard_node_can_go),
        cmocka_unit_test(a_reference_stands_at_both_ends_once),
        cmocka_unit_test(many_nodes_come_and_go),
        cmocka_unit_test(namespaces_are_numbered_in_order),
        cmocka_unit_test(a_removed_reference_is_gone_at_both_ends),
        cmocka_unit_test(a_node_is_renamed),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
