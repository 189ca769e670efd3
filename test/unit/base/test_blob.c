/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/blob.h"
#include "support/failing_malloc.h"

#include <pthread.h>
#include <string.h>

static void count_release(void *user)
{
    ++*(int *)user;
}

static void the_last_reference_releases_once(void **state)
{
    (void)state;
    int released = 0;
    struct blob *b = blob_new(slice_of("picture"), count_release, &released);
    assert_non_null(b);
    assert_ptr_equal(blob_ref(b), b);
    blob_unref(b);
    assert_int_equal(released, 0);
    assert_true(slice_is(b->bytes, "picture"));
    blob_unref(b);
    assert_int_equal(released, 1);
    blob_unref(NULL);
}

static void room_of_its_own_can_be_more_than_needed(void **state)
{
    (void)state;
    uint8_t *storage;
    struct blob *b = blob_with_room(1 << 20, &storage);
    assert_non_null(b);
    assert_int_equal(b->bytes.len, 1 << 20);
    assert_ptr_equal(b->bytes.data, storage);
    memcpy(storage, "picture", 7);
    b->bytes.len = 7;
    assert_true(slice_is(b->bytes, "picture"));
    blob_unref(b);
    assert_null(blob_with_room(SIZE_MAX, &storage));
    assert_null(storage);
}

static void a_copy_is_apart(void **state)
{
    (void)state;
    char text[] = "picture";
    struct blob *b = blob_copy(slice_of(text));
    assert_non_null(b);
    text[0] = 'X';
    assert_true(slice_is(b->bytes, "picture"));
    blob_unref(b);
}

static void copies_of_null_and_empty_differ(void **state)
{
    (void)state;
    struct blob *null = blob_copy(slice_of(NULL)), *empty = blob_copy(slice_of(""));
    assert_non_null(null);
    assert_non_null(empty);
    assert_null(null->bytes.data);
    assert_non_null(empty->bytes.data);
    assert_int_equal(empty->bytes.len, 0);
    blob_unref(null);
    blob_unref(empty);
}

static void without_memory_there_is_no_copy(void **state)
{
    (void)state;
    bool failed;
    size_t n = 0;
    do {
        failing_malloc_after(n++);
        struct blob *b = blob_copy(slice_of("picture"));
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_true((b == NULL) == failed);
        blob_unref(b);
    } while (failed);
    assert_true(n > 1);
}

static void without_memory_nothing_is_released(void **state)
{
    (void)state;
    int released = 0;
    failing_malloc_after(0);
    assert_null(blob_new(slice_of("picture"), count_release, &released));
    failing_malloc_off();
    assert_int_equal(released, 0);
}

static void *share_and_drop(void *blob)
{
    for (int i = 0; i < 10000; i++)
        blob_unref(blob_ref(blob));
    blob_unref(blob);
    return NULL;
}

static void threads_share_one(void **state)
{
    (void)state;
    int released = 0;
    struct blob *b = blob_new(slice_of("picture"), count_release, &released);
    assert_non_null(b);
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, share_and_drop, blob_ref(b)), 0);
    blob_unref(b);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(released, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_reference_releases_once),
        cmocka_unit_test(room_of_its_own_can_be_more_than_needed),
        cmocka_unit_test(a_copy_is_apart),
        cmocka_unit_test(copies_of_null_and_empty_differ),
        cmocka_unit_test(without_memory_there_is_no_copy),
        cmocka_unit_test(without_memory_nothing_is_released),
        cmocka_unit_test(threads_share_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
