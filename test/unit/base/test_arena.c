/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/arena.h"
#include "support/failing_malloc.h"

#include <stdalign.h>
#include <string.h>

static bool is_aligned(const void *p)
{
    return (uintptr_t)p % alignof(max_align_t) == 0;
}

static void memory_comes_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    uint8_t *earlier[200];
    for (size_t i = 0; i < 200; i++) {
        size_t n = i * 7 % 90 + 1;
        earlier[i] = arena_alloc(&a, n, 1);
        assert_non_null(earlier[i]);
        assert_true(is_aligned(earlier[i]));
        for (size_t k = 0; k < n; k++)
            assert_int_equal(earlier[i][k], 0);
        memset(earlier[i], (int)i, n);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i * 7 % 90 + 1; k++)
            assert_int_equal(earlier[i][k], i);
    arena_clear(&a);
}

static void nothing_passes_the_ceiling(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 8192);
    assert_null(arena_alloc(&a, 8193, 1));
    assert_non_null(arena_alloc(&a, 8192, 1));
    assert_null(arena_alloc(&a, 1, 1));
    assert_non_null(arena_alloc(&a, 0, 8));
    assert_int_equal(a.used, 8192);
    arena_clear(&a);
    assert_non_null(arena_alloc(&a, 1, 1));
    arena_clear(&a);
}

static void products_do_not_overflow(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, SIZE_MAX);
    assert_null(arena_alloc(&a, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(&a, SIZE_MAX, 1));
    assert_null(arena_alloc(&a, SIZE_MAX - 20, 1));
    assert_int_equal(a.used, 0);
    assert_non_null(arena_alloc(&a, SIZE_MAX, 0));
    arena_clear(&a);
}

static void reset_memory_is_zeroed_again(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (int round = 0; round < 3; round++) {
        assert_non_null(arena_alloc(&a, 100000, 1));
        for (int i = 0; i < 100; i++) {
            uint8_t *p = arena_alloc(&a, 100, 1);
            assert_non_null(p);
            assert_int_equal(p[0] | p[99], 0);
            memset(p, 0xff, 100);
        }
        arena_reset(&a);
        assert_int_equal(a.used, 0);
    }
    arena_clear(&a);
}

static void reset_keeps_a_small_block_but_no_large_one(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    assert_non_null(arena_alloc(&a, 10, 1));
    arena_reset(&a);
    failing_malloc_after(0);
    assert_non_null(arena_alloc(&a, 10, 1));
    assert_false(failing_malloc_hit());
    failing_malloc_off();
    assert_non_null(arena_alloc(&a, 100000, 1));
    arena_reset(&a);
    assert_null(a.blocks);
    arena_clear(&a);
}

static void copies_are_apart_from_what_they_copy(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 4096);
    char text[] = "camera";
    struct slice copy;
    assert_true(arena_copy(&a, slice_of(text), &copy));
    text[0] = 'X';
    assert_true(slice_is(copy, "camera"));
    assert_true(arena_copy(&a, slice_of(""), &copy));
    assert_non_null(copy.data);
    assert_true(arena_copy(&a, slice_of(NULL), &copy));
    assert_null(copy.data);
    arena_clear(&a);
}

static void a_copy_that_fails_is_null(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 4);
    struct slice copy = slice_of("old");
    assert_false(arena_copy(&a, slice_of("camera"), &copy));
    assert_null(copy.data);
    assert_int_equal(copy.len, 0);
    arena_clear(&a);
}

static void formatted_text_is_whole_or_null(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 64);
    struct slice text = arena_printf(&a, "Cameras/%s/%d", "sim", 7);
    assert_true(slice_is(text, "Cameras/sim/7"));
    assert_null(arena_printf(&a, "%0100d", 1).data);
    arena_clear(&a);
}

static void without_memory_the_arena_lives_on(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    failing_malloc_after(0);
    assert_null(arena_alloc(&a, 10, 1));
    assert_true(failing_malloc_hit());
    failing_malloc_off();
    assert_int_equal(a.used, 0);
    assert_non_null(arena_alloc(&a, 10, 1));
    arena_clear(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_comes_zeroed_aligned_and_apart),
        cmocka_unit_test(nothing_passes_the_ceiling),
        cmocka_unit_test(products_do_not_overflow),
        cmocka_unit_test(reset_memory_is_zeroed_again),
        cmocka_unit_test(reset_keeps_a_small_block_but_no_large_one),
        cmocka_unit_test(copies_are_apart_from_what_they_copy),
        cmocka_unit_test(a_copy_that_fails_is_null),
        cmocka_unit_test(formatted_text_is_whole_or_null),
        cmocka_unit_test(without_memory_the_arena_lives_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
