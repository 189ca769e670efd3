/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "service/event/like.h"

#include <string.h>

static void patterns_match(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pattern;
        bool matches;
    } rows[] = {
        {"main", "main", true},
        {"main", "Main", false},
        {"main", "mai", false},
        {"mai", "main", false},
        {"", "", true},
        {"", "%", true},
        {"", "_", false},
        {"camera was unplugged", "%unplugged%", true},
        {"camera was unplugged", "camera%", true},
        {"camera was unplugged", "%camera", false},
        {"camera was unplugged", "%a%u%d", true},
        {"aaab", "%aab", true},
        {"abcabcabd", "%abd", true},
        {"abcabcabd", "%abe", false},
        {"door", "do_r", true},
        {"dor", "do_r", false},
        {"gr\xc3\xbc\xc3\x9f", "gr__", true}, /* characters, not bytes */
        {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc_", true},
        {"gr\xc3\xbc", "gr[\xc3\xa0-\xc3\xbf]", true},
        {"\xff\xfe", "__", true},
        {"100%", "100\\%", true},
        {"100x", "100\\%", false},
        {"a_b", "a\\_b", true},
        {"axb", "a\\_b", false},
        {"a\\b", "a\\\\b", true},
        {"abc5", "abc[13-68]", true},
        {"abc2", "abc[13-68]", false},
        {"abc8", "abc[13-68]", true},
        {"abc-", "abc[13-68]", false},
        {"xyz", "xyz[^e-m]", false},
        {"xyza", "xyz[^e-m]", true},
        {"xyzf", "xyz[^e-m]", false},
        {"]", "[\\]]", true},
        {"a", "[", false},
        {"a", "[a", false},
        {"a", "[a-", false},
        {"a", "[^", false},
        {"a", "\\", false},
        {"a", "[]", false},
        {"a", "[^]", true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool matches = like_matches(slice_of(rows[i].text), slice_of(rows[i].pattern));
        if (matches != rows[i].matches)
            fail_msg("'%s' like '%s'", rows[i].text, rows[i].pattern);
    }
}

static void what_takes_too_long_does_not_match(void **state)
{
    (void)state;
    static uint8_t text[1 << 20];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    struct slice all = {text, sizeof text}, end = {text + sizeof text - 1000, 1000};
    assert_true(like_matches(end, slice_of("%aaaaab")));
    assert_false(like_matches(all, slice_of("%aaaaab")));
    uint8_t pattern[LIKE_PATTERN_MAX + 1];
    memset(pattern, '%', sizeof pattern);
    assert_true(like_matches(slice_of("a"), (struct slice){pattern, LIKE_PATTERN_MAX}));
    assert_false(like_matches(slice_of("a"), (struct slice){pattern, LIKE_PATTERN_MAX + 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match),
        cmocka_unit_test(what_takes_too_long_does_not_match),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
