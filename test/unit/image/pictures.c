/* SPDX-License-Identifier: Apache-2.0 */
#include "support/unit.h"

#include "image/decode.h"
#include "pictures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

static struct picture new_picture(enum pixel_format f, uint32_t width, uint32_t height, bool full_range)
{
    struct picture p;
    p.frame = frame_new(f, width, height, pixel_format_size(f, width, height), &p.storage);
    assert_non_null(p.frame);
    p.frame->full_range = full_range;
    return p;
}

static uint8_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return (uint8_t)(*state >> 24);
}

struct picture picture_noise(enum pixel_format f, uint32_t width, uint32_t height, bool full_range)
{
    struct picture p = new_picture(f, width, height, full_range);
    uint32_t state = width * 31 + height;
    for (size_t i = 0; i < p.frame->bytes.len; i++)
        p.storage[i] = next_random(&state);
    return p;
}

/* Where sample (x, y) of a component lies, counted in samples of that component. */
static size_t place_of(const struct picture *p, int component, uint32_t x, uint32_t y)
{
    static const size_t uyvy[] = {1, 0, 2}, yuyv[] = {0, 1, 3};
    size_t width = p->frame->width, half = (width + 1) / 2;
    size_t luma = width * p->frame->height, chroma = half * ((p->frame->height + 1) / 2);
    switch (p->frame->format) {
    case PIXEL_YUYV:
        return y * half * 4 + yuyv[component] + (component ? 4 * x : 2 * x);
    case PIXEL_UYVY:
        return y * half * 4 + uyvy[component] + (component ? 4 * x : 2 * x);
    case PIXEL_NV12:
        return component == 0 ? y * width + x : luma + y * half * 2 + 2 * x + (component == 2);
    case PIXEL_YU12:
        return component == 0 ? y * width + x : luma + y * half + x + (component == 2 ? chroma : 0);
    case PIXEL_GREY:
        return y * width + x;
    case PIXEL_RGB24:
        return (y * width + x) * 3 + (size_t)component;
    default:
        return (y * width + x) * 3 + (size_t)(2 - component);
    }
}

static bool is_yuv(enum pixel_format f)
{
    return f == PIXEL_YUYV || f == PIXEL_UYVY || f == PIXEL_NV12 || f == PIXEL_YU12;
}

/* Component of a pixel. */
static uint8_t *component_at(const struct picture *p, int component, uint32_t x, uint32_t y)
{
    enum pixel_format f = p->frame->format;
    bool chroma = is_yuv(f) && component > 0;
    uint32_t cx = chroma ? x / 2 : x;
    uint32_t cy = chroma && (f == PIXEL_NV12 || f == PIXEL_YU12) ? y / 2 : y;
    return &p->storage[place_of(p, f == PIXEL_GREY ? 0 : component, cx, cy)];
}

struct picture picture_slopes(enum pixel_format f, uint32_t width, uint32_t height, bool full_range)
{
    struct picture p = new_picture(f, width, height, full_range);
    memset(p.storage, 128, p.frame->bytes.len);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            *component_at(&p, 2, x, y) = (uint8_t)(80 + y / 6);
            *component_at(&p, 1, x, y) = (uint8_t)(170 - x / 8);
            *component_at(&p, 0, x, y) = (uint8_t)(40 + x / 8 + y / 6);
        }
    }
    return p;
}

struct picture picture_halves(enum pixel_format f, uint32_t width, uint32_t height, struct rgb left,
                              struct rgb right)
{
    struct picture p = new_picture(f, width, height, false);
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            struct rgb c = x < width / 2 ? left : right;
            *component_at(&p, 0, x, y) = (uint8_t)c.r;
            *component_at(&p, 1, x, y) = (uint8_t)c.g;
            *component_at(&p, 2, x, y) = (uint8_t)c.b;
        }
    }
    return p;
}

struct picture picture_halves_yuv(uint32_t width, uint32_t height, const uint8_t left[3],
                                  const uint8_t right[3])
{
    return picture_halves(PIXEL_YU12, width, height, (struct rgb){left[0], left[1], left[2]},
                          (struct rgb){right[0], right[1], right[2]});
}

static double within(double v, double low, double high)
{
    return v < low ? low : v > high ? high : v;
}

struct rgb picture_pixel(const struct picture *p, uint32_t x, uint32_t y)
{
    double a = *component_at(p, 0, x, y), b = *component_at(p, 1, x, y), c = *component_at(p, 2, x, y);
    if (!is_yuv(p->frame->format))
        return (struct rgb){a, b, c};
    double luma = a / 255, u = (b - 128) / 255, v = (c - 128) / 255;
    if (!p->frame->full_range) {
        luma = (a - 16) / 219;
        u = (b - 128) / 224;
        v = (c - 128) / 224;
    }
    return (struct rgb){within(255 * (luma + 1.402 * v), 0, 255),
                        within(255 * (luma - 0.344136 * u - 0.714136 * v), 0, 255),
                        within(255 * (luma + 1.772 * u), 0, 255)};
}

/* Each coefficient in two scans of its own. */
static void set_many_scans(struct jpeg_compress_struct *jpeg)
{
    static jpeg_scan_info scans[1 + 2 * 63];
    scans[0] = (jpeg_scan_info){.comps_in_scan = 1};
    for (int k = 1; k < DCTSIZE2; k++) {
        scans[k] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = k, .Se = k, .Al = 1};
        scans[63 + k] = (jpeg_scan_info){.comps_in_scan = 1, .Ss = k, .Se = k, .Ah = 1};
    }
    jpeg->scan_info = scans;
    jpeg->num_scans = ARRAY_LEN(scans);
}

struct blob *picture_jpeg(struct jpeg_kind kind)
{
    static const J_COLOR_SPACE spaces[] = {[1] = JCS_GRAYSCALE, [3] = JCS_RGB, [4] = JCS_CMYK};
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct jpeg = {.err = jpeg_std_error(&errors)};
    unsigned char *bytes = NULL;
    unsigned long len = 0;
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &len);
    jpeg.image_width = kind.width;
    jpeg.image_height = kind.height;
    jpeg.input_components = kind.components;
    jpeg.in_color_space = spaces[kind.components];
    jpeg_set_defaults(&jpeg);
    if (kind.progressive)
        jpeg_simple_progression(&jpeg);
    if (kind.many_scans)
        set_many_scans(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    size_t row_bytes = (size_t)kind.width * (size_t)kind.components;
    uint8_t *row = malloc(row_bytes);
    assert_non_null(row);
    uint32_t state = 1;
    for (uint32_t y = 0; y < kind.height; y++) {
        for (size_t i = 0; i < row_bytes; i++)
            row[i] = next_random(&state);
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    free(row);
    struct blob *out = blob_new((struct slice){bytes, len}, free, bytes);
    assert_non_null(out);
    return out;
}

struct frame *picture_mjpeg(struct slice jpeg, uint32_t width, uint32_t height)
{
    uint8_t *storage;
    struct frame *f = frame_new(PIXEL_MJPEG, width, height, jpeg.len, &storage);
    assert_non_null(f);
    memcpy(storage, jpeg.data, jpeg.len);
    return f;
}

struct blob *picture_encode(struct frame *f, enum image_format format, uint32_t max_width)
{
    struct image_recipe how = {.format = format, .quality = 95, .max_width = max_width};
    struct blob *out;
    struct err_text why = {""};
    int rc = image_encode(f, &how, &out, &why);
    if (rc)
        print_error("image_encode: %s\n", why.text);
    assert_int_equal(rc, 0);
    assert_int_equal(image_sniff(out->bytes), format);
    return out;
}

struct frame *picture_decode(struct slice bytes)
{
    struct frame *out;
    struct err_text why = {""};
    int rc = image_decode(bytes, UINT64_MAX, &out, &why);
    if (rc)
        print_error("image_decode: %s\n", why.text);
    assert_int_equal(rc, 0);
    assert_int_equal(out->format, PIXEL_RGB24);
    return out;
}

struct rgb decoded_pixel(const struct frame *f, uint32_t x, uint32_t y)
{
    const uint8_t *at = f->planes[0].data + y * f->planes[0].stride + (size_t)x * 3;
    return (struct rgb){at[0], at[1], at[2]};
}

double picture_mean_error(const struct picture *p, const struct frame *decoded)
{
    double sum = 0;
    for (uint32_t y = 0; y < decoded->height; y++) {
        for (uint32_t x = 0; x < decoded->width; x++) {
            struct rgb a = picture_pixel(p, x, y), b = decoded_pixel(decoded, x, y);
            sum += fabs(a.r - b.r) + fabs(a.g - b.g) + fabs(a.b - b.b);
        }
    }
    return sum / 3 / decoded->width / decoded->height;
}

double rgb_worst(struct rgb a, struct rgb b)
{
    return fmax(fabs(a.r - b.r), fmax(fabs(a.g - b.g), fabs(a.b - b.b)));
}
