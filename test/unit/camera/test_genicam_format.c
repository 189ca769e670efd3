/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/module/format.h"
#include "camera/genicam/module/names.h"
#include "camera/setting.h"
#include "support/unit.h"

#include <string.h>

#define NAMES(...) ((const char *const[]){__VA_ARGS__})

static const char *choose(const char *const *names, size_t count, const char *wish, const char *current)
{
    int i = genicam_choose_format(names, count, wish, current);
    assert_true(i >= -1 && i < (int)count);
    return i < 0 ? "none" : names[i];
}

static void test_which_format_is_chosen(void **state)
{
    (void)state;
    const char *const *color = NAMES("Mono8", "Mono12", "RGB8", "BayerRG12", "BayerRG8", "Coord3D_C16");
    assert_string_equal(choose(color, 6, "", "Mono8"), "BayerRG8");
    assert_string_equal(choose(color, 6, "", "RGB8"), "RGB8"); /* it was chosen by somebody */
    assert_string_equal(choose(color, 6, "Mono12", "RGB8"), "Mono12");
    assert_string_equal(choose(color, 6, "Coord3D_C16", ""), "BayerRG8");
    assert_string_equal(choose(color, 6, "Mono99", ""), "BayerRG8");
    assert_string_equal(choose(NAMES("Mono16", "Mono12Packed", "Mono8"), 3, "", "Mono16"), "Mono8");
    assert_string_equal(choose(NAMES("Mono16", "Mono12Packed"), 2, "", ""), "Mono12Packed");
    assert_string_equal(choose(NAMES("BGR8", "YUV422_8_UYVY"), 2, "", ""), "YUV422_8_UYVY");
    assert_string_equal(choose(NAMES("Coord3D_C16"), 1, "", "Coord3D_C16"), "none");
    assert_string_equal(choose(NULL, 0, "", ""), "none");
}

static void test_formats_by_name_and_code(void **state)
{
    static const struct {
        const char *name;
        uint32_t code;
        enum pixel_format becomes;
        bool raw;
    } rows[] = {
        {"Mono8", 0x01080001, PIXEL_GREY, false},         {"RGB8", 0x02180014, PIXEL_RGB24, false},
        {"RGB8Packed", 0x02180014, PIXEL_RGB24, false},   {"BGR8", 0x02180015, PIXEL_BGR24, false},
        {"YUV422_8_UYVY", 0x0210001f, PIXEL_UYVY, false}, {"YUV422_8", 0x02100032, PIXEL_YUYV, false},
        {"BayerGB10p", 0x010a0054, PIXEL_RGB24, true},    {"Mono16", 0x01100007, PIXEL_GREY, true},
    };
    struct genicam_format f;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(genicam_format_of_name(rows[i].name, &f));
        assert_int_equal(f.pfnc, rows[i].code);
        assert_int_equal(f.becomes, rows[i].becomes);
        assert_int_equal(f.raw != NULL, rows[i].raw);
        assert_true(genicam_format_of_code(rows[i].code, &f));
        assert_int_equal(f.becomes, rows[i].becomes);
    }
    assert_false(genicam_format_of_name("RGB10Planar", &f));
    assert_false(genicam_format_of_code(0x81100006, &f));
}

static struct frame *make(const char *name, uint32_t width, uint32_t height, struct slice bytes,
                          size_t padding)
{
    struct genicam_format format;
    struct frame *f;
    assert_true(genicam_format_of_name(name, &format));
    int rc = genicam_make_frame(&format, width, height, bytes, padding, &f, NULL);
    assert_int_equal(rc, f ? 0 : ERR_INVALID);
    return f;
}

static void test_rows_with_padding(void **state)
{
    static const uint8_t grey[] = {1, 2, 0, 3, 4, 0}, deep[] = {0, 1, 0, 2, 9, 9, 0, 3, 0, 4};
    (void)state;
    struct frame *f = make("Mono8", 2, 2, (struct slice){grey, 6}, 1);
    assert_int_equal(f->planes[0].data[f->planes[0].stride], 3);
    assert_true(f->full_range);
    frame_unref(f);
    f = make("Mono16", 2, 2, (struct slice){deep, 10}, 2);
    assert_memory_equal(f->bytes.data, ((const uint8_t[]){1, 2, 3, 4}), 4);
    frame_unref(f);
}

static void test_buffers_that_are_too_short(void **state)
{
    static const uint8_t bytes[64];
    (void)state;
    assert_null(make("Mono8", 8, 8, (struct slice){bytes, 63}, 0));
    assert_null(make("Mono8", 2, 2, (struct slice){bytes, 4}, 9));
    assert_null(make("YUV422_8", 3, 2, (struct slice){bytes, 12}, 0));
    assert_null(make("BayerRG8", 8, 8, (struct slice){bytes, 63}, 0));
    assert_null(make("RGB8", 40000, 40000, (struct slice){bytes, 64}, 0));
    assert_null(make("Mono8", 2, 2, (struct slice){bytes, 64}, SIZE_MAX));
}

static void test_names(void **state)
{
    size_t count;
    (void)state;
    assert_string_equal(known_feature("GainRaw")->names[0], "Gain");
    assert_string_equal(known_feature("ExposureTimeAbs")->names[0], "ExposureTime");
    assert_true(known_feature("PixelFormat")->flags & SETTING_STOPS);
    assert_null(known_feature("TestPattern"));
    assert_true(feature_is_ours("AcquisitionStart") && feature_is_ours("TriggerSoftware"));
    const struct known_feature *all = known_features(&count);
    for (size_t i = 0; i < count; i++)
        assert_false(feature_is_ours(all[i].names[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_which_format_is_chosen),
        cmocka_unit_test(test_formats_by_name_and_code),
        cmocka_unit_test(test_rows_with_padding),
        cmocka_unit_test(test_buffers_that_are_too_short),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
