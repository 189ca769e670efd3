/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/decode.h"
#include "pictures.h"
#include "support/failing_malloc.h"

#include <spng.h>
#include <stdlib.h>
#include <string.h>

static int decode(struct slice bytes, uint64_t max_pixels)
{
    struct frame *f;
    struct err_text why = {""};
    int rc = image_decode(bytes, max_pixels, &f, &why);
    assert_int_equal(rc == 0, f != NULL);
    assert_int_equal(rc == 0, why.text[0] == '\0');
    frame_unref(f);
    return rc;
}

static int measure(const char *bytes, size_t len)
{
    /* A copy of its own, so that a sanitizer sees the first byte read past it. */
    uint8_t *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    uint32_t width = 1, height = 1;
    int rc = jpeg_measure((struct slice){copy, len}, &width, &height);
    if (rc) {
        assert_int_equal(width, 0);
        assert_int_equal(height, 0);
    }
    free(copy);
    return rc;
}

static void kinds_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(image_sniff(slice_of("\xFF\xD8\xFF\xE0")), IMAGE_JPEG);
    assert_int_equal(image_sniff(slice_of("\x89PNG\r\n\x1A\n")), IMAGE_PNG);
    assert_int_equal(image_sniff(slice_of("BM")), IMAGE_BMP);
    assert_int_equal(image_sniff(slice_of("\xFF\xD8")), -1);
    assert_int_equal(image_sniff(slice_of("GIF89a")), -1);
    assert_int_equal(image_sniff((struct slice){0}), -1);
}

#define SOI           "\xFF\xD8"
#define SOF0          "\xFF\xC0\x00\x0B\x08\x01\xE0\x02\x80\x01\x01\x11\x00" /* 640 x 480, grey */
#define MEASURE(text) measure(text, sizeof text - 1)

static void jpegs_are_measured(void **state)
{
    (void)state;
    uint32_t width, height;
    assert_int_equal(
        jpeg_measure((struct slice){(const uint8_t *)(SOI SOF0), sizeof(SOI SOF0) - 1}, &width, &height), 0);
    assert_int_equal(width, 640);
    assert_int_equal(height, 480);
    assert_int_equal(MEASURE(SOI "\xFF\xE0\x00\x04JF" SOF0), 0); /* behind another segment */
    assert_int_equal(MEASURE(SOI "\xFF\xFF\xFF" SOF0), 0);       /* fill bytes */
    assert_int_equal(MEASURE(SOI "\xFF\x01" SOF0), 0);           /* a marker without a body */
    assert_int_equal(MEASURE(SOI "\xFF\xC4\x00\x02\xFF\xC8\x00\x02" SOF0),
                     0); /* DHT, JPG: no frame headers */
}

static void what_cannot_be_measured_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(MEASURE(""), ERR_INVALID);
    assert_int_equal(MEASURE("\xFF"), ERR_INVALID);
    assert_int_equal(MEASURE(SOF0), ERR_INVALID);
    assert_int_equal(MEASURE(SOI "\xFF\xD9" SOF0), ERR_INVALID);         /* over before it began */
    assert_int_equal(MEASURE(SOI "\xFF\xDA\x00\x02" SOF0), ERR_INVALID); /* a scan first */
    assert_int_equal(MEASURE(SOI "\xFF\xE0\x00\x01" SOF0), ERR_INVALID); /* length below its own */
    assert_int_equal(MEASURE(SOI "\xFF\xE0\xFF\xFF" SOF0), ERR_INVALID); /* length past the end */
    assert_int_equal(MEASURE(SOI "\xFF\xC0\x00\x06\x08\x01\xE0\x02\x80"), ERR_INVALID);
    assert_int_equal(MEASURE(SOI "\xFF\xC0\x00\x0B\x08\x00\x00\x02\x80\x01\x01\x11\x00"), ERR_INVALID);
    assert_int_equal(MEASURE(SOI "\xFF\xC0\x00\x0B\x08\xFF\xFF\x02\x80\x01\x01\x11\x00"), ERR_LIMIT);
    for (size_t len = 0; len < sizeof(SOI SOF0) - 1; len++)
        assert_int_equal(measure(SOI SOF0, len), ERR_INVALID);
}

static void pixels_have_a_ceiling(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 40, 30, false);
    for (int format = IMAGE_JPEG; format <= IMAGE_PNG; format++) {
        struct blob *b = picture_encode(p.frame, (enum image_format)format, 0);
        assert_int_equal(decode(b->bytes, 1200), 0);
        assert_int_equal(decode(b->bytes, 1199), ERR_LIMIT);
        assert_int_equal(decode(b->bytes, 0), ERR_LIMIT);
        blob_unref(b);
    }
    frame_unref(p.frame);
}

static void no_beginning_of_a_file_is_a_picture(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 17, 13, false);
    for (int format = IMAGE_JPEG; format <= IMAGE_PNG; format++) {
        struct blob *b = picture_encode(p.frame, (enum image_format)format, 0);
        size_t enough = b->bytes.len - (format == IMAGE_PNG ? 4 : 0); /* the last checksum covers no bytes */
        for (size_t len = 0; len < enough; len++) {
            uint8_t *copy = malloc(len ? len : 1);
            assert_non_null(copy);
            memcpy(copy, b->bytes.data, len);
            assert_int_not_equal(decode((struct slice){copy, len}, 1000), 0);
            free(copy);
        }
        blob_unref(b);
    }
    frame_unref(p.frame);
}

static void a_changed_byte_of_a_png_is_noticed(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 17, 13, false);
    struct blob *b = picture_encode(p.frame, IMAGE_PNG, 0);
    for (size_t i = 8; i < b->bytes.len; i++) {
        struct blob *copy = blob_copy(b->bytes);
        assert_non_null(copy);
        ((uint8_t *)copy->bytes.data)[i] ^= 1;
        assert_int_not_equal(decode(copy->bytes, 1000), 0);
        blob_unref(copy);
    }
    blob_unref(b);
    frame_unref(p.frame);
}

static void other_kinds_are_not_supported(void **state)
{
    (void)state;
    assert_int_equal(decode(slice_of("GIF89a"), 1000), ERR_UNSUPPORTED);
    assert_int_equal(decode(slice_of("BM............"), 1000), ERR_UNSUPPORTED);
    assert_int_equal(decode((struct slice){0}, 1000), ERR_UNSUPPORTED);
}

/* A PNG of 2 x 1 pixels in the given type. */
static struct blob *tiny_png(uint8_t color_type, uint8_t bits, uint8_t interlaced, const void *pixels,
                             size_t len)
{
    spng_ctx *png = spng_ctx_new(SPNG_CTX_ENCODER);
    struct spng_ihdr header = {
        .width = 2, .height = 1, .bit_depth = bits, .color_type = color_type, .interlace_method = interlaced};
    struct spng_plte palette = {.n_entries = 2, .entries = {{1, 2, 3, 255}, {200, 100, 50, 255}}};
    assert_int_equal(spng_set_option(png, SPNG_ENCODE_TO_BUFFER, 1), 0);
    assert_int_equal(spng_set_ihdr(png, &header), 0);
    if (color_type == SPNG_COLOR_TYPE_INDEXED)
        assert_int_equal(spng_set_plte(png, &palette), 0);
    assert_int_equal(spng_encode_image(png, pixels, len, SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE), 0);
    int rc;
    void *file = spng_get_png_buffer(png, &len, &rc);
    assert_non_null(file);
    spng_ctx_free(png);
    struct blob *b = blob_new((struct slice){file, len}, free, file);
    assert_non_null(b);
    return b;
}

static void every_type_of_png_becomes_rgb(void **state)
{
    (void)state;
    static const uint16_t deep[] = {0x0101, 0x0202, 0x0303, 0xC8C8, 0x6464, 0x3232};
    static const struct {
        uint8_t color_type, bits, interlaced;
        const void *pixels;
        size_t len;
        uint8_t rgb[6];
    } cases[] = {
        {SPNG_COLOR_TYPE_GRAYSCALE, 8, 0, "\x07\xC8", 2, {7, 7, 7, 200, 200, 200}},
        {SPNG_COLOR_TYPE_GRAYSCALE, 1, 0, "\x40", 1, {0, 0, 0, 255, 255, 255}},
        {SPNG_COLOR_TYPE_TRUECOLOR, 8, 1, "\x01\x02\x03\xC8\x64\x32", 6, {1, 2, 3, 200, 100, 50}},
        {SPNG_COLOR_TYPE_TRUECOLOR, 16, 0, deep, sizeof deep, {1, 2, 3, 200, 100, 50}},
        {SPNG_COLOR_TYPE_INDEXED, 8, 0, "\x00\x01", 2, {1, 2, 3, 200, 100, 50}},
        {SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, 8, 0, "\x07\x00\xC8\xFF", 4, {7, 7, 7, 200, 200, 200}},
        {SPNG_COLOR_TYPE_TRUECOLOR_ALPHA,
         8,
         0,
         "\x01\x02\x03\x00\xC8\x64\x32\xFF",
         8,
         {1, 2, 3, 200, 100, 50}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct blob *b =
            tiny_png(cases[i].color_type, cases[i].bits, cases[i].interlaced, cases[i].pixels, cases[i].len);
        struct frame *f = picture_decode(b->bytes);
        assert_int_equal(f->width, 2);
        assert_int_equal(f->bytes.len, 6);
        assert_memory_equal(f->bytes.data, cases[i].rgb, 6);
        frame_unref(f);
        blob_unref(b);
    }
}

static void grey_jpegs_become_rgb(void **state)
{
    (void)state;
    struct blob *b =
        picture_jpeg((struct jpeg_kind){.components = 1, .width = 9, .height = 9, .progressive = true});
    struct frame *f = picture_decode(b->bytes);
    struct rgb p = decoded_pixel(f, 4, 4);
    assert_true(p.r == p.g && p.g == p.b);
    frame_unref(f);
    blob_unref(b);
}

/* They would keep a decoder busy for little input. */
static void too_many_scans_are_refused(void **state)
{
    (void)state;
    struct blob *b =
        picture_jpeg((struct jpeg_kind){.components = 1, .width = 9, .height = 9, .many_scans = true});
    assert_int_equal(decode(b->bytes, 1000), ERR_INVALID);
    blob_unref(b);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    struct picture p = picture_noise(PIXEL_RGB24, 40, 30, false);
    for (int format = IMAGE_JPEG; format <= IMAGE_PNG; format++) {
        struct blob *b = picture_encode(p.frame, (enum image_format)format, 0);
        failing_malloc_after(0);
        int rc = decode(b->bytes, 1200);
        failing_malloc_off();
        assert_int_equal(rc, ERR_NO_MEMORY);
        blob_unref(b);
    }
    frame_unref(p.frame);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(jpegs_are_measured),
        cmocka_unit_test(what_cannot_be_measured_is_invalid),
        cmocka_unit_test(pixels_have_a_ceiling),
        cmocka_unit_test(no_beginning_of_a_file_is_a_picture),
        cmocka_unit_test(a_changed_byte_of_a_png_is_noticed),
        cmocka_unit_test(other_kinds_are_not_supported),
        cmocka_unit_test(every_type_of_png_becomes_rgb),
        cmocka_unit_test(grey_jpegs_become_rgb),
        cmocka_unit_test(too_many_scans_are_refused),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
