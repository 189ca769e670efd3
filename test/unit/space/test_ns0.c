/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "space/ns0.h"
#include "space/space.h"
#include "wire/reader.h"
#include "wire/structure.h"

#include <stdlib.h>
#include <string.h>

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

static bool is_hierarchical(const struct space *s, const struct node *type)
{
    return space_is_subtype(s, type, space_ns0(s, UA_ID_HIERARCHICALREFERENCES));
}

static size_t row_of(const struct node *n)
{
    size_t i = 0;
    while (ns0_nodes[i].id != n->id.numeric)
        i++;
    return i;
}

static void every_node_is_reached_from_root(void **state)
{
    struct space *s = *state;
    bool *seen = calloc(NS0_NODE_COUNT, sizeof *seen);
    const struct node **todo = calloc(NS0_NODE_COUNT, sizeof *todo);
    size_t count = 1, reached = 0;
    todo[0] = space_ns0(s, UA_ID_ROOTFOLDER);
    seen[row_of(todo[0])] = true;
    while (count) {
        const struct node *n = todo[--count];
        reached++;
        for (size_t i = 0; i < n->reference_count; i++) {
            const struct reference *r = &n->references[i];
            bool child = is_hierarchical(s, r->type) || ua_nodeid_is(&r->type->id, UA_ID_HASENCODING);
            if (r->inverse || !child || seen[row_of(r->target)])
                continue;
            seen[row_of(r->target)] = true;
            todo[count++] = r->target;
        }
    }
    assert_int_equal(reached, NS0_NODE_COUNT);
    free(seen);
    free(todo);
}

static bool has(const struct node *n, const struct reference *wanted)
{
    for (size_t i = 0; i < n->reference_count; i++) {
        const struct reference *r = &n->references[i];
        if (r->type == wanted->type && r->target == wanted->target && r->inverse == wanted->inverse)
            return true;
    }
    return false;
}

static void every_reference_has_its_other_end(void **state)
{
    struct space *s = *state;
    size_t ends = 0;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        struct node *n = space_ns0(s, ns0_nodes[i].id);
        for (size_t k = 0; k < n->reference_count; k++) {
            const struct reference *r = &n->references[k];
            struct reference other = {r->type, n, !r->inverse};
            assert_true(has(r->target, &other));
            assert_int_equal(r->type->node_class, NODE_REFERENCE_TYPE);
            assert_false(r->type->is_abstract);
        }
        ends += n->reference_count;
    }
    assert_int_equal(ends, 2 * NS0_REFERENCE_COUNT);
}

static void objects_and_variables_have_a_type(void **state)
{
    struct space *s = *state;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        const struct node *n = space_ns0(s, ns0_nodes[i].id);
        const struct node *type = space_type_of(n);
        if (n->node_class == NODE_OBJECT)
            assert_int_equal(type->node_class, NODE_OBJECT_TYPE);
        else if (n->node_class == NODE_VARIABLE)
            assert_int_equal(type->node_class, NODE_VARIABLE_TYPE);
        else
            assert_null(type);
    }
}

static void types_hang_below_their_bases(void **state)
{
    static const struct {
        uint8_t node_class;
        uint32_t base;
    } bases[] = {
        {NODE_OBJECT_TYPE, UA_ID_BASEOBJECTTYPE},
        {NODE_VARIABLE_TYPE, UA_ID_BASEVARIABLETYPE},
        {NODE_DATA_TYPE, UA_ID_BASEDATATYPE},
        {NODE_REFERENCE_TYPE, UA_ID_REFERENCES},
    };
    struct space *s = *state;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        const struct node *n = space_ns0(s, ns0_nodes[i].id);
        for (size_t k = 0; k < ARRAY_LEN(bases); k++) {
            if (bases[k].node_class == n->node_class)
                assert_true(space_is_subtype(s, n, space_ns0(s, bases[k].base)));
        }
    }
}

/* What the wire floor can read must agree with what clients see here. The messages of services have no
 * nodes. */
static void encodings_agree_with_the_wire(void **state)
{
    struct space *s = *state;
    size_t checked = 0;
    for (size_t i = 0; i < ua_structure_count; i++) {
        const struct ua_structure *known = ua_structures_by_encoding[i];
        const struct node *encoding = space_ns0(s, known->encoding_id);
        struct node *type = space_ns0(s, known->data_type_id);
        assert_int_equal(type == NULL, encoding == NULL);
        if (!type)
            continue;
        assert_true(slice_is(type->browse_name.name, known->name));
        assert_true(slice_is(encoding->browse_name.name, "Default Binary"));
        struct reference r = {space_ns0(s, UA_ID_HASENCODING), type, true};
        assert_true(has(encoding, &r));
        checked++;
    }
    assert_true(checked > 30);
}

static void every_value_decodes_and_fits_its_variable(void **state)
{
    struct space *s = *state;
    size_t values = 0;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        const struct node *n = space_ns0(s, ns0_nodes[i].id);
        if (n->node_class != NODE_VARIABLE || !n->variable.stored.data)
            continue;
        struct arena arena;
        arena_init(&arena, 1 << 20);
        struct reader r;
        reader_init(&r, n->variable.stored, &arena);
        struct ua_variant value = read_variant(&r);
        assert_int_equal(r.status, UA_GOOD);
        assert_int_equal(reader_left(&r), 0);
        assert_int_equal(space_check_type(s, &n->variable, &value), UA_GOOD);
        arena_clear(&arena);
        values++;
    }
    assert_true(values > 100);
}

static void methods_have_decodable_arguments(void **state)
{
    struct space *s = *state;
    const struct node *n = space_ns0(s, UA_ID_SERVER_GETMONITOREDITEMS_OUTPUTARGUMENTS);
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct reader r;
    reader_init(&r, n->variable.stored, &arena);
    struct ua_variant value = read_variant(&r);
    assert_int_equal(value.type, UA_EXTENSIONOBJECT);
    assert_int_equal(value.len, 2);
    const struct ua_extension_object *objects = value.array;
    assert_true(ua_nodeid_is(&objects[1].type, UA_ID_ARGUMENT_ENCODING_DEFAULTBINARY));

    reader_init(&r, objects[1].body, &arena);
    assert_true(slice_is(read_string(&r), "ClientHandles"));
    struct ua_nodeid type = read_nodeid(&r);
    assert_true(ua_nodeid_is(&type, UA_UINT32));
    assert_int_equal(read_i32(&r), VALUE_RANK_ARRAY);
    assert_int_equal(r.status, UA_GOOD);
    arena_clear(&arena);
}

static struct reader open_definition(const struct space *s, uint32_t data_type, struct arena *arena,
                                     uint32_t *encoding)
{
    struct reader r;
    reader_init(&r, space_ns0(s, data_type)->definition, arena);
    struct ua_nodeid id = read_nodeid(&r);
    *encoding = id.numeric;
    assert_int_equal(read_u8(&r), 1);
    int32_t length = read_i32(&r);
    assert_int_equal(length, reader_left(&r));
    return r;
}

static void skip_enum_field(struct reader *r)
{
    (void)read_i64(r);
    (void)read_localized_text(r);
    (void)read_localized_text(r);
    assert_true(read_string(r).len > 0);
}

static void skip_structure_field(const struct space *s, struct reader *r)
{
    assert_true(read_string(r).len > 0);
    (void)read_localized_text(r);
    struct ua_nodeid type = read_nodeid(r);
    assert_int_equal(space_find(s, &type)->node_class, NODE_DATA_TYPE);
    int32_t rank = read_i32(r);
    int32_t dimensions = read_i32(r);
    assert_int_equal(dimensions, rank > 0 ? rank : 0);
    for (int32_t i = 0; i < dimensions; i++)
        (void)read_u32(r);
    (void)read_u32(r);
    (void)read_bool(r);
}

static void every_definition_decodes(void **state)
{
    struct space *s = *state;
    size_t defined = 0;
    for (size_t i = 0; i < NS0_NODE_COUNT; i++) {
        const struct node *n = space_ns0(s, ns0_nodes[i].id);
        if (n->node_class != NODE_DATA_TYPE || !n->definition.data)
            continue;
        struct arena arena;
        uint32_t encoding;
        arena_init(&arena, 1 << 16);
        struct reader r = open_definition(s, n->id.numeric, &arena, &encoding);
        bool structure = encoding == UA_ID_STRUCTUREDEFINITION_ENCODING_DEFAULTBINARY;
        assert_int_equal(space_builtin_type(s, &n->id) == UA_EXTENSIONOBJECT, structure);
        if (structure) {
            struct ua_nodeid of_values = read_nodeid(&r), base = read_nodeid(&r);
            assert_true(n->is_abstract || space_find(s, &of_values));
            assert_true(space_is_subtype(s, n, space_find(s, &base)));
            assert_in_range(read_i32(&r), 0, 4);
        }
        int32_t fields = read_i32(&r);
        for (int32_t k = 0; k < fields; k++) {
            if (structure)
                skip_structure_field(s, &r);
            else
                skip_enum_field(&r);
        }
        assert_int_equal(r.status, UA_GOOD);
        assert_int_equal(reader_left(&r), 0);
        arena_clear(&arena);
        defined++;
    }
    assert_true(defined > 200);
}

static void an_enumeration_is_defined(void **state)
{
    struct arena arena;
    uint32_t encoding;
    arena_init(&arena, 1 << 16);
    struct reader r = open_definition(*state, UA_ID_SERVERSTATE, &arena, &encoding);
    assert_int_equal(encoding, UA_ID_ENUMDEFINITION_ENCODING_DEFAULTBINARY);
    assert_int_equal(read_i32(&r), 8);
    assert_int_equal(read_i64(&r), 0);
    assert_true(slice_is(read_localized_text(&r).text, "Running"));
    assert_null(read_localized_text(&r).text.data);
    assert_true(slice_is(read_string(&r), "Running"));
    assert_int_equal(r.status, UA_GOOD);
    arena_clear(&arena);
}

static void a_structure_is_defined_with_inherited_fields(void **state)
{
    struct arena arena;
    uint32_t encoding;
    arena_init(&arena, 1 << 16);
    struct reader r = open_definition(*state, UA_ID_USERNAMEIDENTITYTOKEN, &arena, &encoding);
    assert_int_equal(encoding, UA_ID_STRUCTUREDEFINITION_ENCODING_DEFAULTBINARY);
    struct ua_nodeid id = read_nodeid(&r);
    assert_true(ua_nodeid_is(&id, UA_ID_USERNAMEIDENTITYTOKEN_ENCODING_DEFAULTBINARY));
    id = read_nodeid(&r);
    assert_true(ua_nodeid_is(&id, UA_ID_USERIDENTITYTOKEN));
    assert_int_equal(read_i32(&r), 0);
    static const char *const names[] = {"PolicyId", "UserName", "Password", "EncryptionAlgorithm"};
    static const uint32_t types[] = {UA_STRING, UA_STRING, UA_BYTESTRING, UA_STRING};
    assert_int_equal(read_i32(&r), ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_true(slice_is(read_string(&r), names[i]));
        (void)read_localized_text(&r);
        id = read_nodeid(&r);
        assert_true(ua_nodeid_is(&id, types[i]));
        assert_int_equal(read_i32(&r), VALUE_RANK_SCALAR);
        assert_int_equal(read_i32(&r), 0);
        assert_int_equal(read_u32(&r), 0);
        assert_false(read_bool(&r));
    }
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    arena_clear(&arena);
}

static void attributes_come_from_the_standard(void **state)
{
    struct space *s = *state;
    const struct node *server = space_ns0(s, UA_ID_SERVER);
    assert_int_equal(server->event_notifier, 1);
    const struct node *organizes = space_ns0(s, UA_ID_ORGANIZES);
    assert_true(slice_is(organizes->inverse_name, "OrganizedBy"));
    assert_false(organizes->symmetric);
    assert_true(space_ns0(s, UA_ID_REFERENCES)->is_abstract);
    assert_true(space_ns0(s, UA_ID_REFERENCES)->symmetric);

    const struct node *namespaces = space_ns0(s, UA_ID_SERVER_NAMESPACEARRAY);
    assert_int_equal(namespaces->variable.value_rank, VALUE_RANK_ARRAY);
    assert_int_equal(namespaces->variable.array_dimensions[0], 0);
    assert_true(ua_nodeid_is(&namespaces->variable.data_type, UA_STRING));
    assert_int_equal(namespaces->variable.access_level, ACCESS_READ);
    assert_null(namespaces->variable.stored.data);

    struct ua_qualified_name status = {0, slice_of("ServerStatus")};
    assert_ptr_equal(space_child(s, server, status), space_ns0(s, UA_ID_SERVER_SERVERSTATUS));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_node_is_reached_from_root),
        cmocka_unit_test(every_reference_has_its_other_end),
        cmocka_unit_test(objects_and_variables_have_a_type),
        cmocka_unit_test(types_hang_below_their_bases),
        cmocka_unit_test(encodings_agree_with_the_wire),
        cmocka_unit_test(every_value_decodes_and_fits_its_variable),
        cmocka_unit_test(methods_have_decodable_arguments),
        cmocka_unit_test(every_definition_decodes),
        cmocka_unit_test(an_enumeration_is_defined),
        cmocka_unit_test(a_structure_is_defined_with_inherited_fields),
        cmocka_unit_test(attributes_come_from_the_standard),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
