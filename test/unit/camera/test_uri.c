/* SPDX-License-Identifier: Apache-2.0
 * Options of camera URIs: what is right is stored, what is wrong is explained. */
#include "camera/uri.h"
#include "support/unit.h"

#include <string.h>

struct options {
    uint32_t count;
    double ratio;
};

static bool set_count(void *options, struct slice value)
{
    return uri_u32(value, 1, 4000000000, &((struct options *)options)->count);
}

static bool set_ratio(void *options, struct slice value)
{
    return uri_double(value, 0.5, 99, &((struct options *)options)->ratio);
}

static const struct uri_option rows[] = {{"count", "1 to 4000000000", set_count},
                                         {"ratio", "0.5 to 99", set_ratio}};
static const struct uri_option_table table = {"x:?count=3", rows, ARRAY_LEN(rows)};
static struct options options;
static struct err_text why;

static int parse(const char *text)
{
    options = (struct options){0};
    return uri_read_options(slice_of(text), &table, &options, &why);
}

static void test_split(void **state)
{
    (void)state;
    struct uri_parts p = uri_split("file:/a/b?fps=3&x=y");
    assert_true(slice_is(p.rest, "/a/b"));
    assert_true(slice_is(p.options, "fps=3&x=y"));
    p = uri_split("sim:");
    assert_int_equal(p.rest.len, 0);
    assert_int_equal(p.options.len, 0);
    p = uri_split("sim:?a");
    assert_int_equal(p.rest.len, 0);
    assert_true(slice_is(p.options, "a"));
    p = uri_split("v4l2:/dev/x:y");
    assert_true(slice_is(p.rest, "/dev/x:y"));
    p = uri_split("plain");
    assert_int_equal(p.rest.len, 0);
    p = uri_split("");
    assert_int_equal(p.rest.len + p.options.len, 0);
}

static void test_good_options(void **state)
{
    (void)state;
    assert_int_equal(parse(""), 0);
    assert_int_equal(parse("count=7&ratio=1.5"), 0);
    assert_int_equal(options.count, 7);
    assert_true(options.ratio == 1.5);
    assert_int_equal(parse("ratio=99&count=4000000000&"), 0);
    assert_int_equal(options.count, 4000000000);
    assert_int_equal(parse("count=1&count=2"), 0);
    assert_int_equal(options.count, 2);
}

static void test_bad_values(void **state)
{
    static const char *const bad[] = {
        "count=0",
        "count=4000000001",
        "count=-1",
        "count=+1",
        "count=",
        "count",
        "count= 1",
        "count=1 ",
        "count=0x1",
        "count=1e3",
        "count=99999999999999999999",
        "ratio=0.4",
        "ratio=99.1",
        "ratio=nan",
        "ratio=inf",
        "ratio=1e1",
        "ratio=.",
        "ratio=1.2.3",
        "ratio=",
        "ratio=-1",
        "ratio=1,5",
        "ratio=1111111111111111111111111",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (parse(bad[i]) != ERR_INVALID)
            fail_msg("%s was taken", bad[i]);
        assert_non_null(strstr(why.text, bad[i][0] == 'c' ? "1 to 4000000000" : "0.5 to 99"));
        assert_non_null(strstr(why.text, "x:?count=3"));
    }
}

static void test_unknown_names(void **state)
{
    (void)state;
    assert_int_equal(parse("fps=3"), ERR_INVALID);
    assert_non_null(strstr(why.text, "\"fps\""));
    assert_non_null(strstr(why.text, "count, ratio"));
    assert_int_equal(parse("=3"), ERR_INVALID);
    assert_int_equal(parse("Count=3"), ERR_INVALID);
    assert_int_equal(parse("&"), ERR_INVALID);
    char longer[2000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(parse(longer), ERR_INVALID);
    assert_non_null(strstr(why.text, "count, ratio"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_good_options),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_unknown_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
