/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/event/filter_value.h"

#include <math.h>
#include <string.h>

static struct ua_variant text(const char *t)
{
    return ua_variant_string(slice_of(t));
}

static struct ua_variant int64(int64_t v)
{
    return (struct ua_variant){.type = UA_INT64, .int64 = v};
}

static struct ua_variant sbyte(int8_t v)
{
    return (struct ua_variant){.type = UA_SBYTE, .sbyte = v};
}

static enum filter_order compare(struct ua_variant a, struct ua_variant b)
{
    struct arena arena;
    arena_init(&arena, 1 << 16);
    enum filter_order out = filter_value_compare(&a, &b, &arena);
    arena_clear(&arena);
    return out;
}

static void numbers_compare_across_types(void **state)
{
    (void)state;
    assert_int_equal(compare(ua_variant_uint16(500), ua_variant_int32(500)), ORDER_EQUAL);
    assert_int_equal(compare(sbyte(-1), ua_variant_uint64(UINT64_MAX)), ORDER_LESS);
    assert_int_equal(compare(ua_variant_uint64(UINT64_MAX), int64(-1)), ORDER_GREATER);
    assert_int_equal(compare(int64(INT64_MIN), sbyte(-1)), ORDER_LESS);
    assert_int_equal(compare(int64(INT64_MAX), int64(INT64_MAX - 1)), ORDER_GREATER);
    assert_int_equal(compare(ua_variant_double(0.5), ua_variant_int32(0)), ORDER_GREATER);
    assert_int_equal(compare(ua_variant_double(NAN), ua_variant_int32(0)), ORDER_NONE);
    assert_int_equal(compare(ua_variant_double(NAN), ua_variant_double(NAN)), ORDER_NONE);
    assert_int_equal(compare(ua_variant_boolean(true), ua_variant_int32(1)), ORDER_EQUAL);
    assert_int_equal(compare(ua_variant_status(UA_BAD_TIMEOUT), ua_variant_uint32(UA_BAD_TIMEOUT)),
                     ORDER_EQUAL);
}

static void texts_take_the_type_beside_them(void **state)
{
    (void)state;
    assert_int_equal(compare(text("500"), ua_variant_uint16(500)), ORDER_EQUAL);
    assert_int_equal(compare(ua_variant_uint16(499), text("499.5")), ORDER_LESS);
    assert_int_equal(compare(text("five"), ua_variant_uint16(5)), ORDER_NONE);
    assert_int_equal(compare(text(""), ua_variant_uint16(0)), ORDER_NONE);
    assert_int_equal(
        compare(ua_variant_string((struct slice){(const uint8_t *)"5\0", 2}), ua_variant_int32(5)),
        ORDER_NONE);
    assert_int_equal(compare(text("true"), ua_variant_boolean(true)), ORDER_EQUAL);
    assert_int_equal(compare(text("maybe"), ua_variant_boolean(true)), ORDER_NONE);
    assert_int_equal(compare(text("i=2253"), ua_variant_nodeid(ua_nodeid_numeric(0, 2253))), ORDER_EQUAL);
    assert_int_equal(compare(ua_variant_nodeid(ua_nodeid_numeric(0, 2253)), text("i=2254")), ORDER_NONE);
    assert_int_equal(compare(ua_variant_localized_text(slice_of("b")), text("a")), ORDER_GREATER);
    assert_int_equal(compare(ua_variant_qualified_name(3, slice_of("a")), text("a")), ORDER_EQUAL);
    assert_int_equal(compare(text("a"), text("ab")), ORDER_LESS);
    assert_int_equal(compare(text(NULL), text("")), ORDER_EQUAL);
}

static void other_types_are_equal_or_not(void **state)
{
    (void)state;
    struct ua_expanded_nodeid here = {.id = ua_nodeid_numeric(0, 7)},
                              elsewhere = {.id = here.id, .server_index = 1};
    struct ua_variant id = ua_variant_nodeid(here.id);
    struct ua_variant expanded = {.type = UA_EXPANDEDNODEID, .array = &here};
    struct ua_variant remote = {.type = UA_EXPANDEDNODEID, .array = &elsewhere};
    assert_int_equal(compare(id, expanded), ORDER_EQUAL);
    assert_int_equal(compare(id, remote), ORDER_NONE);
    struct ua_variant a = ua_variant_bytestring(slice_of("ab")), b = ua_variant_bytestring(slice_of("ac"));
    assert_int_equal(compare(a, a), ORDER_EQUAL);
    assert_int_equal(compare(a, b), ORDER_NONE);
    assert_int_equal(compare(ua_variant_datetime(1), ua_variant_datetime(2)), ORDER_LESS);
    assert_int_equal(compare(ua_variant_datetime(1), int64(1)), ORDER_NONE);
    static const uint32_t numbers[] = {1, 2}, others[] = {1, 3};
    struct ua_variant array = ua_variant_array(UA_UINT32, numbers, 2);
    assert_int_equal(compare(array, ua_variant_array(UA_UINT32, numbers, 2)), ORDER_EQUAL);
    assert_int_equal(compare(array, ua_variant_array(UA_UINT32, others, 2)), ORDER_NONE);
    assert_int_equal(compare(array, ua_variant_array(UA_UINT32, numbers, 1)), ORDER_NONE);
    assert_int_equal(compare(array, ua_variant_uint32(1)), ORDER_NONE);
    assert_int_equal(compare(ua_variant_array(UA_UINT32, NULL, 0), ua_variant_array(UA_UINT32, NULL, 0)),
                     ORDER_EQUAL);
}

/* `wanted` of type NULL: there is no such value. */
static void assert_cast(struct ua_variant v, struct ua_variant wanted, enum ua_type type)
{
    struct arena arena;
    arena_init(&arena, 1 << 16);
    struct ua_variant out = filter_value_cast(&v, type, &arena);
    assert_int_equal(out.type, wanted.type);
    if (wanted.type != UA_NULL)
        assert_int_equal(filter_value_compare(&out, &wanted, &arena), ORDER_EQUAL);
    arena_clear(&arena);
}

static void values_are_cast(void **state)
{
    (void)state;
    struct ua_variant none = {0};
    assert_cast(ua_variant_int32(-1), sbyte(-1), UA_SBYTE);
    assert_cast(ua_variant_int32(-129), none, UA_SBYTE);
    assert_cast(ua_variant_int32(-1), none, UA_UINT32);
    assert_cast(ua_variant_uint64(UINT64_MAX), none, UA_INT64);
    assert_cast(ua_variant_double(2.5), ua_variant_int32(3), UA_INT32);
    assert_cast(ua_variant_double(-2.5), ua_variant_int32(-2), UA_INT32);
    assert_cast(ua_variant_double(1e300), none, UA_INT64);
    assert_cast(ua_variant_double(NAN), none, UA_INT64);
    assert_cast(text("70000"), ua_variant_int32(70000), UA_INT32);
    assert_cast(text("70000"), none, UA_UINT16);
    assert_cast(text("x"), none, UA_DOUBLE);
    assert_cast(ua_variant_int32(7), text("7"), UA_STRING);
    assert_cast(ua_variant_uint64(UINT64_MAX), text("18446744073709551615"), UA_STRING);
    assert_cast(ua_variant_double(0.25), text("0.25"), UA_STRING);
    assert_cast(ua_variant_boolean(true), text("true"), UA_STRING);
    assert_cast(ua_variant_localized_text(slice_of("hello")), text("hello"), UA_STRING);
    assert_cast(ua_variant_nodeid(ua_nodeid_numeric(2, 7)), text("ns=2;i=7"), UA_STRING);
    assert_cast(text("ns=2;i=7"), ua_variant_nodeid(ua_nodeid_numeric(2, 7)), UA_NODEID);
    assert_cast(ua_variant_int32(2), ua_variant_boolean(true), UA_BOOLEAN);
    assert_cast(text("0"), ua_variant_boolean(false), UA_BOOLEAN);
    assert_cast(ua_variant_int32(1), none, UA_DATETIME);
    assert_cast(ua_variant_datetime(5), ua_variant_datetime(5), UA_DATETIME);
    static const uint32_t numbers[] = {1};
    assert_cast(ua_variant_array(UA_UINT32, numbers, 1), none, UA_INT32);
    assert_cast(none, none, UA_INT32);
}

static void bits_keep_the_wider_type(void **state)
{
    (void)state;
    struct ua_variant a = ua_variant_uint16(0xF0F0), b = ua_variant_uint32(0x1FF00), d = ua_variant_double(1);
    struct ua_variant both = filter_number_bitwise(&a, &b, true), any = filter_number_bitwise(&a, &b, false);
    assert_int_equal(both.type, UA_UINT32);
    assert_int_equal(both.uint32, 0xF000);
    assert_int_equal(any.uint32, 0x1FFF0);
    struct ua_variant negative = sbyte(-1);
    struct ua_variant wide = filter_number_bitwise(&negative, &b, true);
    assert_int_equal(wide.uint32, 0x1FF00);
    assert_int_equal(filter_number_bitwise(&a, &d, true).type, UA_NULL);
    assert_int_equal(filter_number_bitwise(&d, &a, true).type, UA_NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_compare_across_types), cmocka_unit_test(texts_take_the_type_beside_them),
        cmocka_unit_test(other_types_are_equal_or_not), cmocka_unit_test(values_are_cast),
        cmocka_unit_test(bits_keep_the_wider_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
