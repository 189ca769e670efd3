/* SPDX-License-Identifier: Apache-2.0
 * Raw pictures, made here from known colours sample by sample and bit by bit. */
#include "image/raw.h"
#include "support/failing_malloc.h"
#include "support/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BITS = 16 };

struct scene {
    uint32_t width, height;
    void (*color)(uint32_t x, uint32_t y, double rgb[3]);
};

/* 0, 1, 2 for red, green, blue at a place of the mosaic. */
static int color_at(enum bayer bayer, uint32_t x, uint32_t y)
{
    static const char *const squares[] = {
        [BAYER_RG] = "0112", [BAYER_GR] = "1021", [BAYER_GB] = "1201", [BAYER_BG] = "2110"};
    return squares[bayer][y % 2 * 2 + x % 2] - '0';
}

static double clip(double v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* As photos are: fine detail is common to the colours, hues change slowly; an edge in each direction. */
static void photo(uint32_t x, uint32_t y, double rgb[3])
{
    double detail = 40 * sin(x * 0.55 + y * 0.2) + 25 * cos(y * 0.7 - x * 0.1) + (x + y > 120 ? 30 : 0);
    double slow = 25 * sin(x * 0.04), hue = 20 * cos(y * 0.05);
    rgb[0] = clip(105 + detail + slow);
    rgb[1] = clip(110 + detail + hue);
    rgb[2] = clip(95 + detail - slow);
}

static void orange(uint32_t x, uint32_t y, double rgb[3])
{
    (void)x;
    (void)y;
    rgb[0] = 250;
    rgb[1] = 120;
    rgb[2] = 7;
}

/* ---- writing raw pictures ---- */

static unsigned bits_of(const struct raw_format *f)
{
    return strstr(f->name, "10")   ? 10
           : strstr(f->name, "12") ? 12
           : strstr(f->name, "14") ? 14
           : strstr(f->name, "16") ? 16
                                   : 8;
}

static void set_bits(uint8_t *at, size_t bit, unsigned value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (value >> i & 1)
            at[(bit + i) / 8] |= (uint8_t)(1u << (bit + i) % 8);
}

/* Puts sample number `n` of a row. */
static void put_sample(const struct raw_format *f, uint8_t *row, size_t n, unsigned value)
{
    unsigned bits = bits_of(f);
    if (strstr(f->name, "Packed")) {
        set_bits(row, n / 2 * 24 + n % 2 * 16, value >> (bits - 8), 8);
        set_bits(row, n / 2 * 24 + 8 + n % 2 * 4, value & ((1u << (bits - 8)) - 1), bits - 8);
    } else if (f->name[strlen(f->name) - 1] == 'p') {
        set_bits(row, n * bits, value, bits);
    } else {
        set_bits(row, n * (bits > 8 ? 16 : 8), value, bits);
    }
}

static size_t row_bytes(const struct raw_format *f, uint32_t width)
{
    unsigned bits = bits_of(f);
    if (strstr(f->name, "Packed"))
        return ((size_t)width * 3 + 1) / 2;
    if (f->name[strlen(f->name) - 1] == 'p')
        return (width * (size_t)bits + 7) / 8;
    return bits > 8 ? 2 * (size_t)width : width;
}

/* A scene as a sensor of this format sees it, its low bits all set; rows are `stride` apart, with 0xff in the
 * padding between them. Exactly as many bytes as needed. Free it. */
static uint8_t *expose(const struct scene *s, const struct raw_format *f, size_t stride, size_t *size)
{
    *size = stride * (s->height - 1) + row_bytes(f, s->width);
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    memset(bytes, 0xff, *size);
    for (uint32_t y = 0; y < s->height; y++) {
        uint8_t *row = bytes + y * stride;
        memset(row, 0, row_bytes(f, s->width));
        for (uint32_t x = 0; x < s->width; x++) {
            double rgb[3];
            s->color(x, y, rgb);
            unsigned top = (unsigned)lround(rgb[f->bayer == BAYER_NONE ? 1 : color_at(f->bayer, x, y)]);
            unsigned extra = bits_of(f) - 8;
            put_sample(f, row, x, top << extra | ((1u << extra) - 1));
        }
    }
    return bytes;
}

static struct frame *develop(const struct scene *s, const struct raw_format *f, size_t padding)
{
    size_t size, stride = row_bytes(f, s->width) + padding;
    uint8_t *bytes = expose(s, f, stride, &size);
    struct frame *out;
    assert_int_equal(raw_develop(f, s->width, s->height, (struct slice){bytes, size}, stride, &out, NULL), 0);
    assert_int_equal(out->width, s->width);
    assert_int_equal(out->height, s->height);
    assert_int_equal(out->format, f->bayer == BAYER_NONE ? PIXEL_GREY : PIXEL_RGB24);
    free(bytes);
    return out;
}

static const struct raw_format *format_named(const char *name)
{
    const struct raw_format *f = raw_format_of_name(name);
    assert_non_null(f);
    return f;
}

/* ---- formats ---- */

static void test_every_format_gives_a_flat_colour_exactly(void **state)
{
    static const uint32_t sizes[][2] = {{2, 2},  {3, 3},   {5, 2},   {2, 7},
                                        {31, 9}, {256, 4}, {300, 5}, {515, 3}};
    (void)state;
    size_t count;
    const struct raw_format *all = raw_formats(&count);
    assert_true(count >= 40);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            struct scene s = {sizes[k][0], sizes[k][1], orange};
            struct frame *f = develop(&s, &all[i], k % 3);
            unsigned pixel = f->format == PIXEL_GREY ? 1 : 3;
            for (size_t b = 0; b < f->bytes.len; b++)
                assert_int_equal(f->bytes.data[b], pixel == 1   ? 120
                                                   : b % 3 == 0 ? 250
                                                   : b % 3 == 1 ? 120
                                                                : 7);
            frame_unref(f);
        }
    }
}

static void test_grey_keeps_the_top_bits_of_each_sample(void **state)
{
    static const char *const names[] = {"Mono10",       "Mono12",  "Mono14",  "Mono16",
                                        "Mono10Packed", "Mono10p", "Mono12p", "Mono12Packed"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (uint32_t width = 1; width < 12; width++) {
            struct scene s = {width, 3, photo};
            struct frame *f = develop(&s, format_named(names[i]), 1);
            for (uint32_t n = 0; n < width * 3; n++) {
                double rgb[3];
                photo(n % width, n / width, rgb);
                assert_int_equal(f->bytes.data[n], lround(rgb[1]));
            }
            frame_unref(f);
        }
    }
}

/* Without a stride a row may begin amid a byte, or amid a group. */
static void test_rows_without_a_stride_follow_each_other(void **state)
{
    static const char *const names[] = {"Mono10p", "Mono12p", "Mono12Packed", "Mono16"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct raw_format *format = format_named(names[i]);
        enum { WIDTH = 5, HEIGHT = 7 };
        size_t size;
        uint8_t *bytes = expose(&(struct scene){WIDTH * HEIGHT, 1, photo}, format, 0, &size);
        struct slice whole = {bytes, size}, cut = {bytes, size - 1};
        struct frame *f;
        assert_int_equal(raw_develop(format, WIDTH, HEIGHT, whole, 0, &f, NULL), 0);
        for (uint32_t n = 0; n < WIDTH * HEIGHT; n++) {
            double rgb[3];
            photo(n, 0, rgb);
            assert_int_equal(f->bytes.data[n], lround(rgb[1]));
        }
        frame_unref(f);
        assert_int_equal(raw_develop(format, WIDTH, HEIGHT, cut, 0, &f, NULL), ERR_INVALID);
        assert_null(f);
        free(bytes);
    }
}

static void test_formats_are_found(void **state)
{
    (void)state;
    size_t count;
    const struct raw_format *all = raw_formats(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(raw_format_of_name(all[i].name), &all[i]);
        assert_ptr_equal(raw_format_of_pfnc(all[i].pfnc), &all[i]);
        if (all[i].fourcc)
            assert_ptr_equal(raw_format_of_fourcc(all[i].fourcc), &all[i]);
        /* A PFNC code tells how many bits a sample takes. */
        size_t bits = 8 * row_bytes(&all[i], 8) / 8;
        assert_int_equal(all[i].pfnc >> 16 & 0xff, bits);
    }
    assert_null(raw_format_of_name("Mono8"));
    assert_null(raw_format_of_fourcc("YUYV"));
    assert_null(raw_format_of_pfnc(0));
}

/* ---- demosaicing ---- */

static double psnr(const struct frame *f, void (*color)(uint32_t, uint32_t, double[3]))
{
    double sum = 0;
    for (uint32_t y = 0; y < f->height; y++) {
        for (uint32_t x = 0; x < f->width; x++) {
            double rgb[3];
            color(x, y, rgb);
            for (int k = 0; k < 3; k++) {
                double e = f->planes[0].data[y * f->planes[0].stride + 3 * x + k] - round(rgb[k]);
                sum += e * e;
            }
        }
    }
    return 10 * log10(255.0 * 255 * 3 * f->width * f->height / sum);
}

/* The mean of a colour's samples within a 3 x 3 square: plain bilinear interpolation, to compare with. */
static struct frame *bilinear(const struct scene *s, enum bayer bayer)
{
    uint8_t *pixels;
    struct frame *f = frame_new(PIXEL_RGB24, s->width, s->height, (size_t)s->width * s->height * 3, &pixels);
    assert_non_null(f);
    for (uint32_t y = 0; y < s->height; y++) {
        for (uint32_t x = 0; x < s->width; x++) {
            double sums[3] = {0}, counts[3] = {0}, rgb[3];
            for (int64_t v = (int64_t)y - 1; v <= y + 1; v++) {
                for (int64_t u = (int64_t)x - 1; u <= x + 1; u++) {
                    if (u < 0 || v < 0 || u >= s->width || v >= s->height)
                        continue;
                    int k = color_at(bayer, (uint32_t)u, (uint32_t)v);
                    s->color((uint32_t)u, (uint32_t)v, rgb);
                    if (k == color_at(bayer, x, y) && (u != x || v != y))
                        continue;
                    sums[k] += round(rgb[k]);
                    counts[k]++;
                }
            }
            for (int k = 0; k < 3; k++)
                *pixels++ = (uint8_t)lround(sums[k] / counts[k]);
        }
    }
    return f;
}

static void test_a_mosaicked_photo_comes_back(void **state)
{
    static const char *const names[] = {"BayerRG8", "BayerGR8", "BayerGB12p", "BayerBG16"};
    static const uint32_t sizes[][2] = {{200, 150}, {201, 149}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        for (size_t k = 0; k < ARRAY_LEN(sizes); k++) {
            struct scene s = {sizes[k][0], sizes[k][1], photo};
            const struct raw_format *format = format_named(names[i]);
            struct frame *ours = develop(&s, format, 0), *plain = bilinear(&s, format->bayer);
            double gain = psnr(ours, photo) - psnr(plain, photo);
            if (gain < 4 || psnr(ours, photo) < 35)
                print_error("%s: %.1f dB, bilinear %.1f\n", names[i], psnr(ours, photo), psnr(plain, photo));
            assert_true(gain > 4 && psnr(ours, photo) > 35);
            frame_unref(ours);
            frame_unref(plain);
        }
    }
}

static void test_samples_stay_what_they_were(void **state)
{
    static const char *const names[] = {"BayerRG8", "BayerGR8", "BayerGB8", "BayerBG8"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct scene s = {37, 11, photo};
        const struct raw_format *format = format_named(names[i]);
        struct frame *f = develop(&s, format, 0);
        for (uint32_t n = 0; n < s.width * s.height; n++) {
            uint32_t x = n % s.width, y = n / s.width;
            int k = color_at(format->bayer, x, y);
            double rgb[3];
            photo(x, y, rgb);
            assert_int_equal(f->bytes.data[3 * n + k], lround(rgb[k]));
        }
        frame_unref(f);
    }
}

/* ---- bounds ---- */

static int develop_bytes(const char *name, uint32_t width, uint32_t height, size_t len, size_t stride)
{
    uint8_t *bytes = calloc(1, len ? len : 1);
    struct frame *f;
    struct err_text why = {""};
    int rc = raw_develop(format_named(name), width, height, (struct slice){bytes, len}, stride, &f, &why);
    assert_true(rc == 0 || (!f && why.text[0]));
    frame_unref(f);
    free(bytes);
    return rc;
}

static void test_bytes_must_suffice(void **state)
{
    (void)state;
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 12, 4), 0);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 11, 4), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 24, 10), 0);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 23, 10), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 100, 3), ERR_INVALID);
    assert_int_equal(develop_bytes("Mono12p", 4, 3, 18, 6), 0);
    assert_int_equal(develop_bytes("Mono12p", 4, 3, 17, 6), ERR_INVALID);
    assert_int_equal(develop_bytes("Mono16", 4, 2, 16, 8), 0);
    assert_int_equal(develop_bytes("Mono16", 4, 2, 15, 8), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 1, 1, 1, 0), 0);
    assert_int_equal(develop_bytes("BayerRG8", 1, 9, 9, 0), 0);
    assert_int_equal(develop_bytes("BayerRG8", 9, 1, 9, 0), 0);
    assert_int_equal(develop_bytes("BayerRG8", 1, 1, 0, 0), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 0, 1, 9, 0), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 1, 0, 9, 0), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", FRAME_MAX_SIDE + 1, 1, 9, 0), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", FRAME_MAX_SIDE, FRAME_MAX_SIDE, 9, 0), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 100, SIZE_MAX), ERR_INVALID);
    assert_int_equal(develop_bytes("BayerRG8", 4, 3, 100, SIZE_MAX / 2 + 5), ERR_INVALID);
}

static void test_no_memory(void **state)
{
    (void)state;
    uint8_t bytes[16] = {0};
    struct frame *f;
    for (int n = 0; n < 2; n++) {
        failing_malloc_after(n);
        int rc = raw_develop(format_named("BayerRG8"), 4, 4, (struct slice){bytes, 16}, 0, &f, NULL);
        failing_malloc_off();
        assert_int_equal(rc, ERR_NO_MEMORY);
        assert_null(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format_gives_a_flat_colour_exactly),
        cmocka_unit_test(test_grey_keeps_the_top_bits_of_each_sample),
        cmocka_unit_test(test_rows_without_a_stride_follow_each_other),
        cmocka_unit_test(test_formats_are_found),
        cmocka_unit_test(test_a_mosaicked_photo_comes_back),
        cmocka_unit_test(test_samples_stay_what_they_were),
        cmocka_unit_test(test_bytes_must_suffice),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
