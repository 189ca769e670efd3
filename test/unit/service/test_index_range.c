/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/attribute/index_range.h"

#include <string.h>

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static ua_status cut(const char *text, struct ua_variant in, struct ua_variant *out)
{
    struct index_range range;
    ua_status status = index_range_parse(slice_of(text), &range);
    return status ? status : index_range_cut(&range, &arena, &in, out);
}

static void test_syntax(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ua_status status;
    } rows[] = {
        {"", UA_GOOD},
        {"0", UA_GOOD},
        {"0:1", UA_GOOD},
        {"1:2,0:3", UA_GOOD},
        {"4294967295", UA_GOOD},
        {"5:5", UA_BAD_INDEX_RANGE_INVALID},
        {"6:5", UA_BAD_INDEX_RANGE_INVALID},
        {":5", UA_BAD_INDEX_RANGE_INVALID},
        {"5:", UA_BAD_INDEX_RANGE_INVALID},
        {"-1", UA_BAD_INDEX_RANGE_INVALID},
        {"1,", UA_BAD_INDEX_RANGE_INVALID},
        {"1 ", UA_BAD_INDEX_RANGE_INVALID},
        {"a", UA_BAD_INDEX_RANGE_INVALID},
        {"4294967296", UA_BAD_INDEX_RANGE_INVALID},
        {"0:99999999999999999999999", UA_BAD_INDEX_RANGE_INVALID},
        {"0,0,0,0,0", UA_BAD_INDEX_RANGE_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct index_range range;
        assert_int_equal(index_range_parse(slice_of(rows[i].text), &range), rows[i].status);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    struct ua_variant out, in = ua_variant_bytestring(slice_of("0123456789"));
    assert_int_equal(cut("2:4", in, &out), UA_GOOD);
    assert_true(slice_is(out.bytes, "234"));
    assert_int_equal(cut("9", in, &out), UA_GOOD);
    assert_true(slice_is(out.bytes, "9"));
    assert_int_equal(cut("8:100", in, &out), UA_GOOD);
    assert_true(slice_is(out.bytes, "89"));
    assert_int_equal(cut("10:11", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
    assert_int_equal(out.type, UA_NULL);
    assert_int_equal(cut("0:1,0:1", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
}

static void test_blob_stays_shared(void **state)
{
    (void)state;
    struct blob *blob = blob_copy(slice_of("abcdef"));
    struct ua_variant out;
    assert_int_equal(cut("1:2", ua_variant_blob(blob, blob->bytes), &out), UA_GOOD);
    assert_ptr_equal(out.blob, blob);
    assert_ptr_equal(out.bytes.data, blob->bytes.data + 1);
    assert_int_equal(out.bytes.len, 2);
    blob_unref(blob);
}

static void test_arrays(void **state)
{
    (void)state;
    static const int32_t numbers[] = {10, 11, 12, 13};
    struct ua_variant out, in = ua_variant_array(UA_INT32, numbers, ARRAY_LEN(numbers));
    assert_int_equal(cut("1:2", in, &out), UA_GOOD);
    assert_int_equal(out.len, 2);
    assert_int_equal(((const int32_t *)out.array)[0], 11);
    assert_int_equal(cut("3:9", in, &out), UA_GOOD);
    assert_int_equal(out.len, 1);
    assert_int_equal(cut("4", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
    assert_int_equal(cut("0,0", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
}

static void test_within_elements(void **state)
{
    (void)state;
    const struct slice texts[] = {slice_of("abc"), slice_of("d"), slice_of("efg")};
    struct ua_variant out, in = ua_variant_array(UA_STRING, texts, ARRAY_LEN(texts));
    assert_int_equal(cut("0:2,1:2", in, &out), UA_GOOD);
    const struct slice *parts = out.array;
    assert_true(slice_is(parts[0], "bc"));
    assert_int_equal(parts[1].len, 0);
    assert_true(slice_is(parts[2], "fg"));
}

static void test_matrix(void **state)
{
    (void)state;
    static const int32_t dims[] = {3, 4};
    static const uint16_t cells[] = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};
    struct ua_variant out, in = ua_variant_array(UA_UINT16, cells, ARRAY_LEN(cells));
    in.dims = dims;
    in.dims_len = 2;
    assert_int_equal(cut("1:2,2:3", in, &out), UA_GOOD);
    static const uint16_t expected[] = {12, 13, 22, 23};
    assert_int_equal(out.len, 4);
    assert_memory_equal(out.array, expected, sizeof expected);
    assert_int_equal(out.dims[0], 2);
    assert_int_equal(out.dims[1], 2);
    assert_int_equal(cut("1", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
    assert_int_equal(cut("3,0", in, &out), UA_BAD_INDEX_RANGE_NO_DATA);
}

static void test_scalars_have_no_parts(void **state)
{
    (void)state;
    struct ua_variant out;
    assert_int_equal(cut("0", ua_variant_int32(5), &out), UA_BAD_INDEX_RANGE_NO_DATA);
    assert_int_equal(cut("0", (struct ua_variant){0}, &out), UA_BAD_INDEX_RANGE_NO_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_syntax),
        cmocka_unit_test_setup_teardown(test_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_blob_stays_shared, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arrays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_within_elements, setup, teardown),
        cmocka_unit_test_setup_teardown(test_matrix, setup, teardown),
        cmocka_unit_test_setup_teardown(test_scalars_have_no_parts, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
