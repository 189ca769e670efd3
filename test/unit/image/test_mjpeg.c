/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/decode.h"
#include "pictures.h"

#include <string.h>

static int encode(struct frame *f, enum image_format format, uint32_t max_width)
{
    struct image_recipe how = {.format = format, .max_width = max_width};
    struct err_text why = {""};
    struct blob *b;
    int rc = image_encode(f, &how, &b, &why);
    assert_int_equal(rc == 0, b != NULL);
    assert_int_equal(rc == 0, why.text[0] == '\0');
    blob_unref(b);
    return rc;
}

static void count_release(void *user)
{
    ++*(int *)user;
}

static void a_jpeg_is_passed_through_untouched(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 48, .height = 32});
    int released = 0;
    struct frame *f = frame_new_over(PIXEL_MJPEG, 48, 32, jpeg->bytes, count_release, &released);
    assert_non_null(f);
    static const struct image_recipe recipes[] = {{.quality = 0}, {.quality = 50}, {.max_width = 48}};
    struct blob *files[ARRAY_LEN(recipes)];
    for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
        assert_int_equal(image_encode(f, &recipes[i], &files[i], NULL), 0);
        assert_ptr_equal(files[i]->bytes.data, jpeg->bytes.data);
        assert_int_equal(files[i]->bytes.len, jpeg->bytes.len);
        assert_true(image_passes_through(f, &recipes[i]));
    }
    assert_false(image_passes_through(f, &(struct image_recipe){.format = IMAGE_PNG}));
    assert_false(image_passes_through(f, &(struct image_recipe){.max_width = 47}));
    frame_unref(f);
    for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
        assert_int_equal(released, 0);
        blob_unref(files[i]);
    }
    assert_int_equal(released, 1);
    blob_unref(jpeg);
}

static void a_jpeg_becomes_png_and_bmp(void **state)
{
    (void)state;
    struct picture p = picture_slopes(PIXEL_RGB24, 333, 201, false);
    struct blob *jpeg = picture_encode(p.frame, IMAGE_JPEG, 0);
    assert_false(image_passes_through(p.frame, &(struct image_recipe){.format = IMAGE_JPEG}));
    struct frame *f = picture_mjpeg(jpeg->bytes, 333, 201);
    struct blob *png = picture_encode(f, IMAGE_PNG, 0);
    struct frame *decoded = picture_decode(png->bytes);
    assert_true(picture_mean_error(&p, decoded) < 1);

    struct blob *bmp = picture_encode(f, IMAGE_BMP, 0);
    struct rgb top_left = decoded_pixel(decoded, 0, 0);
    const uint8_t *at = bmp->bytes.data + 54 + 200 * 1000;
    assert_int_equal(bmp->bytes.len, 54 + 201 * 1000);
    assert_true(rgb_worst(top_left, (struct rgb){at[2], at[1], at[0]}) <= 1);
    blob_unref(bmp);
    frame_unref(decoded);
    blob_unref(png);
    frame_unref(f);
    blob_unref(jpeg);
    frame_unref(p.frame);
}

/* Whatever part of a JPEG is missing at its end, no picture is made of it. */
static void no_beginning_of_a_jpeg_is_a_picture(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        struct jpeg_kind k = {
            .components = kind & 1 ? 1 : 3, .width = 40, .height = 24, .progressive = kind & 2};
        struct blob *jpeg = picture_jpeg(k);
        for (size_t len = 1; len < jpeg->bytes.len; len++) {
            struct frame *f = picture_mjpeg((struct slice){jpeg->bytes.data, len}, 40, 24);
            assert_int_equal(encode(f, IMAGE_JPEG, 0), ERR_INVALID);
            assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_INVALID);
            assert_int_equal(encode(f, IMAGE_JPEG, 10), ERR_INVALID);
            frame_unref(f);
        }
        blob_unref(jpeg);
    }
}

/* As when USB packets are lost, but the end comes through. */
static void a_jpeg_with_a_hole_is_broken(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 64, .height = 64});
    size_t len = jpeg->bytes.len, kept = len / 2;
    struct frame *f = picture_mjpeg((struct slice){jpeg->bytes.data, kept + 2}, 64, 64);
    uint8_t *end = (uint8_t *)f->bytes.data + kept;
    memcpy(end, "\xFF\xD9", 2);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_INVALID);
    frame_unref(f);
    blob_unref(jpeg);
}

static void padding_behind_the_end_does_no_harm(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 16, .height = 16});
    uint8_t *storage;
    struct frame *f = frame_new(PIXEL_MJPEG, 16, 16, jpeg->bytes.len + 1000, &storage);
    assert_non_null(f);
    memset(storage, 0, f->bytes.len);
    memcpy(storage, jpeg->bytes.data, jpeg->bytes.len);
    assert_int_equal(encode(f, IMAGE_JPEG, 0), 0);
    assert_int_equal(encode(f, IMAGE_PNG, 0), 0);
    frame_unref(f);
    blob_unref(jpeg);
}

static void the_jpegs_own_size_counts(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 48, .height = 32});
    static const uint32_t claims[] = {1, 16, 4000, FRAME_MAX_SIDE, UINT32_MAX};
    for (size_t i = 0; i < ARRAY_LEN(claims); i++) {
        struct frame *f = picture_mjpeg(jpeg->bytes, claims[i], claims[i]);
        struct blob *png = picture_encode(f, IMAGE_PNG, 24);
        struct frame *decoded = picture_decode(png->bytes);
        assert_int_equal(decoded->width, 24);
        assert_int_equal(decoded->height, 16);
        frame_unref(decoded);
        blob_unref(png);
        frame_unref(f);
    }
    blob_unref(jpeg);
}

/* Changes the size in the header of a JPEG of libjpeg's making. */
static void claim_size(struct frame *f, uint16_t width, uint16_t height)
{
    uint8_t *at = memmem(f->bytes.data, f->bytes.len, "\xFF\xC0", 2);
    assert_non_null(at);
    memcpy(at + 5, (uint8_t[]){height >> 8, height & 255, width >> 8, width & 255}, 4);
}

static void huge_claims_are_refused(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 48, .height = 32});
    struct frame *f = picture_mjpeg(jpeg->bytes, 48, 32);
    claim_size(f, 32768, 32768);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_LIMIT);
    assert_int_equal(encode(f, IMAGE_JPEG, 100), ERR_LIMIT);
    claim_size(f, 65500, 1);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_LIMIT);
    assert_int_equal(encode(f, IMAGE_JPEG, 0), ERR_LIMIT);
    claim_size(f, 0, 32);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_INVALID);
    claim_size(f, 4000, 4000);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_INVALID);
    frame_unref(f);
    blob_unref(jpeg);
}

static void cmyk_is_not_supported(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 4, .width = 16, .height = 16});
    struct frame *f = picture_mjpeg(jpeg->bytes, 16, 16);
    assert_int_equal(encode(f, IMAGE_PNG, 0), ERR_UNSUPPORTED);
    frame_unref(f);
    blob_unref(jpeg);
}

/* The JPEG without its Huffman tables, as some webcams send it. */
static struct frame *without_tables(struct slice jpeg)
{
    struct frame *f = picture_mjpeg(jpeg, 48, 32);
    uint8_t *out = (uint8_t *)f->bytes.data;
    size_t at = 2, kept = 2;
    while (jpeg.data[at + 1] != 0xDA) {
        size_t len = 2 + ((size_t)jpeg.data[at + 2] << 8 | jpeg.data[at + 3]);
        if (jpeg.data[at + 1] != 0xC4) {
            memcpy(out + kept, jpeg.data + at, len);
            kept += len;
        }
        at += len;
    }
    memcpy(out + kept, jpeg.data + at, jpeg.len - at);
    f->bytes.len = kept + jpeg.len - at;
    return f;
}

static void missing_huffman_tables_are_put_in(void **state)
{
    (void)state;
    struct blob *jpeg = picture_jpeg((struct jpeg_kind){.components = 3, .width = 48, .height = 32});
    struct frame *f = without_tables(jpeg->bytes);
    assert_true(f->bytes.len < jpeg->bytes.len);
    assert_null(memmem(f->bytes.data, f->bytes.len, "\xFF\xC4", 2));

    struct blob *passed = picture_encode(f, IMAGE_JPEG, 0);
    assert_true(image_passes_through(f, &(struct image_recipe){.format = IMAGE_JPEG}));
    assert_int_equal(passed->bytes.len, jpeg->bytes.len);
    assert_non_null(memmem(passed->bytes.data, passed->bytes.len, "\xFF\xC4", 2));
    struct frame *expected = picture_decode(jpeg->bytes), *got = picture_decode(passed->bytes);
    assert_true(slice_equal(expected->bytes, got->bytes));
    assert_int_equal(f->refs, 1);
    frame_unref(expected);
    frame_unref(got);
    blob_unref(passed);
    frame_unref(f);
    blob_unref(jpeg);
}

static void what_is_no_jpeg_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"x", "\xFF\xD8", "\xFF\xD8\xFF\xD9", "\xFF\xD8\xFF\xFF\xFF",
                                        "GIF89a......"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct frame *f = picture_mjpeg(slice_of(texts[i]), 16, 16);
        for (int format = 0; format < IMAGE_FORMAT_COUNT; format++)
            assert_int_equal(encode(f, (enum image_format)format, 0), ERR_INVALID);
        frame_unref(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_is_passed_through_untouched),
        cmocka_unit_test(a_jpeg_becomes_png_and_bmp),
        cmocka_unit_test(no_beginning_of_a_jpeg_is_a_picture),
        cmocka_unit_test(a_jpeg_with_a_hole_is_broken),
        cmocka_unit_test(padding_behind_the_end_does_no_harm),
        cmocka_unit_test(the_jpegs_own_size_counts),
        cmocka_unit_test(huge_claims_are_refused),
        cmocka_unit_test(cmyk_is_not_supported),
        cmocka_unit_test(missing_huffman_tables_are_put_in),
        cmocka_unit_test(what_is_no_jpeg_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
