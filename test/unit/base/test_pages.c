/* SPDX-License-Identifier: Apache-2.0
 * The pages of release builds, whatever this one is. */
#include "support/unit.h"

#include "base/pages.h"

#include <string.h>
#include <sys/mman.h>

enum { MEGABYTE = 1 << 20, MANY = PAGES_MAX_KEPT + 5 };

static int let_go(void **state)
{
    (void)state;
    pages_trim();
    return 0;
}

static void what_is_given_back_is_given_again(void **state)
{
    (void)state;
    uint8_t *first = pages_take(MEGABYTE);
    assert_non_null(first);
    assert_int_equal((uintptr_t)first % 64, 0);
    memset(first, 7, MEGABYTE);
    uint8_t *other = pages_take(MEGABYTE);
    assert_ptr_not_equal(first, other);
    assert_int_equal(pages_kept(), 0);
    pages_give(first);
    assert_true(pages_kept() >= MEGABYTE);
    assert_ptr_equal(pages_take(MEGABYTE - 5000), first);
    assert_int_equal(pages_kept(), 0);
    pages_give(first);
    pages_give(other);
    pages_give(NULL);
}

static void a_large_piece_is_not_wasted_on_little(void **state)
{
    (void)state;
    uint8_t *large = pages_take(4 * MEGABYTE), *small = pages_take(MEGABYTE);
    pages_give(large);
    pages_give(small);
    uint8_t *middle = pages_take(2 * MEGABYTE);
    assert_ptr_not_equal(middle, large);
    assert_ptr_not_equal(middle, small);
    assert_ptr_equal(pages_take(MEGABYTE), small);
    assert_ptr_equal(pages_take(4 * MEGABYTE), large);
    pages_give(small);
    pages_give(middle);
    pages_give(large);
}

static void every_size_holds_what_it_promises(void **state)
{
    (void)state;
    for (size_t size = 0; size < 3 * MEGABYTE; size += size / 7 + 1) {
        uint8_t *p = pages_take(size);
        assert_non_null(p);
        memset(p, 1, size);
        pages_give(p);
    }
    assert_null(pages_take(SIZE_MAX));
    assert_null(pages_take(SIZE_MAX / 2));
}

static void what_is_kept_has_ceilings(void **state)
{
    (void)state;
    void *pieces[MANY];
    for (size_t i = 0; i < MANY; i++)
        pieces[i] = pages_take(1);
    for (size_t i = 0; i < MANY; i++)
        pages_give(pieces[i]);
    size_t of_one = pages_kept() / PAGES_MAX_KEPT;
    assert_true(of_one > 0);
    assert_int_equal(pages_kept(), of_one * PAGES_MAX_KEPT);

    void *huge = pages_take(PAGES_MAX_KEPT_BYTES);
    pages_give(huge);
    assert_int_equal(pages_kept(), 0);
    void *half = pages_take(PAGES_MAX_KEPT_BYTES / 2 + MEGABYTE),
         *rest = pages_take(PAGES_MAX_KEPT_BYTES / 2);
    pages_give(half);
    pages_give(rest);
    assert_true(pages_kept() > 0 && pages_kept() <= PAGES_MAX_KEPT_BYTES);
    assert_ptr_equal(pages_take(PAGES_MAX_KEPT_BYTES / 2), rest);
    pages_give(rest);
}

static void what_is_trimmed_is_the_systems(void **state)
{
    (void)state;
    uint8_t *p = pages_take(MEGABYTE), *page = (uint8_t *)((uintptr_t)p / 4096 * 4096);
    unsigned char resident;
    pages_give(p);
    assert_int_equal(mincore(page, 1, &resident), 0);
    pages_trim();
    assert_int_equal(pages_kept(), 0);
    assert_int_not_equal(mincore(page, 1, &resident), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_given_back_is_given_again, let_go),
        cmocka_unit_test_teardown(a_large_piece_is_not_wasted_on_little, let_go),
        cmocka_unit_test_teardown(every_size_holds_what_it_promises, let_go),
        cmocka_unit_test_teardown(what_is_kept_has_ceilings, let_go),
        cmocka_unit_test_teardown(what_is_trimmed_is_the_systems, let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
