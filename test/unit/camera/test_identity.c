/* SPDX-License-Identifier: Apache-2.0
 * Texts of devices become clean texts and ids. */
#include "camera/identity.h"
#include "support/unit.h"

#include <string.h>

static const char *text_of(const char *in)
{
    static char out[CAMERA_TEXT];
    identity_text(out, in);
    return out;
}

static const char *id_of(const char *in)
{
    static char out[CAMERA_TEXT];
    identity_id(out, in);
    return out;
}

static void test_text(void **state)
{
    (void)state;
    assert_string_equal(text_of("HD Webcam C525"), "HD Webcam C525");
    assert_string_equal(text_of("  padded  "), "padded");
    assert_string_equal(text_of("a\nb\tc\x7f"), "a b c");
    assert_string_equal(text_of("Kamera fürs Büro \xe2\x82\xac \xf0\x9f\x93\xb7"),
                        "Kamera fürs Büro \xe2\x82\xac \xf0\x9f\x93\xb7");
    assert_string_equal(text_of(""), "");
}

static void test_bytes_that_are_no_utf8(void **state)
{
    (void)state;
    assert_string_equal(text_of("\xff\xfe"), "??");
    assert_string_equal(text_of("a\xc3"), "a?");
    assert_string_equal(text_of("\xc0\x80"), "??");           /* overlong */
    assert_string_equal(text_of("\xed\xa0\x80"), "???");      /* a surrogate */
    assert_string_equal(text_of("\xf4\x90\x80\x80"), "????"); /* past U+10FFFF */
    assert_string_equal(text_of("\xe2\x82"), "??");
}

static void test_long_texts_are_cut_between_characters(void **state)
{
    (void)state;
    char in[4 * CAMERA_TEXT] = "x";
    for (int i = 0; i < CAMERA_TEXT; i++)
        strcat(in, "ü");
    const char *out = text_of(in);
    assert_int_equal(strlen(out), CAMERA_TEXT - 1);
    assert_memory_equal(out + CAMERA_TEXT - 3, "ü", 2);
    strcpy(in, "xx");
    for (int i = 0; i < CAMERA_TEXT; i++)
        strcat(in, "ü");
    assert_int_equal(strlen(text_of(in)), CAMERA_TEXT - 2);
}

static void test_id(void **state)
{
    (void)state;
    assert_string_equal(id_of("usb-046d-0825-A1B2_c.3"), "usb-046d-0825-A1B2_c.3");
    assert_string_equal(id_of("usb-0000:00:14.0-1.2"), "usb-0000-00-14.0-1.2");
    assert_string_equal(id_of("platform:vivid-000"), "platform-vivid-000");
    assert_string_equal(id_of("//a  b//"), "a-b");
    assert_string_equal(id_of("Bür/o"), "B-r-o");
    assert_string_equal(id_of(":::"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_bytes_that_are_no_utf8),
        cmocka_unit_test(test_long_texts_are_cut_between_characters),
        cmocka_unit_test(test_id),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
