/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "stage.h"

#include "image/decode.h"
#include "wire/messages_gen.h"
#include "wire/reader.h"
#include "wire/structure.h"

#include <stdio.h>
#include <string.h>

static struct node *child(struct stage *s, const struct node *parent, const char *name)
{
    return space_child(s->space, parent, (struct ua_qualified_name){s->ns, slice_of(name)});
}

static void test_camera_device_leads_to_the_first_camera(void **state)
{
    struct stage *s = *state;
    struct node *image = child(s, stage_find(s, "CameraDevice"), "CameraImage");
    assert_non_null(image);
    assert_ptr_equal(image, stage_find(s, "Cameras/one/CameraImage"));
    assert_true(slice_is(image->display_name, "Camera Image"));
    assert_true(ua_nodeid_is(&image->variable.data_type, UA_ID_IMAGEJPG));
    assert_int_equal(image->variable.value_rank, VALUE_RANK_SCALAR);
}

/* What CameraType declares, each camera has, by the same path. */
static void test_instances_follow_the_type(void **state)
{
    struct stage *s = *state;
    static const char *const paths[] = {"CameraImagePng",           "Thumbnail/MimeType",
                                        "Snapshot/OutputArguments", "Status/State",
                                        "Identification/Model",     "Settings/JpegQuality/EURange"};
    assert_ptr_equal(space_type_of(stage_find(s, "Cameras/one")), stage_find(s, "CameraType"));
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char type[128], instance[128];
        snprintf(type, sizeof type, "CameraType/%s", paths[i]);
        snprintf(instance, sizeof instance, "Cameras/one/%s", paths[i]);
        assert_non_null(stage_find(s, type));
        assert_non_null(stage_find(s, instance));
    }
    assert_null(stage_find(s, "CameraType/CameraImage")->variable.source);
    assert_null(stage_find(s, "CameraType/Snapshot")->method.handler);
    assert_non_null(stage_find(s, "Cameras/one/Snapshot")->method.handler);
}

static void test_states_have_names(void **state)
{
    struct stage *s = *state;
    struct node *type = stage_find(s, "CameraState");
    struct reader r;
    reader_init(&r, type->definition, &s->arena);
    struct ua_extension_object object = read_extension_object(&r);
    assert_ptr_equal(object.structure, &ua_enum_definition_structure);
    const struct ua_enum_definition *definition = object.value;
    assert_int_equal(definition->fields_len, 7);
    assert_int_equal(definition->fields[CAMERA_BUSY].value, CAMERA_BUSY);
    assert_true(slice_is(definition->fields[CAMERA_BUSY].name, "Busy"));
}

static void test_pictures_have_their_format(void **state)
{
    struct stage *s = *state;
    static const struct {
        const char *node;
        enum image_format format;
    } rows[] = {
        {"Cameras/one/CameraImage", IMAGE_JPEG},
        {"Cameras/one/CameraImagePng", IMAGE_PNG},
        {"Cameras/one/CameraImageBmp", IMAGE_BMP},
        {"Cameras/one/Thumbnail", IMAGE_JPEG},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct ua_data_value *v = stage_read(s, rows[i].node);
        assert_int_equal(v->status, UA_GOOD);
        assert_int_equal(v->value.type, UA_BYTESTRING);
        assert_int_equal(image_sniff(s->picture->bytes), rows[i].format);
        assert_true(v->source_timestamp > 0);
    }
}

static void test_facts_come_with_the_first_picture(void **state)
{
    struct stage *s = *state;
    assert_int_equal(stage_read(s, "Cameras/one/Width")->status, UA_BAD_WAITING_FOR_INITIAL_DATA);
    assert_int_equal(stage_read(s, "Cameras/one/Status/State")->value.int32, CAMERA_IDLE);
    stage_read(s, "Cameras/one/CameraImage");
    assert_int_equal(stage_read(s, "Cameras/one/Width")->value.uint32, 64);
    assert_int_equal(stage_read(s, "Cameras/one/Height")->value.uint32, 48);
    assert_true(stage_read(s, "Cameras/one/FrameNumber")->value.uint64 >= 1);
    assert_true(stage_read(s, "Cameras/one/Status/Connected")->value.boolean);
    assert_true(slice_is(stage_read(s, "Cameras/one/Identification/ProductInstanceUri")->value.bytes,
                         "urn:uacam:camera:one"));
}

static void test_quality_is_bounded(void **state)
{
    struct stage *s = *state;
    static const struct {
        uint8_t quality;
        ua_status status;
    } rows[] = {{1, UA_GOOD}, {100, UA_GOOD}, {0, UA_BAD_OUT_OF_RANGE}, {101, UA_BAD_OUT_OF_RANGE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_variant quality = {.type = UA_BYTE, .byte = rows[i].quality};
        assert_int_equal(stage_write(s, "Cameras/one/Settings/JpegQuality", quality), rows[i].status);
    }
    assert_int_equal(stage_read(s, "Cameras/one/Settings/JpegQuality")->value.byte, 100);
}

static void test_lower_quality_is_smaller(void **state)
{
    struct stage *s = *state;
    stage_read(s, "Cameras/one/CameraImage");
    size_t before = s->picture->bytes.len;
    struct ua_variant quality = {.type = UA_BYTE, .byte = 5};
    assert_int_equal(stage_write(s, "Cameras/one/Settings/JpegQuality", quality), UA_GOOD);
    stage_read(s, "Cameras/one/CameraImage");
    assert_true(s->picture->bytes.len < before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_camera_device_leads_to_the_first_camera, stage_setup,
                                        stage_teardown),
        cmocka_unit_test_setup_teardown(test_instances_follow_the_type, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_states_have_names, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_pictures_have_their_format, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_facts_come_with_the_first_picture, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_quality_is_bounded, stage_setup, stage_teardown),
        cmocka_unit_test_setup_teardown(test_lower_quality_is_smaller, stage_setup, stage_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
