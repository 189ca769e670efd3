/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static void the_text_says_what_and_the_code_says_which(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(err_set(&why, ERR_NOT_FOUND, "%s: no such file", "a.yaml"), ERR_NOT_FOUND);
    assert_string_equal(why.text, "a.yaml: no such file");
    assert_int_equal(err_set(NULL, ERR_BUSY, "nobody reads this"), ERR_BUSY);
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(err_set(&why, ERR_IO, "%0500d", 1), ERR_IO);
    assert_int_equal(strlen(why.text), sizeof why.text - 1);
    assert_int_equal(err_errno(&why, ENOENT, "%0500d", 1), ERR_NOT_FOUND);
    assert_int_equal(strlen(why.text), sizeof why.text - 1);
    assert_int_equal(err_errno(&why, ENOENT, "%0315d", 1), ERR_NOT_FOUND);
    assert_int_equal(strlen(why.text), sizeof why.text - 1);
}

static void the_system_speaks_behind_our_text(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(err_errno(&why, EACCES, "/dev/video%d", 0), ERR_DENIED);
    assert_string_equal(why.text, "/dev/video0: Permission denied");
    assert_int_equal(err_errno(NULL, EACCES, "nobody reads this"), ERR_DENIED);
}

static void system_errors_find_their_code(void **state)
{
    (void)state;
    static const struct {
        int errnum;
        enum err code;
    } rows[] = {
        {ENOMEM, ERR_NO_MEMORY}, {EBUSY, ERR_BUSY},         {EADDRINUSE, ERR_BUSY},
        {ENODEV, ERR_GONE},      {EHOSTUNREACH, ERR_GONE},  {ECONNREFUSED, ERR_GONE},
        {EPERM, ERR_DENIED},     {ETIMEDOUT, ERR_TIMEOUT},  {EINVAL, ERR_INVALID},
        {EMFILE, ERR_LIMIT},     {ENOTTY, ERR_UNSUPPORTED}, {EIO, ERR_IO},
        {12345, ERR_IO},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(err_errno(NULL, rows[i].errnum, "x"), rows[i].code);
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(err_name(0), "ok");
    assert_string_equal(err_name(ERR_BUSY), "busy");
    for (int code = ERR_CLOSED; code <= 0; code++) {
        assert_non_null(err_name(code));
        assert_string_not_equal(err_name(code), "unknown");
    }
    assert_string_equal(err_name(ERR_CLOSED - 1), "unknown");
    assert_string_equal(err_name(1), "unknown");
    assert_string_equal(err_name(INT_MIN), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_says_what_and_the_code_says_which),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(the_system_speaks_behind_our_text),
        cmocka_unit_test(system_errors_find_their_code),
        cmocka_unit_test(every_code_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
