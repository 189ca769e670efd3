/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "model/status.h"

/* The table that docs/address-space.md promises. */
static void test_failures(void **state)
{
    (void)state;
    static const struct {
        int code;
        ua_status status;
    } rows[] = {
        {ERR_GONE, UA_BAD_NO_COMMUNICATION},   {ERR_BUSY, UA_BAD_RESOURCE_UNAVAILABLE},
        {ERR_DENIED, UA_BAD_DEVICE_FAILURE},   {ERR_TIMEOUT, UA_BAD_TIMEOUT},
        {ERR_IO, UA_BAD_DEVICE_FAILURE},       {ERR_CLOSED, UA_BAD_SHUTDOWN},
        {ERR_NO_MEMORY, UA_BAD_OUT_OF_MEMORY},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(model_status_of_failure(rows[i].code), rows[i].status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_failures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
