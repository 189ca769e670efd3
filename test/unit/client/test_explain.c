/* SPDX-License-Identifier: Apache-2.0 */
#include "client/client.h"
#include "support/unit.h"

#include <string.h>

static void a_status_that_people_meet(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(client_explain(&why, UA_BAD_NODE_ID_UNKNOWN, "camera %d", 7), ERR_NOT_FOUND);
    assert_string_equal(why.text, "camera 7: the server has no such node (Bad_NodeIdUnknown)");
}

/* The info bits do not matter. */
static void info_bits(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(client_explain(&why, UA_BAD_TIMEOUT | 0x0480, "x"), ERR_TIMEOUT);
    assert_non_null(strstr(why.text, "(Bad_Timeout)"));
}

static void any_other_status(void **state)
{
    (void)state;
    struct err_text why;
    assert_true(client_explain(&why, UA_BAD_NOTHING_TO_DO, "x") < 0);
    assert_string_equal(why.text, "x: Bad_NothingToDo");
    assert_true(client_explain(&why, 0x8FFF0000, "x") < 0);
    assert_string_equal(why.text, "x: 0x8FFF0000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_that_people_meet),
        cmocka_unit_test(info_bits),
        cmocka_unit_test(any_other_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
