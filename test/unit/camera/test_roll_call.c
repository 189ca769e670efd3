/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/roll_call.h"

#include "support/unit.h"

enum { MANY = 4 };

static void call(const struct camera_identity *known, size_t known_count, const struct camera_identity *found,
                 size_t found_count, size_t *who)
{
    const struct camera_identity *rows[MANY];
    for (size_t i = 0; i < known_count; i++)
        rows[i] = known[i].name[0] ? NULL : &known[i]; /* a name: it is of another kind */
    roll_call(rows, known_count, found, found_count, who);
}

static void a_key_finds_it_anywhere(void **state)
{
    (void)state;
    const struct camera_identity known[] = {{.id = "a", .key = "ka", .uri = "v:0"},
                                            {.id = "b", .key = "kb", .uri = "v:1"}};
    const struct camera_identity found[] = {{.id = "b", .key = "kb", .uri = "v:0"},
                                            {.id = "c", .key = "kc", .uri = "v:1"},
                                            {.id = "a", .key = "ka", .uri = "v:2"}};
    size_t who[3];
    call(known, 2, found, 3, who);
    assert_int_equal(who[0], 1);
    assert_int_equal(who[1], ROLL_CALL_NOBODY);
    assert_int_equal(who[2], 0);
}

static void nobody_is_taken_for_two(void **state)
{
    (void)state;
    const struct camera_identity known[] = {{.id = "a", .key = "k"}, {.id = "a-2", .key = "k"}};
    const struct camera_identity found[] = {
        {.id = "a", .key = "k"}, {.id = "a", .key = "k"}, {.id = "a", .key = "k"}};
    size_t who[3];
    call(known, 2, found, 3, who);
    assert_int_equal(who[0], 0);
    assert_int_equal(who[1], 1);
    assert_int_equal(who[2], ROLL_CALL_NOBODY);
}

static void an_id_is_as_good_where_there_is_no_key(void **state)
{
    (void)state;
    const struct camera_identity known[] = {{.id = "b", .uri = "g:1"}, {.id = "a"}};
    const struct camera_identity found[] = {{.id = "a", .uri = "g:1"}, {.id = "b", .uri = "g:2"}};
    size_t who[2];
    call(known, 2, found, 2, who);
    assert_int_equal(who[0], 1);
    assert_int_equal(who[1], 0);
}

static void a_place_is_who_was_named_by_it(void **state)
{
    (void)state;
    const struct camera_identity known[] = {{.id = "video0", .uri = "v:0"},
                                            {.id = "x", .key = "kx", .uri = "v:1"}};
    const struct camera_identity found[] = {{.id = "a", .key = "ka", .uri = "v:0"},
                                            {.id = "b", .key = "kb", .uri = "v:1"}};
    size_t who[2];
    call(known, 2, found, 2, who);
    assert_int_equal(who[0], 0);
    assert_int_equal(who[1], ROLL_CALL_NOBODY);
}

static void other_kinds_are_nobody(void **state)
{
    (void)state;
    const struct camera_identity known[] = {{.id = "a", .key = "k", .name = "other"}};
    const struct camera_identity found[] = {{.id = "a", .key = "k"}};
    size_t who[1];
    call(known, 1, found, 1, who);
    assert_int_equal(who[0], ROLL_CALL_NOBODY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_finds_it_anywhere),
        cmocka_unit_test(nobody_is_taken_for_two),
        cmocka_unit_test(an_id_is_as_good_where_there_is_no_key),
        cmocka_unit_test(a_place_is_who_was_named_by_it),
        cmocka_unit_test(other_kinds_are_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
