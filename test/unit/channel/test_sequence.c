/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/sequence.h"

#include "channel/policy.h"
#include "support/unit.h"
#include "wire/messages_gen.h"

#define LAST_WITHOUT_WRAP 4294966271u /* as the standard writes it */

static void numbers_go_up_by_one(void **state)
{
    (void)state;
    assert_int_equal(sequence_next(0), 1);
    assert_int_equal(sequence_next(1), 2);
    assert_int_equal(sequence_next(LAST_WITHOUT_WRAP), LAST_WITHOUT_WRAP + 1);
    assert_int_equal(sequence_next(LAST_WITHOUT_WRAP + 1), 1);
}

static void what_may_follow(void **state)
{
    (void)state;
    static const struct {
        uint32_t last, number;
        bool good;
    } cases[] = {
        {1, 2, true},
        {1, 1, false},
        {1, 0, false},
        {1, 3, false},
        {LAST_WITHOUT_WRAP, LAST_WITHOUT_WRAP + 1, true},
        {LAST_WITHOUT_WRAP, 1, false},
        {LAST_WITHOUT_WRAP + 1, 0, true},
        {LAST_WITHOUT_WRAP + 1, 1, true},
        {LAST_WITHOUT_WRAP + 1, 1023, true},
        {LAST_WITHOUT_WRAP + 1, 1024, false},
        {LAST_WITHOUT_WRAP + 1, LAST_WITHOUT_WRAP + 2, true},
        {LAST_WITHOUT_WRAP + 1, LAST_WITHOUT_WRAP + 3, false},
        {UINT32_MAX, 0, true},
        {UINT32_MAX, 1023, true},
        {UINT32_MAX, 1024, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(sequence_follows(cases[i].last, cases[i].number), cases[i].good);
}

static void policies_by_name(void **state)
{
    (void)state;
    const char *none = "http://opcfoundation.org/UA/SecurityPolicy#None";
    assert_ptr_equal(security_policy_by_uri(slice_of(none)), &security_policy_none);
    assert_null(security_policy_by_uri(slice_of("http://opcfoundation.org/UA/SecurityPolicy#Basic256")));
    assert_null(security_policy_by_uri(slice_of("")));
    assert_null(security_policy_by_uri((struct slice){0}));
}

static void bodies_of_chunks(void **state)
{
    (void)state;
    const uint32_t none = UA_MESSAGE_SECURITY_MODE_NONE, sign = UA_MESSAGE_SECURITY_MODE_SIGN;
    const uint32_t encrypt = UA_MESSAGE_SECURITY_MODE_SIGN_AND_ENCRYPT;
    assert_int_equal(security_mode_max_body(none, 8192), 8168);
    assert_int_equal(security_mode_max_body(sign, 8192), 8136);
    /* 16 in clear; of 8176 encrypted bytes 8 for the sequence header, 32 signature, 1 for the padding */
    assert_int_equal(security_mode_max_body(encrypt, 8192), 8135);
    assert_int_equal(security_mode_max_body(encrypt, 8207), 8135);
    assert_int_equal(security_mode_max_body(encrypt, 8208), 8151);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_go_up_by_one),
        cmocka_unit_test(what_may_follow),
        cmocka_unit_test(policies_by_name),
        cmocka_unit_test(bodies_of_chunks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
