/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "base/err.h"
#include "wire/status.h"

static void severities(void **state)
{
    (void)state;
    assert_true(ua_is_good(UA_GOOD));
    assert_true(ua_is_good(UA_GOOD_NO_DATA));
    assert_false(ua_is_good(UA_UNCERTAIN));
    assert_false(ua_is_bad(UA_UNCERTAIN));
    assert_true(ua_is_bad(UA_BAD_NODE_ID_UNKNOWN));
}

static void names_are_those_of_the_standard(void **state)
{
    (void)state;
    assert_string_equal(ua_status_name(UA_GOOD), "Good");
    assert_string_equal(ua_status_name(0x80340000), "Bad_NodeIdUnknown");
    assert_string_equal(ua_status_name(0x80000000), "Bad");
    assert_string_equal(ua_status_name(UA_GOOD_RESULTS_MAY_BE_INCOMPLETE), "Good_ResultsMayBeIncomplete");
    assert_null(ua_status_name(0x8FFF0000));
}

static void info_bits_do_not_change_the_name(void **state)
{
    (void)state;
    assert_string_equal(ua_status_name(UA_GOOD | 0x480), "Good");
}

static void every_code_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ua_status_row_count; i++)
        assert_ptr_equal(ua_status_name(ua_status_rows[i].code), ua_status_rows[i].name);
}

static void every_err_has_a_status(void **state)
{
    (void)state;
    assert_int_equal(ua_status_of_err(0), UA_GOOD);
    assert_int_equal(ua_status_of_err(ERR_NO_MEMORY), UA_BAD_OUT_OF_MEMORY);
    assert_int_equal(ua_status_of_err(ERR_GONE), UA_BAD_NO_COMMUNICATION);
    for (int err = ERR_NO_MEMORY; err >= ERR_CLOSED; err--)
        assert_true(ua_is_bad(ua_status_of_err(err)));
    assert_int_equal(ua_status_of_err(ERR_CLOSED - 1), UA_BAD_UNEXPECTED_ERROR);
    assert_int_equal(ua_status_of_err(1), UA_BAD_UNEXPECTED_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severities),
        cmocka_unit_test(names_are_those_of_the_standard),
        cmocka_unit_test(info_bits_do_not_change_the_name),
        cmocka_unit_test(every_code_is_found),
        cmocka_unit_test(every_err_has_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
