/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/setting.h"

#include "support/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const modes[] = {"Off", "Once", "Continuous"};

static const struct setting gain = {
    .name = "Gain", .kind = SETTING_FLOAT, .min = -1.5, .max = 24, .unit = "dB", .value.number = 3};
static const struct setting width = {
    .name = "Width", .kind = SETTING_INTEGER, .min = 16, .max = 4096, .step = 8, .value.integer = 640};
static const struct setting gain_auto = {
    .name = "GainAuto", .kind = SETTING_MENU, .choices = modes, .choice_count = 3, .value.integer = 2};
static const struct setting reverse = {.name = "ReverseX", .kind = SETTING_BOOLEAN, .value.integer = 1};
static const struct setting reset = {.name = "DeviceReset", .kind = SETTING_COMMAND};
static const struct setting user_id = {
    .name = "DeviceUserID", .folder = "Device/DeviceControl", .kind = SETTING_STRING, .value.text = "left"};

static const struct setting *const all[] = {&gain, &width, &gain_auto, &reverse, &reset, &user_id};

static void add_all(struct setting_list *l)
{
    setting_list_init(l);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        assert_int_equal(setting_list_add(l, all[i]), 0);
}

/* ---- lists ---- */

static void settings_are_found_by_their_path(void **state)
{
    (void)state;
    struct setting_list l;
    char path[SETTING_NAME + SETTING_TEXT];
    add_all(&l);
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        setting_path(&l.rows[i], path, sizeof path);
        assert_ptr_equal(setting_find(&l, path), &l.rows[i]);
    }
    assert_string_equal(path, "Device/DeviceControl/DeviceUserID");
    assert_null(setting_find(&l, "DeviceUserID"));
    assert_null(setting_find(&l, "Device/DeviceControl"));
    assert_null(setting_find(&l, "/Gain"));
    assert_null(setting_find(&l, ""));
    setting_list_clear(&l);
}

static void choices_live_with_the_list(void **state)
{
    (void)state;
    struct setting_list l;
    char name[] = "One\xff";
    const char *const own[] = {name};
    setting_list_init(&l);
    struct setting s = {.name = "Mode", .kind = SETTING_MENU, .choices = own, .choice_count = 1};
    assert_int_equal(setting_list_add(&l, &s), 0);
    name[0] = '?';
    assert_string_equal(l.rows[0].choices[0], "One?");
    setting_list_clear(&l);
    assert_int_equal(l.count, 0);
}

static void a_list_refuses_what_does_not_fit(void **state)
{
    (void)state;
    struct setting_list l;
    struct setting s = gain;
    add_all(&l);
    assert_int_equal(setting_list_add(&l, &gain), ERR_INVALID);
    strcpy(s.folder, "Device");
    assert_int_equal(setting_list_add(&l, &s), 0);
    strcpy(s.name, "A/B");
    assert_int_equal(setting_list_add(&l, &s), ERR_INVALID);
    s.name[0] = '\0';
    assert_int_equal(setting_list_add(&l, &s), ERR_INVALID);
    s = gain_auto;
    s.choice_count = SETTING_MAX_CHOICES + 1;
    assert_int_equal(setting_list_add(&l, &s), ERR_LIMIT);
    s = width;
    for (unsigned i = 0; l.count < SETTINGS_MAX; i++) {
        snprintf(s.name, sizeof s.name, "S%u", i);
        assert_int_equal(setting_list_add(&l, &s), 0);
    }
    strcpy(s.name, "OneMore");
    assert_int_equal(setting_list_add(&l, &s), ERR_LIMIT);
    assert_int_equal(l.count, SETTINGS_MAX);
    setting_list_clear(&l);
}

static void lists_differ_by_bounds_or_values(void **state)
{
    (void)state;
    struct setting_list a, b;
    add_all(&a);
    add_all(&b);
    assert_true(setting_lists_equal(&a, &b));
    b.rows[0].value.number = 4;
    assert_true(setting_lists_alike(&a, &b));
    assert_false(setting_lists_equal(&a, &b));
    b.rows[0] = a.rows[0];
    b.rows[5].value.text[0] = 'x';
    assert_false(setting_lists_equal(&a, &b));
    b.rows[5] = a.rows[5];
    b.rows[2].value.integer = 0;
    assert_false(setting_lists_equal(&a, &b));
    b.rows[2] = a.rows[2];
    b.rows[0].flags = SETTING_INACTIVE;
    assert_true(setting_lists_alike(&a, &b));
    assert_false(setting_lists_equal(&a, &b));
    b.rows[0].flags = SETTING_READ_ONLY;
    assert_false(setting_lists_alike(&a, &b));
    b.rows[0] = a.rows[0];
    b.rows[1].max = 2048;
    assert_false(setting_lists_alike(&a, &b));
    b.rows[1] = a.rows[1];
    b.rows[2].choice_count = 2;
    assert_false(setting_lists_alike(&a, &b));
    setting_list_clear(&a);
    setting_list_clear(&b);
}

/* ---- checking ---- */

static int check_number(const struct setting *s, int64_t integer, double number, struct err_text *why)
{
    *why = (struct err_text){0};
    return setting_check(s, &(struct setting_value){.integer = integer, .number = number}, why);
}

static void values_outside_are_refused_with_the_range(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(check_number(&gain, 0, -1.5, &why), 0);
    assert_int_equal(check_number(&gain, 0, 24, &why), 0);
    assert_int_equal(check_number(&gain, 0, 24.01, &why), ERR_INVALID);
    assert_string_equal(why.text, "Gain: 24.01 is out of range: -1.5 to 24 dB");
    assert_int_equal(check_number(&gain, 0, NAN, &why), ERR_INVALID);
    assert_int_equal(check_number(&width, 15, 0, &why), ERR_INVALID);
    assert_int_equal(check_number(&width, 17, 0, &why), 0);
    assert_int_equal(check_number(&width, INT64_MAX, 0, &why), ERR_INVALID);
    assert_int_equal(check_number(&reverse, 2, 0, &why), ERR_INVALID);
    assert_int_equal(check_number(&reset, 0, 0, &why), 0);
}

static void choices_that_there_are_not_are_refused(void **state)
{
    (void)state;
    struct err_text why;
    assert_int_equal(check_number(&gain_auto, 2, 0, &why), 0);
    assert_int_equal(check_number(&gain_auto, 3, 0, &why), ERR_INVALID);
    assert_string_equal(why.text, "GainAuto: no choice 3; there are Off, Once, Continuous");
    assert_int_equal(check_number(&gain_auto, -1, 0, &why), ERR_INVALID);
}

static void texts_must_end(void **state)
{
    (void)state;
    struct setting_value v;
    struct err_text why;
    memset(&v, 'x', sizeof v);
    assert_int_equal(setting_check(&user_id, &v, &why), ERR_INVALID);
    v.text[SETTING_TEXT - 1] = '\0';
    assert_int_equal(setting_check(&user_id, &v, &why), 0);
}

static void what_cannot_be_set_says_why(void **state)
{
    (void)state;
    struct err_text why;
    struct setting s = gain;
    s.flags = SETTING_READ_ONLY;
    assert_int_equal(check_number(&s, 0, 3, &why), ERR_DENIED);
    s.flags = SETTING_INACTIVE;
    assert_int_equal(check_number(&s, 0, 3, &why), ERR_BUSY);
    assert_non_null(
        strstr(why.text, "another setting rules it now, as GainAuto would: switch that off before"));
}

/* ---- as text ---- */

static void values_survive_as_text(void **state)
{
    (void)state;
    static const char *const texts[] = {"3", "640", "Continuous", "true", "", "left"};
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        char text[SETTING_TEXT];
        struct setting_value back;
        setting_value_show(all[i], &all[i]->value, text, sizeof text);
        assert_string_equal(text, texts[i]);
        assert_int_equal(setting_value_read(all[i], text, &back, NULL), 0);
        assert_memory_equal(&back, &all[i]->value, sizeof back);
    }
}

static void every_bit_of_a_float_survives(void **state)
{
    (void)state;
    static const double numbers[] = {0.1, 1.0 / 3, 1e-300, -12345.678901234567, 5e-324, 33333.333333333336};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        char text[SETTING_TEXT];
        struct setting_value back;
        setting_value_show(&gain, &(struct setting_value){.number = numbers[i]}, text, sizeof text);
        assert_int_equal(setting_value_read(&gain, text, &back, NULL), 0);
        assert_true(back.number == numbers[i]);
    }
}

static void bad_texts_are_refused_with_what_belongs_there(void **state)
{
    (void)state;
    char long_text[SETTING_TEXT + 1];
    memset(long_text, 'x', SETTING_TEXT);
    long_text[SETTING_TEXT] = '\0';
    const struct {
        const struct setting *setting;
        const char *text, *says;
    } table[] = {
        {&width, "64o", "a whole number"},
        {&width, "", "a whole number"},
        {&width, "99999999999999999999", "a whole number"},
        {&gain, "loud", "a number"},
        {&gain, "nan", "a number"},
        {&gain, "1e999", "a number"},
        {&reverse, "yes", "true or false"},
        {&gain_auto, "off", "Off, Once, Continuous"},
        {&reset, "now", "nothing"},
        {&user_id, long_text, "a shorter text"},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct setting_value v, zero = {0};
        struct err_text why;
        assert_int_equal(setting_value_read(table[i].setting, table[i].text, &v, &why), ERR_INVALID);
        assert_non_null(strstr(why.text, table[i].says));
        assert_memory_equal(&v, &zero, sizeof v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_found_by_their_path),
        cmocka_unit_test(choices_live_with_the_list),
        cmocka_unit_test(a_list_refuses_what_does_not_fit),
        cmocka_unit_test(lists_differ_by_bounds_or_values),
        cmocka_unit_test(values_outside_are_refused_with_the_range),
        cmocka_unit_test(choices_that_there_are_not_are_refused),
        cmocka_unit_test(texts_must_end),
        cmocka_unit_test(what_cannot_be_set_says_why),
        cmocka_unit_test(values_survive_as_text),
        cmocka_unit_test(every_bit_of_a_float_survives),
        cmocka_unit_test(bad_texts_are_refused_with_what_belongs_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
