/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"
#include "base/map.h"
#include "support/failing_malloc.h"

#include <string.h>

struct entry {
    uint64_t key;
    struct map_link link;
};

static struct entry *find(const struct map *m, uint64_t key, uint64_t hash)
{
    for (struct map_link *l = map_first(m, hash); l; l = map_next(l)) {
        struct entry *e = container_of(l, struct entry, link);
        if (e->key == key)
            return e;
    }
    return NULL;
}

static void what_was_added_is_found_until_removed(void **state)
{
    (void)state;
    enum { COUNT = 1000 };
    static struct entry entries[COUNT];
    struct map m = {0};
    assert_null(map_first(&m, 1));
    for (uint64_t i = 0; i < COUNT; i++) {
        entries[i].key = i;
        assert_int_equal(map_add(&m, &entries[i].link, map_hash_u64(i)), 0);
    }
    assert_int_equal(m.count, COUNT);
    for (uint64_t i = 0; i < COUNT; i += 2)
        map_remove(&m, &entries[i].link);
    assert_int_equal(m.count, COUNT / 2);
    for (uint64_t i = 0; i < COUNT; i++)
        assert_ptr_equal(find(&m, i, map_hash_u64(i)), i % 2 ? &entries[i] : NULL);
    map_clear(&m);
    assert_null(find(&m, 1, map_hash_u64(1)));
}

static void equal_hashes_are_told_apart_by_key(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct entry entries[COUNT];
    struct map m = {0};
    for (uint64_t i = 0; i < COUNT; i++) {
        entries[i].key = i;
        assert_int_equal(map_add(&m, &entries[i].link, i % 2), 0);
    }
    for (uint64_t i = 0; i < COUNT; i++) {
        assert_ptr_equal(find(&m, i, i % 2), &entries[i]);
        assert_null(find(&m, i, 1 - i % 2));
    }
    map_remove(&m, &entries[6].link);
    assert_null(find(&m, 6, 0));
    assert_ptr_equal(find(&m, 8, 0), &entries[8]);
    map_clear(&m);
}

static void hashes_depend_on_every_byte(void **state)
{
    (void)state;
    uint8_t key[19] = {0};
    struct slice s = {key, sizeof key};
    uint64_t before = map_hash_bytes(s, 0);
    assert_true(map_hash_bytes(s, 0) == before);
    assert_true(map_hash_bytes(s, 1) != before);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = 1;
        assert_true(map_hash_bytes(s, 0) != before);
        key[i] = 0;
        assert_true(map_hash_bytes((struct slice){key, i}, 0) != before);
    }
    assert_true(map_hash_bytes(slice_of(NULL), 0) == map_hash_bytes(slice_of(""), 0));
}

static void hashes_spread_over_the_buckets(void **state)
{
    (void)state;
    unsigned per_bucket[64] = {0};
    for (uint64_t i = 0; i < 6400; i++)
        per_bucket[map_hash_u64(i << 32) % 64]++;
    for (size_t i = 0; i < 64; i++)
        assert_in_range(per_bucket[i], 30, 200);
}

static void without_memory_the_map_stays_whole(void **state)
{
    (void)state;
    struct entry entries[17];
    struct map m = {0};
    failing_malloc_after(0);
    assert_int_equal(map_add(&m, &entries[0].link, 0), ERR_NO_MEMORY);
    failing_malloc_off();
    assert_int_equal(m.count, 0);
    for (uint64_t i = 0; i < 17; i++) {
        entries[i].key = i;
        failing_malloc_after(0);
        int rc = map_add(&m, &entries[i].link, i);
        bool failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(rc, failed ? ERR_NO_MEMORY : 0);
        if (failed)
            assert_int_equal(map_add(&m, &entries[i].link, i), 0);
    }
    for (uint64_t i = 0; i < 17; i++)
        assert_ptr_equal(find(&m, i, i), &entries[i]);
    map_clear(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_found_until_removed),
        cmocka_unit_test(equal_hashes_are_told_apart_by_key),
        cmocka_unit_test(hashes_depend_on_every_byte),
        cmocka_unit_test(hashes_spread_over_the_buckets),
        cmocka_unit_test(without_memory_the_map_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
