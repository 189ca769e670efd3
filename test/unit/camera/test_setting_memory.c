/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/setting_memory.h"

#include "support/unit.h"

#include <stdio.h>
#include <string.h>

static void read_lines(struct setting_memory *m, const char *text, size_t expected_bad)
{
    size_t bad;
    assert_int_equal(setting_memory_read(m, slice_of(text), &bad), 0);
    assert_int_equal(bad, expected_bad);
}

static void shows(const struct setting_memory *m, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_int_equal(setting_memory_show(m, &text), 0);
    assert_int_equal(text.len, strlen(expected));
    if (text.len > 0)
        assert_memory_equal(text.data, expected, text.len);
    buf_clear(&text);
}

static void the_newest_value_comes_last(void **state)
{
    (void)state;
    struct setting_memory m = {0};
    assert_int_equal(setting_memory_put(&m, "GainAuto", "Off"), 0);
    assert_int_equal(setting_memory_put(&m, "Gain", "3"), 0);
    assert_int_equal(setting_memory_put(&m, "GainAuto", "Continuous"), 0);
    shows(&m, "Gain: 3\nGainAuto: Continuous\n");
    setting_memory_clear(&m);
    shows(&m, "");
}

static void what_a_line_cannot_hold_is_refused(void **state)
{
    (void)state;
    struct setting_memory m = {0};
    char text[SETTING_TEXT + 1], path[SETTING_PATH + 1];
    memset(text, 'x', sizeof text);
    memset(path, 'x', sizeof path);
    text[SETTING_TEXT] = path[SETTING_PATH] = '\0';
    assert_int_equal(setting_memory_put(&m, "UserID", "a\nGain: 24"), ERR_INVALID);
    assert_int_equal(setting_memory_put(&m, "A\nB", "1"), ERR_INVALID);
    assert_int_equal(setting_memory_put(&m, "A: B", "1"), ERR_INVALID);
    assert_int_equal(setting_memory_put(&m, "", "1"), ERR_INVALID);
    assert_int_equal(setting_memory_put(&m, "UserID", text), ERR_INVALID);
    assert_int_equal(setting_memory_put(&m, path, "1"), ERR_INVALID);
    shows(&m, "");
    setting_memory_clear(&m);
}

static void it_has_a_ceiling(void **state)
{
    (void)state;
    struct setting_memory m = {0};
    char path[16];
    for (int i = 0; i < SETTING_MEMORY_MAX; i++) {
        snprintf(path, sizeof path, "S%d", i);
        assert_int_equal(setting_memory_put(&m, path, "1"), 0);
    }
    assert_int_equal(setting_memory_put(&m, "OneMore", "1"), ERR_LIMIT);
    assert_int_equal(setting_memory_put(&m, "S0", "2"), 0);
    assert_int_equal(m.count, SETTING_MEMORY_MAX);
    setting_memory_clear(&m);
}

static void lines_are_read_and_odd_ones_passed_over(void **state)
{
    (void)state;
    struct setting_memory m = {0};
    read_lines(&m, "Gain: 3\nnonsense\n: 4\nA:5\nDevice/B/C: x: y\nUserID: \nLast: 1", 3);
    shows(&m, "Gain: 3\nDevice/B/C: x: y\nUserID: \nLast: 1\n");
    setting_memory_clear(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_value_comes_last),
        cmocka_unit_test(what_a_line_cannot_hold_is_refused),
        cmocka_unit_test(it_has_a_ceiling),
        cmocka_unit_test(lines_are_read_and_odd_ones_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
