/* SPDX-License-Identifier: Apache-2.0 */
#include "image/luma.h"

#include "base/pages.h"
#include "image/decode.h"
#include "image/jpeg_read.h"
#include "image/mix.h"

#include <assert.h>
#include <string.h>

enum {
    BLOCK = 64,         /* samples that one turn of the inner loop takes: whole vectors of any width */
    TURNS = 255,        /* after which a byte counter is full */
    LIMITED_SPAN = 219, /* of 255 levels */
    JPEG_SHRINK = 4,    /* of each side */
};

static void copy_luma_plane(const struct frame *f, uint8_t *out)
{
    struct samples y = frame_samples(f, 0);
    for (uint32_t row = 0; row < f->height; row++, out += f->width)
        samples_copy(&y, row, 0, f->width, out);
}

static void mix_colours(const struct frame *f, uint8_t *out)
{
    const struct plane *p = &f->planes[0];
    for (uint32_t row = 0; row < f->height; row++, out += f->width)
        (f->format == PIXEL_RGB24 ? mix_rgb : mix_bgr)(p->data + row * p->stride, f->width, out);
}

static int luma_of_raw(const struct frame *f, struct luma **out, struct err_text *why)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    struct luma *l = pages_take(sizeof *l + (size_t)f->width * f->height);
    if (!l)
        return err_set(why, ERR_NO_MEMORY, "no memory to compare pictures");
    *l = (struct luma){
        .width = f->width,
        .height = f->height,
        .full_range = !info->yuv || f->full_range,
    };
    atomic_init(&l->refs, 1);
    if (info->yuv || info->component_count == 1)
        copy_luma_plane(f, l->samples);
    else
        mix_colours(f, l->samples);
    *out = l;
    return 0;
}

/* A grey decode in which libjpeg gives one sample for JPEG_SHRINK squared. */
static int luma_of_jpeg(struct slice bytes, struct luma **out, struct err_text *why)
{
    uint32_t width, height;
    int rc = jpeg_measure(bytes, &width, &height);
    if (rc)
        return err_set(why, rc, "not a JPEG that can be compared");
    const struct jpeg_wish wish = {
        .max_pixels = JPEG_MAX_PIXELS,
        .enough_width = (width + JPEG_SHRINK - 1) / JPEG_SHRINK,
        .color = PIXEL_GREY,
    };
    struct frame *grey;
    rc = jpeg_read(bytes, &wish, &grey, why);
    if (rc)
        return rc;
    rc = luma_of_raw(grey, out, why);
    frame_unref(grey);
    return rc;
}

int luma_of_frame(const struct frame *f, struct luma **out, struct err_text *why)
{
    *out = NULL;
    bool compressed = pixel_format_info(f->format)->compressed;
    int rc = compressed ? luma_of_jpeg(f->bytes, out, why) : luma_of_raw(f, out, why);
    if (!rc)
        (*out)->frame_number = f->number;
    return rc;
}

struct luma *luma_ref(struct luma *l)
{
    atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
    return l;
}

void luma_unref(struct luma *l)
{
    if (!l)
        return;
    unsigned before = atomic_fetch_sub_explicit(&l->refs, 1, memory_order_acq_rel);
    assert(before > 0);
    if (before == 1)
        pages_give(l);
}

static uint8_t changed(uint8_t a, uint8_t b, uint8_t threshold)
{
    uint8_t difference = a > b ? (uint8_t)(a - b) : (uint8_t)(b - a);
    return difference > threshold;
}

/* Counts in bytes, so that a vector holds as many counters as samples; compilers turn the inner loop into
 * vector instructions. At most TURNS blocks. */
static size_t count_blocks(const uint8_t *restrict a, const uint8_t *restrict b, size_t blocks,
                           uint8_t threshold)
{
    uint8_t counters[BLOCK] = {0};
    for (size_t i = 0; i < blocks; i++, a += BLOCK, b += BLOCK)
        for (size_t k = 0; k < BLOCK; k++)
            counters[k] += changed(a[k], b[k], threshold);
    size_t sum = 0;
    for (size_t k = 0; k < BLOCK; k++)
        sum += counters[k];
    return sum;
}

static size_t count_changed(const uint8_t *a, const uint8_t *b, size_t n, uint8_t threshold)
{
    size_t sum = 0;
    while (n >= BLOCK) {
        size_t blocks = n / BLOCK < TURNS ? n / BLOCK : TURNS;
        sum += count_blocks(a, b, blocks, threshold);
        a += blocks * BLOCK;
        b += blocks * BLOCK;
        n -= blocks * BLOCK;
    }
    for (size_t i = 0; i < n; i++)
        sum += changed(a[i], b[i], threshold);
    return sum;
}

double luma_change(const struct luma *a, const struct luma *b, uint8_t threshold)
{
    if (a == b)
        return 0;
    if (a->width != b->width || a->height != b->height || a->full_range != b->full_range)
        return 100;
    if (!a->full_range)
        threshold = (uint8_t)((threshold * LIMITED_SPAN + 127) / 255);
    size_t n = (size_t)a->width * a->height;
    return n ? 100.0 * (double)count_changed(a->samples, b->samples, n, threshold) / (double)n : 0;
}
