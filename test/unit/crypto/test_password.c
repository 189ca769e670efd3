/* SPDX-License-Identifier: Apache-2.0
 * Passwords and their hashes. */
#include "crypto/password.h"
#include "support/unit.h"

#include <string.h>

static char hash[PASSWORD_HASH_SIZE];

static int set_up(void **state)
{
    (void)state;
    return password_hash(slice_of("correct horse"), hash, NULL);
}

static void only_the_password_matches(void **state)
{
    (void)state;
    assert_true(password_matches(slice_of("correct horse"), hash));
    assert_false(password_matches(slice_of("correct horsf"), hash));
    assert_false(password_matches(slice_of("correct hors"), hash));
    assert_false(password_matches(slice_of("correct horse "), hash));
    assert_false(password_matches(slice_of(""), hash));
    assert_false(password_matches((struct slice){0}, hash));
    assert_false(password_matches((struct slice){(const uint8_t *)"correct horse", 14}, hash));
}

static void hashes_are_salted(void **state)
{
    (void)state;
    char other[PASSWORD_HASH_SIZE];
    assert_int_equal(password_hash(slice_of("correct horse"), other, NULL), 0);
    assert_string_not_equal(hash, other);
    assert_null(strstr(hash, "horse"));
    assert_true(password_matches(slice_of("correct horse"), other));
}

static void nobody_has_no_password(void **state)
{
    (void)state;
    assert_false(password_matches(slice_of("correct horse"), NULL));
    assert_false(password_matches(slice_of("-"), NULL));
    assert_false(password_matches(slice_of(""), NULL));
}

static void passwords_that_cannot_be(void **state)
{
    (void)state;
    uint8_t longest[PASSWORD_MAX + 1];
    char made[PASSWORD_HASH_SIZE];
    memset(longest, 'x', sizeof longest);
    assert_int_equal(password_hash((struct slice){longest, PASSWORD_MAX + 1}, made, NULL), ERR_INVALID);
    assert_string_equal(made, "");
    assert_int_equal(password_hash((struct slice){longest, PASSWORD_MAX}, made, NULL), 0);
    assert_true(password_matches((struct slice){longest, PASSWORD_MAX}, made));
    assert_false(password_matches((struct slice){longest, PASSWORD_MAX + 1}, made));
    assert_int_equal(password_hash((struct slice){(const uint8_t *)"a\0b", 3}, made, NULL), ERR_INVALID);
    assert_int_equal(password_hash((struct slice){0}, made, NULL), ERR_INVALID);
}

static void hashes_are_known_by_their_form(void **state)
{
    (void)state;
    assert_true(password_is_hash(slice_of(hash)));
    assert_false(password_is_hash(slice_of("")));
    assert_false(password_is_hash(slice_of("$y$")));
    assert_false(password_is_hash(slice_of("$6$rounds=1000$abc$def")));
    assert_false(password_is_hash(slice_of("$y$j9T$abc:def")));
    assert_false(password_is_hash(slice_of("$y$j9T$abc\ndef")));
    /* What is no hash matches nothing. */
    assert_false(password_matches(slice_of("correct horse"), "$y$nonsense"));
    assert_false(password_matches(slice_of("correct horse"), ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_password_matches),      cmocka_unit_test(hashes_are_salted),
        cmocka_unit_test(nobody_has_no_password),         cmocka_unit_test(passwords_that_cannot_be),
        cmocka_unit_test(hashes_are_known_by_their_form),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
