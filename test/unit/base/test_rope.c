/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"
#include "base/rope.h"
#include "support/failing_malloc.h"

#include <string.h>

static struct blob *new_blob(const char *text)
{
    struct blob *b = blob_copy(slice_of(text));
    assert_non_null(b);
    return b;
}

static void share(struct rope *r, const char *text)
{
    struct blob *b = new_blob(text);
    assert_int_equal(rope_share(r, b, b->bytes), 0);
    blob_unref(b);
}

static void append(struct rope *r, const char *text)
{
    assert_int_equal(rope_append(r, text, strlen(text)), 0);
}

/* The rope's bytes, walked in stretches of at most `max`. */
static void assert_rope(const struct rope *r, size_t max, const char *text)
{
    char all[256];
    size_t n = 0;
    struct rope_cursor at = {0};
    for (struct slice part; (part = rope_next(r, &at, max)).len > 0;) {
        assert_true(part.len <= max);
        assert_true(n + part.len < sizeof all);
        memcpy(all + n, part.data, part.len);
        n += part.len;
    }
    all[n] = '\0';
    assert_string_equal(all, text);
    assert_int_equal(r->len, n);
    assert_int_equal(rope_next(r, &at, max).len, 0);
}

static void own_and_shared_bytes_stand_in_order(void **state)
{
    (void)state;
    struct rope r;
    rope_init(&r, 100);
    assert_rope(&r, 7, "");
    share(&r, "<picture>");
    append(&r, "head");
    append(&r, "er");
    share(&r, "<one>");
    share(&r, "<two>");
    append(&r, "end");
    for (size_t max = 1; max < 30; max++)
        assert_rope(&r, max, "<picture>header<one><two>end");
    rope_clear(&r);
    assert_rope(&r, 7, "");
    rope_clear(&r);
}

static void a_rope_of_shared_bytes_alone_ends(void **state)
{
    (void)state;
    struct rope r;
    rope_init(&r, 100);
    share(&r, "picture");
    assert_rope(&r, 100, "picture");
    assert_rope(&r, 3, "picture");
    rope_clear(&r);
}

static void a_walk_of_nothing_stays_where_it_is(void **state)
{
    (void)state;
    struct rope r;
    rope_init(&r, 100);
    append(&r, "a");
    share(&r, "b");
    struct rope_cursor at = {0};
    assert_int_equal(rope_next(&r, &at, 0).len, 0);
    assert_true(slice_is(rope_next(&r, &at, 9), "a"));
    assert_int_equal(rope_next(&r, &at, 0).len, 0);
    assert_true(slice_is(rope_next(&r, &at, 9), "b"));
    rope_clear(&r);
}

static void shared_bytes_are_not_copied_but_held(void **state)
{
    (void)state;
    struct rope r;
    rope_init(&r, 100);
    struct blob *b = new_blob("picture");
    assert_int_equal(rope_share(&r, b, (struct slice){b->bytes.data + 2, 3}), 0);
    assert_int_equal(b->refs, 2);
    struct rope_cursor at = {0};
    assert_ptr_equal(rope_next(&r, &at, 100).data, b->bytes.data + 2);
    rope_reset(&r);
    assert_int_equal(b->refs, 1);
    assert_int_equal(rope_share(&r, b, (struct slice){b->bytes.data, 0}), 0);
    assert_int_equal(b->refs, 1);
    assert_int_equal(rope_share(&r, b, b->bytes), 0);
    rope_clear(&r);
    assert_int_equal(b->refs, 1);
    blob_unref(b);
}

static void own_and_shared_bytes_count_towards_the_ceiling(void **state)
{
    (void)state;
    struct rope r, other;
    rope_init(&r, 10);
    rope_init(&other, 10);
    append(&r, "1234");
    share(&r, "567");
    struct blob *b = new_blob("8901");
    assert_int_equal(rope_share(&r, b, b->bytes), ERR_LIMIT);
    assert_int_equal(rope_append(&r, "8901", 4), ERR_LIMIT);
    append(&other, "8901");
    assert_int_equal(rope_append_rope(&r, &other), ERR_LIMIT);
    assert_rope(&r, 100, "1234567");
    append(&r, "890");
    assert_rope(&r, 100, "1234567890");
    assert_int_equal(b->refs, 1);
    blob_unref(b);
    rope_clear(&r);
    rope_clear(&other);
}

static void a_rope_joins_another(void **state)
{
    (void)state;
    struct rope r, other;
    rope_init(&r, 100);
    rope_init(&other, 100);
    append(&r, "a");
    share(&r, "B");
    append(&other, "c");
    share(&other, "D");
    share(&other, "E");
    append(&other, "f");
    assert_int_equal(rope_append_rope(&r, &other), 0);
    append(&r, "g");
    assert_rope(&r, 100, "aBcDEfg");
    rope_clear(&other);
    assert_rope(&r, 1, "aBcDEfg");
    rope_clear(&r);
}

static void moving_empties_the_source(void **state)
{
    (void)state;
    struct rope from, to;
    rope_init(&from, 20);
    append(&from, "a");
    share(&from, "B");
    rope_move(&to, &from);
    assert_rope(&to, 100, "aB");
    assert_rope(&from, 100, "");
    append(&from, "c");
    assert_rope(&from, 100, "c");
    assert_int_equal(from.max, 20);
    rope_clear(&from);
    rope_clear(&to);
}

static void equality_is_of_bytes_not_of_stretches(void **state)
{
    (void)state;
    struct rope a, b;
    rope_init(&a, 100);
    rope_init(&b, 100);
    assert_true(rope_equal(&a, &b));
    append(&a, "pic");
    share(&a, "ture");
    share(&b, "pi");
    append(&b, "cture");
    assert_true(rope_equal(&a, &b));
    append(&a, "!");
    assert_false(rope_equal(&a, &b));
    append(&b, "?");
    assert_false(rope_equal(&a, &b));
    rope_clear(&a);
    rope_clear(&b);
}

static int build(struct rope *r, const struct rope *other, struct blob *b)
{
    int rc = rope_append(r, "header", 6);
    for (int i = 0; i < 5 && !rc; i++)
        rc = rope_share(r, b, b->bytes);
    return rc ? rc : rope_append_rope(r, other);
}

static void without_memory_no_reference_is_lost(void **state)
{
    (void)state;
    struct blob *b = new_blob("picture");
    struct rope other;
    rope_init(&other, 1000);
    append(&other, "a");
    for (int i = 0; i < 9; i++)
        assert_int_equal(rope_share(&other, b, b->bytes), 0);
    unsigned refs = b->refs;
    bool failed;
    size_t n = 0;
    do {
        struct rope r;
        rope_init(&r, 1000);
        failing_malloc_after(n++);
        int rc = build(&r, &other, b);
        failed = failing_malloc_hit();
        failing_malloc_off();
        assert_int_equal(rc, failed ? ERR_NO_MEMORY : 0);
        assert_true(failed || r.len == 6 + 5 * 7 + other.len);
        rope_clear(&r);
        assert_int_equal(b->refs, refs);
    } while (failed);
    assert_true(n > 3);
    rope_clear(&other);
    assert_int_equal(b->refs, 1);
    blob_unref(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_and_shared_bytes_stand_in_order),
        cmocka_unit_test(a_rope_of_shared_bytes_alone_ends),
        cmocka_unit_test(a_walk_of_nothing_stays_where_it_is),
        cmocka_unit_test(shared_bytes_are_not_copied_but_held),
        cmocka_unit_test(own_and_shared_bytes_count_towards_the_ceiling),
        cmocka_unit_test(a_rope_joins_another),
        cmocka_unit_test(moving_empties_the_source),
        cmocka_unit_test(equality_is_of_bytes_not_of_stretches),
        cmocka_unit_test(without_memory_no_reference_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
