/* SPDX-License-Identifier: Apache-2.0 */
#include "app/value_text.h"

#include "support/unit.h"

#include <string.h>

static void assert_text(struct ua_variant v, const char *expected)
{
    char text[32];
    assert_true(value_text(&v, text, sizeof text));
    assert_string_equal(text, expected);
}

static void numbers_of_every_size(void **state)
{
    (void)state;
    assert_text((struct ua_variant){.type = UA_SBYTE, .sbyte = -128}, "-128");
    assert_text((struct ua_variant){.type = UA_BYTE, .byte = 255}, "255");
    assert_text((struct ua_variant){.type = UA_INT16, .int16 = INT16_MIN}, "-32768");
    assert_text((struct ua_variant){.type = UA_UINT16, .uint16 = UINT16_MAX}, "65535");
    assert_text(ua_variant_int32(INT32_MIN), "-2147483648");
    assert_text(ua_variant_uint32(UINT32_MAX), "4294967295");
    assert_text((struct ua_variant){.type = UA_INT64, .int64 = INT64_MIN}, "-9223372036854775808");
    assert_text(ua_variant_uint64(UINT64_MAX), "18446744073709551615");
    assert_text((struct ua_variant){.type = UA_FLOAT, .float32 = 0.1f}, "0.1");
    assert_text(ua_variant_double(0.1), "0.1");
}

static void what_else_people_read(void **state)
{
    (void)state;
    assert_text(ua_variant_boolean(true), "true");
    assert_text(ua_variant_datetime(ua_datetime_of_utc_ns(1500000000ll * 1000000000)),
                "2017-07-14T02:40:00.000Z");
    assert_text(ua_variant_localized_text(slice_of("x")), "x");
    assert_text(ua_variant_string((struct slice){0}), "");
}

static void texts_of_a_stranger(void **state)
{
    (void)state;
    assert_text(ua_variant_string(slice_of("a\033[2Jb\nc")), "a?[2Jb?c");
    assert_text(ua_variant_string(slice_of("0123456789012345678901234567890123456789")),
                "0123456789012345678901234567890");
}

static void nothing_else(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {1, 2};
    const struct ua_variant others[] = {
        {0},
        ua_variant_bytestring(slice_of("x")),
        ua_variant_array(UA_UINT32, numbers, ARRAY_LEN(numbers)),
    };
    char text[32];
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(value_text(&others[i], text, sizeof text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_every_size),
        cmocka_unit_test(what_else_people_read),
        cmocka_unit_test(texts_of_a_stranger),
        cmocka_unit_test(nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
