/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "image/decode.h"
#include "model/model.h"
#include "net/loop.h"

#include <stdio.h>
#include <string.h>

enum { PATIENCE_S = 20 };

struct world {
    struct loop *loop;
    struct camera_set *cameras;
    struct space *space;
    struct model *model;
    uint16_t ns;
    struct arena arena;
    struct timer patience;
    struct ua_data_value value; /* what was given last, its picture shared */
    struct blob *picture;
};

static int setup(void **state)
{
    struct world *w = test_calloc(1, sizeof *w);
    struct camera_config config = {.linger_ns = 0, .capture_timeout_ns = PATIENCE_S * NS_PER_S};
    struct camera *camera;
    assert_int_equal(loop_new(&w->loop, NULL), 0);
    w->cameras = camera_set_new(w->loop, &config);
    assert_non_null(w->cameras);
    assert_int_equal(camera_set_add(w->cameras, "sim:?size=64x48&id=one", &camera, NULL), 0);
    w->space = space_new(slice_of("urn:host:uacam"));
    assert_int_equal(model_new(w->space, w->cameras, &system_clock, &model_default_config, &w->model),
                     UA_GOOD);
    assert_int_equal(space_add_namespace(w->space, slice_of(MODEL_NAMESPACE), &w->ns), 0);
    arena_init(&w->arena, 1 << 20);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    blob_unref(w->picture);
    arena_clear(&w->arena);
    model_free(w->model);
    camera_set_free(w->cameras);
    space_free(w->space);
    loop_free(w->loop);
    test_free(w);
    return 0;
}

static struct node *find(struct world *w, const char *text)
{
    struct ua_nodeid id = ua_nodeid_string(w->ns, slice_of(text));
    return space_find(w->space, &id);
}

static struct node *child(struct world *w, const struct node *parent, const char *name)
{
    return space_child(w->space, parent, (struct ua_qualified_name){w->ns, slice_of(name)});
}

/* ---- reading ---- */

struct asking {
    struct value_answer answer;
    struct world *world;
    bool given;
};

static void give(struct value_answer *a, const struct ua_data_value *value)
{
    struct asking *asking = container_of(a, struct asking, answer);
    struct world *w = asking->world;
    w->value = *value;
    if (value->value.blob) {
        blob_unref(w->picture);
        w->picture = blob_ref(value->value.blob);
    }
    asking->given = true;
    loop_stop(w->loop);
}

static void too_long(struct timer *t)
{
    (void)t;
    fail_msg("nothing was given");
}

static const struct ua_data_value *read(struct world *w, const char *text)
{
    struct node *n = find(w, text);
    assert_non_null(n);
    struct asking asking = {
        .answer = {.give = give, .deadline_ns = INT64_MAX, .arena = &w->arena},
        .world = w,
    };
    w->patience.callback = too_long;
    assert_int_equal(timer_start_in(loop_timers(w->loop), &w->patience, PATIENCE_S * NS_PER_S), 0);
    n->variable.source->read(n->variable.source_user, n, &asking.answer);
    if (!asking.given)
        loop_run(w->loop);
    timer_stop(loop_timers(w->loop), &w->patience);
    assert_true(asking.given);
    return &w->value;
}

/* ---- tests ---- */

static void test_camera_device_leads_to_the_first_camera(void **state)
{
    struct world *w = *state;
    struct node *image = child(w, find(w, "CameraDevice"), "CameraImage");
    assert_non_null(image);
    assert_ptr_equal(image, find(w, "Cameras/one/CameraImage"));
    assert_true(slice_is(image->display_name, "Camera Image"));
    assert_true(ua_nodeid_is(&image->variable.data_type, UA_ID_IMAGEJPG));
    assert_int_equal(image->variable.value_rank, VALUE_RANK_SCALAR);
}

/* What CameraType declares, each camera has, by the same path. */
static void test_instances_follow_the_type(void **state)
{
    struct world *w = *state;
    static const char *const paths[] = {"CameraImagePng",           "Thumbnail/MimeType",
                                        "Snapshot/OutputArguments", "Status/State",
                                        "Identification/Model",     "Settings/JpegQuality/EURange"};
    assert_ptr_equal(space_type_of(find(w, "Cameras/one")), find(w, "CameraType"));
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        char type[128], instance[128];
        snprintf(type, sizeof type, "CameraType/%s", paths[i]);
        snprintf(instance, sizeof instance, "Cameras/one/%s", paths[i]);
        assert_non_null(find(w, type));
        assert_non_null(find(w, instance));
    }
    assert_null(find(w, "CameraType/CameraImage")->variable.source);
    assert_null(find(w, "CameraType/Snapshot")->method.handler);
    assert_non_null(find(w, "Cameras/one/Snapshot")->method.handler);
}

static void test_pictures_have_their_format(void **state)
{
    struct world *w = *state;
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
        const struct ua_data_value *v = read(w, rows[i].node);
        assert_int_equal(v->status, UA_GOOD);
        assert_int_equal(v->value.type, UA_BYTESTRING);
        assert_int_equal(image_sniff(w->picture->bytes), rows[i].format);
        assert_true(v->source_timestamp > 0);
    }
}

static void test_facts_come_with_the_first_picture(void **state)
{
    struct world *w = *state;
    assert_int_equal(read(w, "Cameras/one/Width")->status, UA_BAD_WAITING_FOR_INITIAL_DATA);
    assert_int_equal(read(w, "Cameras/one/Status/State")->value.int32, CAMERA_IDLE);
    read(w, "Cameras/one/CameraImage");
    assert_int_equal(read(w, "Cameras/one/Width")->value.uint32, 64);
    assert_int_equal(read(w, "Cameras/one/Height")->value.uint32, 48);
    assert_true(read(w, "Cameras/one/FrameNumber")->value.uint64 >= 1);
    assert_true(read(w, "Cameras/one/Status/Connected")->value.boolean);
    assert_true(slice_is(read(w, "Cameras/one/Identification/ProductInstanceUri")->value.bytes,
                         "urn:uacam:camera:one"));
}

static void test_quality_is_bounded(void **state)
{
    struct world *w = *state;
    struct node *n = find(w, "Cameras/one/Settings/JpegQuality");
    static const struct {
        uint8_t quality;
        ua_status status;
    } rows[] = {{1, UA_GOOD}, {100, UA_GOOD}, {0, UA_BAD_OUT_OF_RANGE}, {101, UA_BAD_OUT_OF_RANGE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ua_data_value value = {.value = {.type = UA_BYTE, .byte = rows[i].quality}, .has_value = true};
        assert_int_equal(n->variable.source->write(n->variable.source_user, n, &value), rows[i].status);
    }
    assert_int_equal(read(w, "Cameras/one/Settings/JpegQuality")->value.byte, 100);
}

static void test_lower_quality_is_smaller(void **state)
{
    struct world *w = *state;
    struct node *n = find(w, "Cameras/one/Settings/JpegQuality");
    read(w, "Cameras/one/CameraImage");
    size_t before = w->picture->bytes.len;
    struct ua_data_value value = {.value = {.type = UA_BYTE, .byte = 5}, .has_value = true};
    assert_int_equal(n->variable.source->write(n->variable.source_user, n, &value), UA_GOOD);
    read(w, "Cameras/one/CameraImage");
    assert_true(w->picture->bytes.len < before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_camera_device_leads_to_the_first_camera, setup, teardown),
        cmocka_unit_test_setup_teardown(test_instances_follow_the_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pictures_have_their_format, setup, teardown),
        cmocka_unit_test_setup_teardown(test_facts_come_with_the_first_picture, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quality_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lower_quality_is_smaller, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
