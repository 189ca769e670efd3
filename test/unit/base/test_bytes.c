/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/bytes.h"
#include "base/err.h"
#include "support/failing_malloc.h"

#include <stdio.h>
#include <string.h>

static void a_null_slice_is_not_an_empty_one(void **state)
{
    (void)state;
    assert_null(slice_of(NULL).data);
    assert_non_null(slice_of("").data);
    assert_int_equal(slice_of("abc").len, 3);
}

static void slices_compare_by_content(void **state)
{
    (void)state;
    const char here[] = "camera", there[] = "camera";
    assert_true(slice_equal(slice_of(here), slice_of(there)));
    assert_false(slice_equal(slice_of("camera"), slice_of("camerb")));
    assert_false(slice_equal(slice_of("camera"), slice_of("cam")));
    assert_true(slice_equal(slice_of(NULL), slice_of(NULL)));
    assert_true(slice_is(slice_of("sim"), "sim"));
    assert_false(slice_is(slice_of("sim:"), "sim"));
}

static void slices_print(void **state)
{
    (void)state;
    char text[32];
    struct slice part = {(const uint8_t *)"camera", 3};
    snprintf(text, sizeof text, "[%.*s][%.*s]", SLICE_ARGS(part), SLICE_ARGS(slice_of(NULL)));
    assert_string_equal(text, "[cam][]");
}

static void appended_bytes_stand_in_order(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 250; i++)
        assert_int_equal(buf_append(&b, (uint8_t[]){(uint8_t)i, 1, 2, 3}, 4), 0);
    assert_int_equal(b.len, 1000);
    for (int i = 0; i < 250; i++)
        assert_memory_equal(b.data + (size_t)i * 4, ((uint8_t[]){(uint8_t)i, 1, 2, 3}), 4);
    buf_clear(&b);
    assert_null(buf_slice(&b).data);
}

static void a_buf_stops_at_its_ceiling(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(buf_append(&b, "0123456789", 10), 0);
    assert_int_equal(buf_reserve(&b, 91), ERR_LIMIT);
    assert_int_equal(buf_reserve(&b, SIZE_MAX), ERR_LIMIT);
    assert_int_equal(b.len, 10);
    assert_int_equal(buf_reserve(&b, 90), 0);
    assert_true(b.cap >= 100);
    assert_memory_equal(b.data, "0123456789", 10);
    buf_clear(&b);
    assert_int_equal(b.max, 100);
}

static void a_buf_of_nothing_takes_nothing(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 0);
    assert_int_equal(buf_append(&b, NULL, 0), 0);
    assert_int_equal(buf_append(&b, "x", 1), ERR_LIMIT);
    buf_consume(&b, 0);
    buf_clear(&b);
}

static void consuming_keeps_the_rest(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_int_equal(buf_append(&b, "headtail", 8), 0);
    buf_consume(&b, 4);
    assert_true(slice_is(buf_slice(&b), "tail"));
    buf_consume(&b, 4);
    assert_int_equal(b.len, 0);
    assert_int_equal(buf_append(&b, "again", 5), 0);
    assert_true(slice_is(buf_slice(&b), "again"));
    buf_clear(&b);
}

static void without_memory_nothing_changes(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100000);
    assert_int_equal(buf_append(&b, "kept", 4), 0);
    char more[500] = {0};
    failing_malloc_after(0);
    assert_int_equal(buf_append(&b, more, sizeof more), ERR_NO_MEMORY);
    assert_true(failing_malloc_hit());
    failing_malloc_off();
    assert_true(slice_is(buf_slice(&b), "kept"));
    assert_int_equal(buf_append(&b, more, sizeof more), 0);
    assert_int_equal(b.len, 504);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_null_slice_is_not_an_empty_one),
        cmocka_unit_test(slices_compare_by_content),
        cmocka_unit_test(slices_print),
        cmocka_unit_test(appended_bytes_stand_in_order),
        cmocka_unit_test(a_buf_stops_at_its_ceiling),
        cmocka_unit_test(a_buf_of_nothing_takes_nothing),
        cmocka_unit_test(consuming_keeps_the_rest),
        cmocka_unit_test(without_memory_nothing_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
