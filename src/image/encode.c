/* SPDX-License-Identifier: Apache-2.0 */
#include "image/encode.h"

#include "image/decode.h"
#include "image/jpeg_pass.h"
#include "image/jpeg_read.h"
#include "image/shrink.h"
#include "image/writers.h"

#include <assert.h>

enum { DEFAULT_QUALITY = 85 };

struct size {
    uint32_t width, height;
};

bool image_recipe_equal(const struct image_recipe *a, const struct image_recipe *b)
{
    return a->format == b->format && a->quality == b->quality && a->max_width == b->max_width &&
           a->max_height == b->max_height;
}

const char *image_mime_type(enum image_format f)
{
    static const char *const types[IMAGE_FORMAT_COUNT] = {
        [IMAGE_JPEG] = "image/jpeg",
        [IMAGE_PNG] = "image/png",
        [IMAGE_BMP] = "image/bmp",
    };
    assert((unsigned)f < IMAGE_FORMAT_COUNT);
    return types[f];
}

/* `side` in the proportion `part` to `whole`, rounded, at least 1. */
static uint32_t scaled(uint32_t side, uint32_t part, uint32_t whole)
{
    uint64_t result = ((uint64_t)side * part + whole / 2) / whole;
    return result > 0 ? (uint32_t)result : 1;
}

/* The largest size within the limits of the recipe; the same when it is within them already. */
static struct size fit(struct size s, const struct image_recipe *how)
{
    if (how->max_width && s.width > how->max_width)
        s = (struct size){how->max_width, scaled(s.height, how->max_width, s.width)};
    if (how->max_height && s.height > how->max_height)
        s = (struct size){scaled(s.width, how->max_height, s.height), how->max_height};
    return s;
}

/* Gives the frame itself or what its JPEG holds, raw; perhaps larger than `target`. */
static int open_frame(struct frame *frame, const struct image_recipe *how, struct size target,
                      struct frame **out, struct err_text *why)
{
    struct jpeg_wish wish = {
        .max_pixels = JPEG_MAX_PIXELS,
        .enough_width = target.width,
        .color = how->format == IMAGE_BMP ? PIXEL_BGR24 : PIXEL_RGB24,
        .keep_grey = true,
    };
    if (frame->format == PIXEL_MJPEG)
        return jpeg_read(frame->bytes, &wish, out, why);
    *out = frame_ref(frame);
    return 0;
}

/* Replaces *f by a smaller one where it is larger than `target`. */
static int shrink_to(struct frame **f, struct size target, struct err_text *why)
{
    uint32_t width = target.width < (*f)->width ? target.width : (*f)->width;
    uint32_t height = target.height < (*f)->height ? target.height : (*f)->height;
    if (width == (*f)->width && height == (*f)->height)
        return 0;
    struct frame *small;
    int rc = shrink_frame(*f, width, height, &small, why);
    if (rc)
        return rc;
    frame_unref(*f);
    *f = small;
    return 0;
}

static int write_file(const struct frame *raw, const struct image_recipe *how, struct blob **out,
                      struct err_text *why)
{
    switch (how->format) {
    case IMAGE_PNG:
        return png_write(raw, out, why);
    case IMAGE_BMP:
        return bmp_write(raw, out, why);
    default:
        return jpeg_write(raw, how->quality ? how->quality : DEFAULT_QUALITY, out, why);
    }
}

static bool passes(const struct frame *frame, const struct image_recipe *how, struct size whole)
{
    struct size target = fit(whole, how);
    return frame->format == PIXEL_MJPEG && how->format == IMAGE_JPEG && target.width == whole.width &&
           target.height == whole.height;
}

bool image_passes_through(const struct frame *frame, const struct image_recipe *how)
{
    struct size whole;
    return frame->format == PIXEL_MJPEG && jpeg_measure(frame->bytes, &whole.width, &whole.height) == 0 &&
           passes(frame, how, whole);
}

int image_encode(struct frame *frame, const struct image_recipe *how, struct blob **out, struct err_text *why)
{
    assert((unsigned)how->format < IMAGE_FORMAT_COUNT);
    *out = NULL;
    struct size whole = {frame->width, frame->height};
    if (frame->format == PIXEL_MJPEG) {
        int rc = jpeg_measure(frame->bytes, &whole.width, &whole.height);
        if (rc)
            return err_set(why, rc, "the camera sent a JPEG without a usable header");
    }
    if (passes(frame, how, whole))
        return jpeg_pass(frame, out, why);

    struct size target = fit(whole, how);
    struct frame *raw;
    int rc = open_frame(frame, how, target, &raw, why);
    if (rc)
        return rc;
    rc = shrink_to(&raw, target, why);
    if (!rc)
        rc = write_file(raw, how, out, why);
    frame_unref(raw);
    return rc;
}
