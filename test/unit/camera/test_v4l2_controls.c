/* SPDX-License-Identifier: Apache-2.0
 * Controls of a V4L2 device as settings: their names, units, kinds, choices, and back. */
#include "camera/v4l2/control.h"
#include "camera/v4l2/controls.h"
#include "support/fake_v4l2.h"
#include "support/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CLASS_ID(which) ((which) | 1)

enum { CUSTOM = V4L2_CID_USER_BASE | 0xf000 };

static const struct fake_item exposure_modes[] = {
    {1, "Manual Mode", 0}, {3, "Aperture Priority Mode", 0}, {0}};
static const struct fake_item frequencies[] = {{0, "Disabled", 0}, {2, "60 Hz", 0}, {0}};
static const struct fake_item sizes[] = {{1, "", 16}, {4, "", -32}, {0}};

/* As it is before each test; sorted by id, as drivers do. */
static const struct fake_control webcam[] = {
    {.id = CLASS_ID(V4L2_CTRL_CLASS_USER), .type = V4L2_CTRL_TYPE_CTRL_CLASS, .name = "User Controls"},
    {.id = V4L2_CID_BRIGHTNESS,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Brightness",
     .min = -64,
     .max = 64,
     .step = 1,
     .value = -7},
    {.id = V4L2_CID_AUTO_WHITE_BALANCE,
     .type = V4L2_CTRL_TYPE_BOOLEAN,
     .name = "White Balance, Automatic",
     .max = 1,
     .step = 1,
     .value = 1},
    {.id = V4L2_CID_GAIN,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Gain",
     .max = 100,
     .step = 1,
     .flags = V4L2_CTRL_FLAG_INACTIVE | V4L2_CTRL_FLAG_VOLATILE,
     .value = 30},
    {.id = V4L2_CID_HFLIP,
     .type = V4L2_CTRL_TYPE_BOOLEAN,
     .name = "Horizontal Flip",
     .max = 1,
     .step = 1,
     .flags = V4L2_CTRL_FLAG_MODIFY_LAYOUT | V4L2_CTRL_FLAG_GRABBED},
    {.id = V4L2_CID_POWER_LINE_FREQUENCY,
     .type = V4L2_CTRL_TYPE_MENU,
     .name = "Power Line Frequency",
     .max = 2,
     .step = 1,
     .value = 2,
     .menu = frequencies},
    {.id = CUSTOM, .type = V4L2_CTRL_TYPE_BUTTON, .name = "Inject V4L2_BUF_FLAG_ERROR"},
    {.id = CUSTOM + 1,
     .type = V4L2_CTRL_TYPE_INTEGER64,
     .name = "Integer 64 bits",
     .min = INT64_MIN,
     .max = INT64_MAX,
     .step = 1,
     .value = 1LL << 40},
    {.id = CUSTOM + 2,
     .type = V4L2_CTRL_TYPE_STRING,
     .name = "String",
     .min = 2,
     .max = 4,
     .step = 1,
     .text = "abc"},
    {.id = CUSTOM + 3,
     .type = V4L2_CTRL_TYPE_BITMASK,
     .name = "Bitmask",
     .max = (int32_t)0x80002000,
     .value = (int32_t)0x80002000},
    {.id = CUSTOM + 4,
     .type = V4L2_CTRL_TYPE_INTEGER_MENU,
     .name = "Size",
     .min = 1,
     .max = 4,
     .step = 1,
     .value = 4,
     .menu = sizes},
    {.id = CUSTOM + 5, .type = V4L2_CTRL_TYPE_INTEGER, .name = "Size", .max = 9, .step = 1},
    {.id = CUSTOM + 6,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Reads only",
     .max = 9,
     .step = 1,
     .flags = V4L2_CTRL_FLAG_READ_ONLY | V4L2_CTRL_FLAG_GRABBED,
     .value = 9},
    {.id = CUSTOM + 7,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Writes only",
     .max = 9,
     .step = 1,
     .flags = V4L2_CTRL_FLAG_WRITE_ONLY,
     .read_errnum = EACCES},
    {.id = CUSTOM + 8,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Off",
     .max = 9,
     .step = 1,
     .flags = V4L2_CTRL_FLAG_DISABLED},
    {.id = CUSTOM + 9, .type = V4L2_CTRL_TYPE_AREA, .name = "Area"},
    {.id = CUSTOM + 10,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Broken",
     .max = 9,
     .step = 1,
     .read_errnum = EIO},
    {.id = CUSTOM + 11, .type = V4L2_CTRL_TYPE_MENU, .name = "Empty", .max = 9, .menu = frequencies + 2},
    {.id = CUSTOM + 12, .type = V4L2_CTRL_TYPE_BUTTON, .name = "???"},
    {.id = V4L2_CID_EXPOSURE_AUTO,
     .type = V4L2_CTRL_TYPE_MENU,
     .name = "Auto Exposure",
     .max = 3,
     .value = 3,
     .menu = exposure_modes},
    {.id = V4L2_CID_EXPOSURE_ABSOLUTE,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Exposure Time, Absolute",
     .min = 3,
     .max = 2047,
     .step = 1,
     .value = 250},
    {.id = V4L2_CID_PAN_ABSOLUTE,
     .type = V4L2_CTRL_TYPE_INTEGER,
     .name = "Pan, Absolute",
     .min = -36000,
     .max = 36000,
     .step = 3600,
     .value = -7200},
};

struct listed {
    struct fake_control controls[ARRAY_LEN(webcam)];
    struct setting_list list;
    struct control_index index;
};

static void list(struct listed *l)
{
    struct err_text why;
    setting_list_clear(&l->list);
    assert_int_equal(controls_list(&fake_device, &l->list, &l->index, &why), 0);
}

static int set_up(void **state)
{
    static struct listed l;
    memcpy(l.controls, webcam, sizeof webcam);
    fake_v4l2 = (struct fake_v4l2){.controls = l.controls, .control_count = ARRAY_LEN(webcam)};
    setting_list_init(&l.list);
    l.index = (struct control_index){0};
    list(&l);
    *state = &l;
    return 0;
}

static int tear_down(void **state)
{
    struct listed *l = *state;
    setting_list_clear(&l->list);
    control_index_clear(&l->index);
    return 0;
}

static const struct setting *find(void **state, const char *path)
{
    const struct listed *l = *state;
    const struct setting *s = setting_find(&l->list, path);
    if (!s)
        fail_msg("no %s", path);
    return s;
}

static struct fake_control *control(void **state, uint32_t id)
{
    struct listed *l = *state;
    for (size_t i = 0; i < ARRAY_LEN(l->controls); i++)
        if (l->controls[i].id == id)
            return &l->controls[i];
    fail();
    return NULL;
}

static int write_value(void **state, const char *path, const struct setting_value *v)
{
    const struct listed *l = *state;
    struct err_text why;
    const struct control_place *place = control_index_find(&l->index, path);
    assert_non_null(place);
    return control_write(&fake_device, place->id, path, v, &why);
}

static void check_shown(void **state, const char *path, enum setting_kind kind, const char *value)
{
    const struct setting *s = find(state, path);
    char text[SETTING_TEXT];
    setting_value_show(s, &s->value, text, sizeof text);
    assert_int_equal(s->kind, kind);
    assert_string_equal(text, value);
    assert_true(s->readable);
}

static void check_range(void **state, const char *path, double min, double max, double step, const char *unit)
{
    const struct setting *s = find(state, path);
    assert_true(s->min == min && s->max == max && s->step == step);
    assert_string_equal(s->unit, unit);
}

static void test_names_of_the_standard(void **state)
{
    check_shown(state, "Brightness", SETTING_INTEGER, "-7");
    check_range(state, "Brightness", -64, 64, 1, "");
    check_shown(state, "Gain", SETTING_FLOAT, "30");
    check_shown(state, "ReverseX", SETTING_BOOLEAN, "false");
    check_shown(state, "BalanceWhiteAuto", SETTING_MENU, "Continuous");
    check_shown(state, "ExposureAuto", SETTING_MENU, "Continuous");
    check_shown(state, "PowerLineFrequency", SETTING_MENU, "60 Hz");
    check_shown(state, "ExposureTime", SETTING_FLOAT, "25000");
    check_range(state, "ExposureTime", 300, 204700, 100, "us");
    check_shown(state, "Pan", SETTING_FLOAT, "-2");
    check_range(state, "Pan", -10, 10, 1, "deg");
    assert_string_equal(find(state, "ExposureTime")->display_name, "Exposure Time, Absolute");
}

static void test_all_others_are_under_device(void **state)
{
    const struct listed *l = *state;
    check_shown(state, "Device/UserControls/Integer64Bits", SETTING_INTEGER, "1099511627776");
    check_shown(state, "Device/UserControls/String", SETTING_STRING, "abc");
    check_shown(state, "Device/UserControls/Bitmask", SETTING_INTEGER, "2147491840");
    check_range(state, "Device/UserControls/Bitmask", 0, 2147491840.0, 0, "");
    check_shown(state, "Device/UserControls/Size", SETTING_MENU, "-32");
    assert_int_equal(find(state, "Device/UserControls/InjectV4L2_BUF_FLAG_ERROR")->kind, SETTING_COMMAND);
    /* Two of one name, and one without. */
    char path[100];
    snprintf(path, sizeof path, "Device/UserControls/Size_%08x", CUSTOM + 5);
    check_shown(state, path, SETTING_INTEGER, "0");
    snprintf(path, sizeof path, "Device/UserControls/Control_%08x", CUSTOM + 12);
    assert_int_equal(find(state, path)->kind, SETTING_COMMAND);
    /* Disabled, of a strange kind, without choices. */
    assert_null(setting_find(&l->list, "Device/UserControls/Off"));
    assert_null(setting_find(&l->list, "Device/UserControls/Area"));
    assert_null(setting_find(&l->list, "Device/UserControls/Empty"));
    assert_int_equal(l->list.count, ARRAY_LEN(webcam) - 4);
    assert_int_equal(l->index.count, l->list.count);
}

static void test_flags(void **state)
{
    assert_int_equal(find(state, "Brightness")->flags, 0);
    assert_int_equal(find(state, "Gain")->flags, SETTING_INACTIVE | SETTING_VOLATILE);
    assert_int_equal(find(state, "ReverseX")->flags, SETTING_STOPS);
    assert_int_equal(find(state, "Device/UserControls/ReadsOnly")->flags,
                     SETTING_READ_ONLY | SETTING_INACTIVE);
    assert_false(find(state, "Device/UserControls/WritesOnly")->readable);
    assert_false(find(state, "Device/UserControls/Broken")->readable);
}

static void test_values_go_back(void **state)
{
    assert_int_equal(write_value(state, "Brightness", &(struct setting_value){.integer = 12}), 0);
    assert_int_equal(control(state, V4L2_CID_BRIGHTNESS)->value, 12);
    assert_int_equal(write_value(state, "ExposureTime", &(struct setting_value){.number = 1049}), 0);
    assert_int_equal(control(state, V4L2_CID_EXPOSURE_ABSOLUTE)->value, 10);
    assert_int_equal(write_value(state, "ExposureTime", &(struct setting_value){.number = 300.4}), 0);
    assert_int_equal(control(state, V4L2_CID_EXPOSURE_ABSOLUTE)->value, 3);
    assert_int_equal(write_value(state, "Pan", &(struct setting_value){.number = -10}), 0);
    assert_int_equal(control(state, V4L2_CID_PAN_ABSOLUTE)->value, -36000);
    assert_int_equal(write_value(state, "ExposureAuto", &(struct setting_value){.integer = 0}), 0);
    assert_int_equal(control(state, V4L2_CID_EXPOSURE_AUTO)->value, 1);
    assert_int_equal(write_value(state, "PowerLineFrequency", &(struct setting_value){.integer = 1}), 0);
    assert_int_equal(control(state, V4L2_CID_POWER_LINE_FREQUENCY)->value, 2);
    assert_int_equal(write_value(state, "BalanceWhiteAuto", &(struct setting_value){.integer = 0}), 0);
    assert_int_equal(control(state, V4L2_CID_AUTO_WHITE_BALANCE)->value, 0);
    assert_int_equal(
        write_value(state, "Device/UserControls/Integer64Bits", &(struct setting_value){.integer = -1}), 0);
    assert_int_equal(control(state, CUSTOM + 1)->value, -1);
    assert_int_equal(write_value(state, "Device/UserControls/String", &(struct setting_value){.text = "xyz"}),
                     0);
    assert_string_equal(control(state, CUSTOM + 2)->text, "xyz");
    assert_int_equal(
        write_value(state, "Device/UserControls/InjectV4L2_BUF_FLAG_ERROR", &(struct setting_value){0}), 0);
    assert_int_equal(fake_v4l2.writes, 10);
}

static void test_values_that_are_refused(void **state)
{
    static const struct {
        int errnum, code;
    } refusals[] = {{ERANGE, ERR_INVALID}, {EINVAL, ERR_INVALID}, {EACCES, ERR_DENIED},
                    {EBUSY, ERR_BUSY},     {ENODEV, ERR_GONE},    {EIO, ERR_IO}};
    const char *string = "Device/UserControls/String";
    assert_int_equal(write_value(state, "ExposureAuto", &(struct setting_value){.integer = 2}), ERR_INVALID);
    assert_int_equal(write_value(state, "ExposureAuto", &(struct setting_value){.integer = -1}), ERR_INVALID);
    assert_int_equal(write_value(state, string, &(struct setting_value){.text = "a"}), ERR_INVALID);
    assert_int_equal(write_value(state, string, &(struct setting_value){.text = "abcde"}), ERR_INVALID);
    assert_int_equal(fake_v4l2.writes, 0);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        control(state, V4L2_CID_BRIGHTNESS)->write_errnum = refusals[i].errnum;
        assert_int_equal(write_value(state, "Brightness", &(struct setting_value){0}), refusals[i].code);
    }
}

static void test_a_device_that_goes(void **state)
{
    struct listed *l = *state;
    struct err_text why;
    control(state, V4L2_CID_BRIGHTNESS)->read_errnum = ENODEV;
    setting_list_clear(&l->list);
    assert_int_equal(controls_list(&fake_device, &l->list, &l->index, &why), ERR_GONE);
}

static void test_a_value_outside_of_the_menu(void **state)
{
    struct listed *l = *state;
    control(state, V4L2_CID_POWER_LINE_FREQUENCY)->value = 1;
    list(l);
    assert_false(find(state, "PowerLineFrequency")->readable);
}

/* The usual webcam has one automatic mode, some sensors have more. */
static void test_names_of_exposure_modes(void **state)
{
    static const struct fake_item all[] = {{0, "Auto Mode", 0},
                                           {1, "Manual Mode", 0},
                                           {2, "Shutter Priority Mode", 0},
                                           {3, "Aperture Priority Mode", 0},
                                           {4, "Of its own", 0},
                                           {0}};
    static const char *const names[] = {"Continuous", "Off", "ShutterPriority", "Aperture Priority Mode",
                                        "Of its own"};
    struct listed *l = *state;
    control(state, V4L2_CID_EXPOSURE_AUTO)->menu = all;
    control(state, V4L2_CID_EXPOSURE_AUTO)->max = INT64_MAX;
    list(l);
    const struct setting *s = find(state, "ExposureAuto");
    assert_int_equal(s->choice_count, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_string_equal(s->choices[i], names[i]);
    check_shown(state, "ExposureAuto", SETTING_MENU, "Aperture Priority Mode");
}

static void check_name(const char *text, const char *name)
{
    char got[SETTING_NAME];
    control_make_name(text, got);
    assert_string_equal(got, name);
}

static void test_names(void **state)
{
    (void)state;
    check_name("White Balance, Auto & Preset", "WhiteBalanceAutoPreset");
    check_name("  led1 mode", "Led1Mode");
    check_name("a/b.c", "ABC");
    check_name("\xc3\xa9t\xc3\xa9", "T");
    check_name("...", "");
    check_name("0123456789012345678901234567890123456789012345678901234567890123456789",
               "012345678901234567890123456789012345678901234567890123456789012");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_names_of_the_standard, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_others_are_under_device, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flags, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_go_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_that_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_device_that_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_value_outside_of_the_menu, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_names_of_exposure_modes, set_up, tear_down),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
