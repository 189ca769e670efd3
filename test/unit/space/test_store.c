/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "space/space.h"
#include "wire/reader.h"

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

static struct node *add_variable(struct space *s, struct ua_variant value)
{
    struct node_spec spec = {
        .id = ua_nodeid_string(1, slice_of("v")),
        .node_class = NODE_VARIABLE,
        .browse_name = {1, slice_of("v")},
        .type_definition = ua_nodeid_numeric(0, UA_ID_BASEDATAVARIABLETYPE),
        .variable = {.data_type = ua_nodeid_numeric(0, UA_ID_BASEDATATYPE), .value_rank = VALUE_RANK_SCALAR},
        .value = value,
    };
    struct node *n;
    assert_int_equal(space_add(s, &spec, &n), UA_GOOD);
    return n;
}

static struct ua_variant decode(const struct node *n, struct arena *arena)
{
    struct reader r;
    reader_init(&r, n->variable.stored, arena);
    struct ua_variant v = read_variant(&r);
    assert_int_equal(r.status, UA_GOOD);
    assert_int_equal(reader_left(&r), 0);
    return v;
}

static void the_first_value_reads_back(void **state)
{
    struct arena arena;
    arena_init(&arena, 1 << 12);
    struct node *n = add_variable(*state, ua_variant_uint32(7));
    struct ua_variant v = decode(n, &arena);
    assert_int_equal(v.type, UA_UINT32);
    assert_int_equal(v.uint32, 7);
    assert_int_equal(n->variable.stored_status, UA_GOOD);
    space_remove(*state, n);
    arena_clear(&arena);
}

static void a_stored_value_replaces_the_old_one(void **state)
{
    struct arena arena;
    arena_init(&arena, 1 << 12);
    struct node *n = add_variable(*state, ua_variant_uint32(7));
    char text[] = "hello";
    struct ua_data_value value = {
        .has_value = true,
        .value = ua_variant_string(slice_of(text)),
        .status = UA_UNCERTAIN,
        .source_timestamp = 1234,
    };
    assert_int_equal(space_store(*state, n, &value), UA_GOOD);
    text[0] = 'x';
    struct ua_variant v = decode(n, &arena);
    assert_int_equal(v.type, UA_STRING);
    assert_true(slice_is(v.bytes, "hello"));
    assert_int_equal(n->variable.stored_status, UA_UNCERTAIN);
    assert_int_equal(n->variable.stored_at, 1234);
    space_remove(*state, n);
    arena_clear(&arena);
}

static void a_status_alone_can_be_stored(void **state)
{
    struct node *n = add_variable(*state, ua_variant_uint32(7));
    struct ua_data_value value = {.status = UA_BAD_NO_COMMUNICATION};
    assert_int_equal(space_store(*state, n, &value), UA_GOOD);
    assert_null(n->variable.stored.data);
    assert_int_equal(n->variable.stored_status, UA_BAD_NO_COMMUNICATION);
    space_remove(*state, n);
}

static void a_standard_variable_takes_values(void **state)
{
    struct arena arena;
    arena_init(&arena, 1 << 12);
    struct node *n = space_ns0(*state, UA_ID_OPCUANAMESPACEMETADATA_NAMESPACEURI);
    assert_true(slice_is(decode(n, &arena).bytes, "http://opcfoundation.org/UA/"));
    struct ua_data_value value = {.has_value = true, .value = ua_variant_string(slice_of("other"))};
    assert_int_equal(space_store(*state, n, &value), UA_GOOD);
    assert_int_equal(space_store(*state, n, &value), UA_GOOD);
    assert_true(slice_is(decode(n, &arena).bytes, "other"));
    arena_clear(&arena);
}

/* A large picture is shared with the rope that it is written to: what is stored must be one piece. */
static void a_blob_is_stored_whole(void **state)
{
    static uint8_t picture[100000];
    for (size_t i = 0; i < sizeof picture; i++)
        picture[i] = (uint8_t)(i * 7);
    struct slice bytes = {picture, sizeof picture};
    struct blob *blob = blob_copy(bytes);
    struct node *n = add_variable(*state, ua_variant_blob(blob, blob->bytes));
    blob_unref(blob);

    struct arena arena;
    arena_init(&arena, 1 << 12);
    assert_true(slice_equal(decode(n, &arena).bytes, bytes));
    space_remove(*state, n);
    arena_clear(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_value_reads_back),   cmocka_unit_test(a_stored_value_replaces_the_old_one),
        cmocka_unit_test(a_status_alone_can_be_stored), cmocka_unit_test(a_standard_variable_takes_values),
        cmocka_unit_test(a_blob_is_stored_whole),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
