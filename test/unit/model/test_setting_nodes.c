/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "desk.h"

#include "wire/messages_gen.h"
#include "wire/structure.h"

#include <stdio.h>
#include <string.h>

#define SETTINGS "Cameras/one/Settings/"

static const char *const modes[] = {"Off", "Once", "Continuous"};

static struct setting integer(const char *name, double min, double max)
{
    struct setting s = {.kind = SETTING_INTEGER, .min = min, .max = max, .readable = true};
    snprintf(s.name, sizeof s.name, "%s", name);
    return s;
}

static struct setting named(const char *name, enum setting_kind kind)
{
    struct setting s = integer(name, 0, 0);
    s.kind = kind;
    return s;
}

/* The camera tells that it lists other settings now. */
static void relist(struct desk *d)
{
    fake_observer.settings_changed(fake_observer.user, &d->one, true);
}

static bool has_type(struct desk *d, const char *text, uint32_t type)
{
    const struct node *n = desk_find(d, text);
    assert_non_null(n);
    return ua_nodeid_is(&space_type_of(n)->id, type);
}

static struct ua_range range_of(struct desk *d, const char *text)
{
    struct ua_variant v = desk_stored(d, text);
    const struct ua_extension_object *object = v.array;
    assert_ptr_equal(object->structure, &ua_range_structure);
    return *(const struct ua_range *)object->value;
}

static void numbers_have_the_smallest_type_that_fits(void **state)
{
    struct desk *d = *state;
    static const struct {
        double min, max;
        uint32_t type;
    } rows[] = {
        {0, 255, UA_UINT32},
        {16, 4294967295.0, UA_UINT32},
        {-64, 64, UA_INT32},
        {-2147483648.0, 2147483647.0, UA_INT32},
        {0, 4294967296.0, UA_INT64},
        {-1, 2147483648.0, UA_INT64},
        {0, 0, UA_INT64}, /* unbounded */
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char name[8], text[64];
        snprintf(name, sizeof name, "N%zu", i);
        fake_camera_set(&d->one, integer(name, rows[i].min, rows[i].max));
        if (i == 0)
            desk_add(d, &d->one);
        else
            relist(d);
        snprintf(text, sizeof text, SETTINGS "%s", name);
        assert_true(ua_nodeid_is(&desk_find(d, text)->variable.data_type, rows[i].type));
    }
}

static void each_kind_has_its_node(void **state)
{
    struct desk *d = *state;
    struct setting exposure = named("ExposureTime", SETTING_FLOAT);
    exposure.min = 10;
    exposure.max = 1e6;
    strcpy(exposure.unit, "us");
    strcpy(exposure.display_name, "Exposure Time");
    struct setting temperature = named("DeviceTemperature", SETTING_FLOAT);
    temperature.flags = SETTING_READ_ONLY | SETTING_VOLATILE;
    strcpy(temperature.unit, "furlong");
    struct setting mode = named("ExposureAuto", SETTING_MENU);
    mode.choices = modes;
    mode.choice_count = ARRAY_LEN(modes);
    struct setting deaf = named("Secret", SETTING_STRING);
    deaf.readable = false;
    fake_camera_set(&d->one, exposure);
    fake_camera_set(&d->one, temperature);
    fake_camera_set(&d->one, mode);
    fake_camera_set(&d->one, deaf);
    fake_camera_set(&d->one, named("ReverseX", SETTING_BOOLEAN));
    fake_camera_set(&d->one, named("Reset", SETTING_COMMAND));
    desk_add(d, &d->one);

    assert_true(has_type(d, SETTINGS "ExposureTime", UA_ID_ANALOGITEMTYPE));
    assert_true(slice_is(desk_find(d, SETTINGS "ExposureTime")->display_name, "Exposure Time"));
    assert_int_equal(range_of(d, SETTINGS "ExposureTime/EURange").low, 10);
    assert_int_equal(range_of(d, SETTINGS "ExposureTime/EURange").high, 1000000);
    struct ua_variant unit = desk_stored(d, SETTINGS "ExposureTime/EngineeringUnits");
    const struct ua_eu_information *u = ((const struct ua_extension_object *)unit.array)->value;
    assert_int_equal(u->unit_id, 4340024); /* B98 */
    assert_true(slice_is(u->display_name.text, "µs"));

    assert_true(has_type(d, SETTINGS "DeviceTemperature", UA_ID_BASEANALOGTYPE));
    assert_null(desk_find(d, SETTINGS "DeviceTemperature/EURange"));
    unit = desk_stored(d, SETTINGS "DeviceTemperature/EngineeringUnits");
    u = ((const struct ua_extension_object *)unit.array)->value;
    assert_int_equal(u->unit_id, -1);
    assert_true(slice_is(u->display_name.text, "furlong"));

    assert_true(has_type(d, SETTINGS "ExposureAuto", UA_ID_MULTISTATEDISCRETETYPE));
    assert_true(ua_nodeid_is(&desk_find(d, SETTINGS "ExposureAuto")->variable.data_type, UA_UINT32));
    struct ua_variant strings = desk_stored(d, SETTINGS "ExposureAuto/EnumStrings");
    assert_int_equal(strings.len, 3);
    assert_true(slice_is(((const struct ua_localized_text *)strings.array)[2].text, "Continuous"));

    assert_true(ua_nodeid_is(&desk_find(d, SETTINGS "ReverseX")->variable.data_type, UA_BOOLEAN));
    assert_int_equal(desk_find(d, SETTINGS "Reset")->node_class, NODE_METHOD);

    assert_int_equal(desk_find(d, SETTINGS "ReverseX")->variable.access_level, ACCESS_READ | ACCESS_WRITE);
    assert_int_equal(desk_find(d, SETTINGS "DeviceTemperature")->variable.access_level, ACCESS_READ);
    assert_int_equal(desk_find(d, SETTINGS "Secret")->variable.access_level, ACCESS_WRITE);
}

static void folders_come_and_go_with_what_they_hold(void **state)
{
    struct desk *d = *state;
    struct setting black = integer("BlackLevel", 0, 10), white = integer("WhiteLevel", 0, 10);
    strcpy(black.folder, "Device/AnalogControl");
    strcpy(white.folder, "Device/Deep/Deeper");
    fake_camera_set(&d->one, black);
    fake_camera_set(&d->one, white);
    desk_add(d, &d->one);
    assert_non_null(desk_find(d, SETTINGS "Device/AnalogControl/BlackLevel/EURange"));
    assert_true(has_type(d, SETTINGS "Device/AnalogControl", UA_ID_FOLDERTYPE));
    struct node *deep = desk_find(d, SETTINGS "Device/Deep");
    assert_ptr_equal(space_child(d->space, deep, (struct ua_qualified_name){d->ns, slice_of("Deeper")}),
                     desk_find(d, SETTINGS "Device/Deep/Deeper"));
    fake_camera_unset(&d->one, "Device/Deep/Deeper/WhiteLevel");
    relist(d);
    assert_null(desk_find(d, SETTINGS "Device/Deep/Deeper/WhiteLevel/EURange"));
    assert_null(desk_find(d, SETTINGS "Device/Deep/Deeper"));
    assert_null(desk_find(d, SETTINGS "Device/Deep"));
    assert_non_null(desk_find(d, SETTINGS "Device/AnalogControl"));
    fake_camera_unset(&d->one, "Device/AnalogControl/BlackLevel");
    relist(d);
    assert_null(desk_find(d, SETTINGS "Device"));
    assert_non_null(desk_find(d, SETTINGS "JpegQuality"));
}

/* What a device calls its settings must not reach other nodes. */
static void clashing_names_are_left_out(void **state)
{
    struct desk *d = *state;
    struct setting below = integer("EURange", 0, 10), nameless = integer("Odd", 0, 1);
    struct setting under = integer("Under", 0, 1);
    strcpy(below.folder, "JpegQuality");
    strcpy(under.folder, "Flag");
    strcpy(nameless.folder, "Device//X");
    fake_camera_set(&d->one, integer("JpegQuality", 0, 7));
    fake_camera_set(&d->one, below);
    fake_camera_set(&d->one, nameless);
    fake_camera_set(&d->one, named("Flag", SETTING_BOOLEAN));
    fake_camera_set(&d->one, under);
    fake_camera_set(&d->one, integer("Gain", 0, 7));
    desk_add(d, &d->one);
    assert_int_equal(range_of(d, SETTINGS "JpegQuality/EURange").high, 100);
    assert_null(desk_find(d, SETTINGS "Device"));
    assert_null(desk_find(d, SETTINGS "Flag/Under"));
    assert_non_null(desk_find(d, SETTINGS "Flag"));
    assert_non_null(desk_find(d, SETTINGS "Gain"));
    relist(d);
    assert_int_equal(range_of(d, SETTINGS "JpegQuality/EURange").high, 100);
}

static void changed_bounds_keep_the_node(void **state)
{
    struct desk *d = *state;
    struct setting mode = named("ExposureAuto", SETTING_MENU);
    mode.choices = modes;
    mode.choice_count = ARRAY_LEN(modes);
    fake_camera_set(&d->one, integer("Width", 16, 640));
    fake_camera_set(&d->one, mode);
    desk_add(d, &d->one);
    struct node *width = desk_find(d, SETTINGS "Width");
    size_t changes = d->changes;
    fake_camera_set(&d->one, integer("Width", 16, 1920));
    fake_camera_row(&d->one, "ExposureAuto")->choice_count = 2;
    relist(d);
    assert_ptr_equal(desk_find(d, SETTINGS "Width"), width);
    assert_int_equal(range_of(d, SETTINGS "Width/EURange").high, 1920);
    assert_int_equal(desk_stored(d, SETTINGS "ExposureAuto/EnumStrings").len, 2);
    assert_int_equal(d->changes, changes); /* the model is what it was */
}

static void another_kind_is_another_node_in_its_place(void **state)
{
    struct desk *d = *state;
    fake_camera_set(&d->one, integer("GainAuto", 0, 1));
    desk_add(d, &d->one);
    fake_camera_set(&d->one, named("GainAuto", SETTING_BOOLEAN));
    relist(d);
    assert_true(ua_nodeid_is(&desk_find(d, SETTINGS "GainAuto")->variable.data_type, UA_BOOLEAN));
    assert_null(desk_find(d, SETTINGS "GainAuto/EURange"));
}

static void node_versions_tell_of_new_settings(void **state)
{
    struct desk *d = *state;
    char before[32], after[32];
    desk_add(d, &d->one);
    struct waiting w = {0};
    desk_read(d, &w, "Cameras/one/NodeVersion", 0);
    snprintf(before, sizeof before, "%.*s", SLICE_ARGS(w.value.value.bytes));
    fake_camera_set(&d->one, integer("Gain", 0, 100));
    relist(d);
    desk_read(d, &w, "Cameras/one/NodeVersion", 0);
    snprintf(after, sizeof after, "%.*s", SLICE_ARGS(w.value.value.bytes));
    assert_string_not_equal(before, after);
    assert_string_equal(d->affected, "Cameras/one");
    assert_int_equal(d->verbs, UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED);
    fake_camera_unset(&d->one, "Gain");
    relist(d);
    assert_int_equal(d->verbs, UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED);
    assert_null(desk_find(d, SETTINGS "Gain"));
}

static void a_new_camera_changes_the_folder(void **state)
{
    struct desk *d = *state;
    desk_add(d, &d->one);
    size_t changes = d->changes;
    struct slice before = desk_stored(d, "Cameras/NodeVersion").bytes;
    desk_add(d, &d->two);
    assert_false(slice_equal(before, desk_stored(d, "Cameras/NodeVersion").bytes));
    assert_int_equal(d->changes, changes + 2); /* the camera, the folder */
    assert_string_equal(d->affected, "Cameras");
}

static bool leads_to(struct desk *d, const char *picture)
{
    const struct node *device = desk_find(d, "CameraDevice");
    const struct ua_qualified_name name = {d->ns, slice_of("CameraImage")};
    size_t pictures = 0;
    for (size_t i = 0; i < device->reference_count; i++)
        pictures += ua_nodeid_is(&device->references[i].type->id, UA_ID_HASCOMPONENT);
    assert_int_equal(pictures, 1);
    return space_child(d->space, device, name) == desk_find(d, picture);
}

static void the_default_camera_follows(void **state)
{
    struct desk *d = *state;
    d->one.identity.simulated = true;
    assert_int_equal(model_set_default(d->model, "nobody"), UA_GOOD);
    desk_add(d, &d->one);
    assert_true(leads_to(d, "Cameras/one/CameraImage"));
    desk_add(d, &d->two); /* a real one */
    assert_true(leads_to(d, "Cameras/two/CameraImage"));
    assert_string_equal(d->affected, "CameraDevice");
    assert_int_equal(d->verbs, UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_ADDED |
                                   UA_MODEL_CHANGE_STRUCTURE_VERB_MASK_REFERENCE_DELETED);
    assert_int_equal(model_set_default(d->model, "one"), UA_GOOD);
    assert_true(leads_to(d, "Cameras/one/CameraImage"));
}

static void the_configured_default_may_come_later(void **state)
{
    struct desk *d = *state;
    assert_int_equal(model_set_default(d->model, "two"), UA_GOOD);
    desk_add(d, &d->one);
    assert_true(leads_to(d, "Cameras/one/CameraImage"));
    desk_add(d, &d->two);
    assert_true(leads_to(d, "Cameras/two/CameraImage"));
}

static void names_follow_what_is_known(void **state)
{
    struct desk *d = *state;
    desk_add(d, &d->one);
    assert_true(slice_is(desk_find(d, "Cameras/one")->display_name, "one"));
    strcpy(d->one.identity.name, "Logitech C920");
    fake_observer.facts_changed(fake_observer.user, &d->one);
    assert_true(slice_is(desk_find(d, "Cameras/one")->display_name, "Logitech C920"));
    strcpy(d->two.config.name, "Gate");
    strcpy(d->two.identity.name, "Logitech C920");
    desk_add(d, &d->two);
    assert_true(slice_is(desk_find(d, "Cameras/two")->display_name, "Gate"));
}

static void the_type_declares_what_is_usual(void **state)
{
    struct desk *d = *state;
    const struct node *optional = space_ns0(d->space, UA_ID_MODELLINGRULE_OPTIONAL);
    static const char *const names[] = {"Width", "ExposureTime", "BalanceWhiteAuto", "Focus"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char text[64];
        snprintf(text, sizeof text, "CameraType/Settings/%s", names[i]);
        const struct node *n = desk_find(d, text);
        assert_non_null(n);
        bool is_optional = false;
        for (size_t r = 0; r < n->reference_count; r++)
            is_optional |= n->references[r].target == optional;
        assert_true(is_optional);
    }
    assert_false(desk_find(d, "CameraType/Settings/JpegQuality")->variable.access_level & ACCESS_WRITE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, desk_setup, desk_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_have_the_smallest_type_that_fits),
        TEST(each_kind_has_its_node),
        TEST(folders_come_and_go_with_what_they_hold),
        TEST(clashing_names_are_left_out),
        TEST(changed_bounds_keep_the_node),
        TEST(another_kind_is_another_node_in_its_place),
        TEST(node_versions_tell_of_new_settings),
        TEST(a_new_camera_changes_the_folder),
        TEST(the_default_camera_follows),
        TEST(the_configured_default_may_come_later),
        TEST(names_follow_what_is_known),
        TEST(the_type_declares_what_is_usual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
