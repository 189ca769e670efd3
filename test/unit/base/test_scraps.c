/* SPDX-License-Identifier: Apache-2.0
 * The scraps of release builds, whatever this one is. */
#include "support/unit.h"

#include "base/scraps.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

static int let_go(void **state)
{
    (void)state;
    scraps_trim();
    assert_int_equal(scraps_kept(), 0);
    return 0;
}

static void what_is_given_back_is_given_again(void **state)
{
    (void)state;
    void *first = scraps_take(100), *other = scraps_take(100);
    assert_ptr_not_equal(first, other);
    assert_int_equal(scraps_kept(), 0);
    scraps_give(first);
    assert_true(scraps_kept() >= 100);
    assert_ptr_equal(scraps_take(120), first);
    assert_int_equal(scraps_kept(), 0);
    scraps_give(first);
    scraps_give(other);
    scraps_give(NULL);
}

static void every_size_holds_what_it_promises(void **state)
{
    (void)state;
    for (size_t size = 0; size < 2 * SCRAPS_LARGEST; size += size / 7 + 1) {
        uint8_t *p = scraps_take(size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        memset(p, 1, size);
        scraps_give(p);
    }
    assert_null(scraps_take(SIZE_MAX));
}

static void a_large_one_is_not_kept(void **state)
{
    (void)state;
    scraps_give(scraps_take(SCRAPS_LARGEST + 1));
    assert_int_equal(scraps_kept(), 0);
    scraps_give(scraps_take(SCRAPS_LARGEST));
    assert_int_equal(scraps_kept(), SCRAPS_LARGEST);
}

static void what_is_kept_has_a_ceiling(void **state)
{
    (void)state;
    enum { SIZE = 1024, MANY = 2 * SCRAPS_MAX_KEPT_BYTES / SIZE };
    void *many[MANY];
    for (size_t i = 0; i < MANY; i++)
        many[i] = scraps_take(SIZE);
    for (size_t i = 0; i < MANY; i++)
        scraps_give(many[i]);
    assert_int_equal(scraps_kept(), SCRAPS_MAX_KEPT_BYTES);
    scraps_give(scraps_take(2 * SIZE)); /* other sizes have room of their own */
    assert_int_equal(scraps_kept(), SCRAPS_MAX_KEPT_BYTES + 2 * SIZE);
}

static void *give(void *scrap)
{
    scraps_give(scrap);
    size_t kept = scraps_kept();
    scraps_trim();
    return kept ? scrap : NULL;
}

static void it_stays_with_the_thread_that_gave_it(void **state)
{
    (void)state;
    pthread_t thread;
    void *given, *scrap = scraps_take(100);
    assert_int_equal(pthread_create(&thread, NULL, give, scrap), 0);
    assert_int_equal(pthread_join(thread, &given), 0);
    assert_ptr_equal(given, scrap);
    assert_int_equal(scraps_kept(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_is_given_back_is_given_again, let_go),
        cmocka_unit_test_teardown(every_size_holds_what_it_promises, let_go),
        cmocka_unit_test_teardown(a_large_one_is_not_kept, let_go),
        cmocka_unit_test_teardown(what_is_kept_has_a_ceiling, let_go),
        cmocka_unit_test_teardown(it_stays_with_the_thread_that_gave_it, let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
