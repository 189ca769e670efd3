/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "space/space.h"

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

static void a_data_type_has_a_built_in_type(void **state)
{
    static const struct {
        uint32_t data_type;
        enum ua_type builtin;
    } rows[] = {
        {UA_BOOLEAN, UA_BOOLEAN},
        {UA_STRING, UA_STRING},
        {UA_ID_IMAGEJPG, UA_BYTESTRING},
        {UA_ID_IMAGE, UA_BYTESTRING},
        {UA_ID_UTCTIME, UA_DATETIME},
        {UA_ID_DURATION, UA_DOUBLE},
        {UA_ID_COUNTER, UA_UINT32},
        {UA_ID_LOCALEID, UA_STRING},
        {UA_ID_SERVERSTATE, UA_INT32},
        {UA_ID_ENUMERATION, UA_INT32},
        {UA_ID_RANGE, UA_EXTENSIONOBJECT},
        {UA_ID_STRUCTURE, UA_EXTENSIONOBJECT},
        {UA_ID_BASEDATATYPE, UA_NULL},
        {UA_ID_NUMBER, UA_NULL},
        {UA_ID_UINTEGER, UA_NULL},
        {UA_ID_SERVER, UA_NULL},
        {999999, UA_NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_nodeid id = ua_nodeid_numeric(0, rows[i].data_type);
        assert_int_equal(space_builtin_type(*state, &id), rows[i].builtin);
    }
}

static void a_data_type_of_ours_has_that_of_its_base(void **state)
{
    struct space *s = *state;
    struct node_spec spec = {
        .id = ua_nodeid_string(2, slice_of("CameraState")),
        .node_class = NODE_DATA_TYPE,
        .browse_name = {2, slice_of("CameraState")},
        .parent = ua_nodeid_numeric(0, UA_ID_ENUMERATION),
        .reference_type = UA_ID_HASSUBTYPE,
    };
    struct node *n;
    assert_int_equal(space_add(s, &spec, &n), UA_GOOD);
    assert_int_equal(space_builtin_type(s, &spec.id), UA_INT32);
    assert_true(space_is_subtype(s, n, space_ns0(s, UA_ID_ENUMERATION)));
    assert_true(space_is_subtype(s, n, n));
    assert_false(space_is_subtype(s, space_ns0(s, UA_ID_ENUMERATION), n));
    assert_false(space_is_subtype(s, n, space_ns0(s, UA_ID_STRUCTURE)));
    space_remove(s, n);
}

static void only_values_of_the_type_fit(void **state)
{
    struct ua_extension_object range = {.type = {.numeric = UA_ID_RANGE_ENCODING_DEFAULTBINARY},
                                        .encoding = 1};
    struct ua_extension_object argument = {.type = {.numeric = UA_ID_ARGUMENT_ENCODING_DEFAULTBINARY},
                                           .encoding = 1};
    struct ua_extension_object unknown = {.type = {.ns = 7, .numeric = 1}, .encoding = 1};
    struct ua_extension_object empty = {0};
    const struct {
        uint32_t data_type;
        struct ua_variant value;
        bool fits;
    } rows[] = {
        {UA_INT32, ua_variant_int32(1), true},
        {UA_INT32, ua_variant_uint32(1), false},
        {UA_INT32, {0}, false},
        {UA_ID_SERVERSTATE, ua_variant_int32(1), true},
        {UA_ID_SERVERSTATE, ua_variant_uint32(1), false},
        {UA_ID_IMAGEPNG, ua_variant_bytestring(slice_of("x")), true},
        {UA_ID_IMAGEPNG, ua_variant_string(slice_of("x")), false},
        {UA_ID_NUMBER, ua_variant_double(1), true},
        {UA_ID_NUMBER, ua_variant_uint16(1), true},
        {UA_ID_NUMBER, ua_variant_boolean(true), false},
        {UA_ID_INTEGER, ua_variant_int32(1), true},
        {UA_ID_INTEGER, ua_variant_uint32(1), false},
        {UA_ID_UINTEGER, ua_variant_uint64(1), true},
        {UA_ID_UINTEGER, ua_variant_double(1), false},
        {UA_ID_DURATION, ua_variant_double(1), true},
        {UA_ID_UTCTIME, ua_variant_datetime(1), true},
        {UA_ID_UTCTIME, ua_variant_double(1), false},
        {UA_ID_BASEDATATYPE, ua_variant_double(1), true},
        {UA_ID_BASEDATATYPE, ua_variant_structure(&range), true},
        {UA_ID_BASEDATATYPE, {0}, true},
        {UA_ID_RANGE, ua_variant_structure(&range), true},
        {UA_ID_RANGE, ua_variant_structure(&argument), false},
        {UA_ID_RANGE, ua_variant_structure(&unknown), false},
        {UA_ID_RANGE, ua_variant_structure(&empty), false},
        {UA_ID_RANGE, ua_variant_double(1), false},
        {UA_ID_STRUCTURE, ua_variant_structure(&unknown), true},
        {UA_ID_SERVER, ua_variant_double(1), false},
        {999999, ua_variant_double(1), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct variable v = {.data_type = ua_nodeid_numeric(0, rows[i].data_type),
                             .value_rank = VALUE_RANK_SCALAR};
        assert_int_equal(space_check_type(*state, &v, &rows[i].value),
                         rows[i].fits ? UA_GOOD : UA_BAD_TYPE_MISMATCH);
    }
}

static void an_array_of_structures_is_looked_through(void **state)
{
    struct ua_extension_object objects[2] = {
        {.type = {.numeric = UA_ID_RANGE_ENCODING_DEFAULTBINARY}},
        {.type = {.numeric = UA_ID_RANGE_ENCODING_DEFAULTBINARY}},
    };
    struct variable v = {.data_type = ua_nodeid_numeric(0, UA_ID_RANGE), .value_rank = VALUE_RANK_ARRAY};
    struct ua_variant value = ua_variant_array(UA_EXTENSIONOBJECT, objects, 2);
    assert_int_equal(space_check_type(*state, &v, &value), UA_GOOD);
    objects[1].type.numeric = UA_ID_ARGUMENT_ENCODING_DEFAULTBINARY;
    assert_int_equal(space_check_type(*state, &v, &value), UA_BAD_TYPE_MISMATCH);
}

static void only_values_of_the_rank_fit(void **state)
{
    static const double numbers[6];
    static const int32_t square[] = {2, 3}, cube[] = {1, 2, 3};
    struct ua_variant scalar = ua_variant_double(1), list = ua_variant_array(UA_DOUBLE, numbers, 6);
    struct ua_variant matrix = list, block = list;
    matrix.dims = square;
    matrix.dims_len = 2;
    block.dims = cube;
    block.dims_len = 3;
    const struct {
        int32_t rank;
        bool scalar, list, matrix, block;
    } rows[] = {
        {-3, true, true, false, false}, {-2, true, true, true, true},     {-1, true, false, false, false},
        {0, false, true, true, true},   {1, false, true, false, false},   {2, false, false, true, false},
        {3, false, false, false, true}, {-4, false, false, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct variable v = {.data_type = ua_nodeid_numeric(0, UA_DOUBLE), .value_rank = rows[i].rank};
        assert_int_equal(space_check_type(*state, &v, &scalar) == UA_GOOD, rows[i].scalar);
        assert_int_equal(space_check_type(*state, &v, &list) == UA_GOOD, rows[i].list);
        assert_int_equal(space_check_type(*state, &v, &matrix) == UA_GOOD, rows[i].matrix);
        assert_int_equal(space_check_type(*state, &v, &block) == UA_GOOD, rows[i].block);
    }
}

static void dimensions_bound_the_lengths(void **state)
{
    static const double numbers[6];
    static const int32_t square[] = {2, 3};
    static const uint32_t open[] = {0, 0}, exact[] = {2, 3}, short_rows[] = {0, 2}, five[] = {5};
    struct ua_variant matrix = ua_variant_array(UA_DOUBLE, numbers, 6), list = matrix;
    matrix.dims = square;
    matrix.dims_len = 2;
    struct variable v = {.data_type = ua_nodeid_numeric(0, UA_DOUBLE), .value_rank = 2};
    v.array_dimensions = open;
    assert_int_equal(space_check_type(*state, &v, &matrix), UA_GOOD);
    v.array_dimensions = exact;
    assert_int_equal(space_check_type(*state, &v, &matrix), UA_GOOD);
    v.array_dimensions = short_rows;
    assert_int_equal(space_check_type(*state, &v, &matrix), UA_BAD_TYPE_MISMATCH);
    v.value_rank = 1;
    v.array_dimensions = five;
    assert_int_equal(space_check_type(*state, &v, &list), UA_BAD_TYPE_MISMATCH);
    list.len = 5;
    assert_int_equal(space_check_type(*state, &v, &list), UA_GOOD);
}

static void bytes_may_come_as_a_byte_string(void **state)
{
    struct ua_variant value = ua_variant_bytestring(slice_of("abc"));
    struct variable v = {.data_type = ua_nodeid_numeric(0, UA_BYTE), .value_rank = VALUE_RANK_ARRAY};
    assert_int_equal(space_check_type(*state, &v, &value), UA_GOOD);
    v.value_rank = VALUE_RANK_SCALAR;
    assert_int_equal(space_check_type(*state, &v, &value), UA_BAD_TYPE_MISMATCH);
}

static void handle(void *user, struct method_call *m)
{
    (void)user;
    (void)m;
}

static void a_method_is_found_by_its_own_id_and_its_types(void **state)
{
    static const struct method_handler handler = {.call = handle};
    struct space *s = *state;
    struct node_spec file = {
        .id = ua_nodeid_string(2, slice_of("File")),
        .node_class = NODE_OBJECT,
        .browse_name = {2, slice_of("File")},
        .parent = ua_nodeid_numeric(0, UA_ID_OBJECTSFOLDER),
        .reference_type = UA_ID_ORGANIZES,
        .type_definition = ua_nodeid_numeric(0, UA_ID_FILETYPE),
    };
    struct node_spec open = {
        .id = ua_nodeid_string(2, slice_of("File/Open")),
        .node_class = NODE_METHOD,
        .browse_name = {0, slice_of("Open")},
        .parent = file.id,
        .reference_type = UA_ID_HASCOMPONENT,
        .method = {.handler = &handler},
    };
    struct node *object, *method;
    assert_int_equal(space_add(s, &file, &object), UA_GOOD);
    assert_int_equal(space_add(s, &open, &method), UA_GOOD);
    struct ua_nodeid declared = ua_nodeid_numeric(0, UA_ID_FILETYPE_OPEN);
    struct ua_nodeid not_there = ua_nodeid_numeric(0, UA_ID_FILETYPE_WRITE);
    struct ua_nodeid of_another = ua_nodeid_numeric(0, UA_ID_SERVER_GETMONITOREDITEMS);
    assert_ptr_equal(space_method_of(s, object, &open.id), method);
    assert_ptr_equal(space_method_of(s, object, &declared), method);
    assert_ptr_equal(method->method.handler, &handler);
    assert_null(space_method_of(s, object, &not_there));
    assert_null(space_method_of(s, object, &of_another));
    assert_null(space_method_of(s, object, &file.id));
    assert_non_null(space_method_of(s, space_ns0(s, UA_ID_SERVER), &of_another));
    space_remove(s, method);
    space_remove(s, object);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_data_type_has_a_built_in_type),
        cmocka_unit_test(a_data_type_of_ours_has_that_of_its_base),
        cmocka_unit_test(only_values_of_the_type_fit),
        cmocka_unit_test(an_array_of_structures_is_looked_through),
        cmocka_unit_test(only_values_of_the_rank_fit),
        cmocka_unit_test(dimensions_bound_the_lengths),
        cmocka_unit_test(bytes_may_come_as_a_byte_string),
        cmocka_unit_test(a_method_is_found_by_its_own_id_and_its_types),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
