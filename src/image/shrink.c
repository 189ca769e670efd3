/* SPDX-License-Identifier: Apache-2.0 */
#include "image/shrink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Along one side `from` old samples become `to` new ones. In units of 1/(from * to) of the side an old sample
 * is `to` long and a new one `from`: all borders are whole numbers. */
struct axis {
    uint64_t from, to;
};

/* How much of old sample `i` the new sample `n` covers; old samples are asked about in order. */
static uint32_t overlap(const struct axis *a, uint64_t n, uint64_t i)
{
    uint64_t begin = i * a->to > n * a->from ? i * a->to : n * a->from;
    uint64_t end = (i + 1) * a->to < (n + 1) * a->from ? (i + 1) * a->to : (n + 1) * a->from;
    return (uint32_t)(end - begin);
}

/* The old samples that new sample `n` touches. */
static uint64_t first_of(const struct axis *a, uint64_t n)
{
    return n * a->from / a->to;
}

static uint64_t end_of(const struct axis *a, uint64_t n)
{
    return ((n + 1) * a->from + a->to - 1) / a->to;
}

static void add_row(uint32_t *sums, const uint8_t *row, uint32_t weight, uint64_t count)
{
    for (uint64_t x = 0; x < count; x++)
        sums[x] += row[x] * weight;
}

/* A row of new samples from the weighted sums of the old columns. The sums' weights add up to `rows`. */
static void reduce_row(const struct axis *across, const uint32_t *sums, uint64_t rows, uint8_t *out,
                       size_t step)
{
    uint64_t area = across->from * rows;
    for (uint64_t n = 0; n < across->to; n++) {
        uint64_t total = area / 2;
        for (uint64_t i = first_of(across, n); i < end_of(across, n); i++)
            total += (uint64_t)sums[i] * overlap(across, n, i);
        out[n * step] = (uint8_t)(total / area);
    }
}

/* `row` has room for a row of old samples, `sums` for as many sums. */
static void shrink_component(const struct samples *from, const struct samples *to, uint8_t *storage,
                             uint8_t *row, uint32_t *sums)
{
    struct axis across = {from->width, to->width}, down = {from->height, to->height};
    for (uint32_t y = 0; y < to->height; y++) {
        memset(sums, 0, from->width * sizeof *sums);
        for (uint64_t i = first_of(&down, y); i < end_of(&down, y); i++) {
            samples_copy(from, (uint32_t)i, 0, from->width, row);
            add_row(sums, row, overlap(&down, y, i), from->width);
        }
        reduce_row(&across, sums, from->height, storage + y * to->stride, to->step);
    }
}

int shrink_frame(const struct frame *f, uint32_t width, uint32_t height, struct frame **out,
                 struct err_text *why)
{
    const struct pixel_format_info *info = pixel_format_info(f->format);
    assert(!info->compressed && width > 0 && width <= f->width && height > 0 && height <= f->height);
    enum pixel_format format = info->yuv ? PIXEL_YU12 : f->format;
    uint8_t *storage;
    struct frame *small =
        frame_new(format, width, height, pixel_format_size(format, width, height), &storage);
    uint8_t *row = malloc(f->width);
    uint32_t *sums = calloc(f->width, sizeof *sums);
    int rc = 0;
    *out = NULL;
    if (!small || !row || !sums) {
        rc = err_set(why, ERR_NO_MEMORY, "no memory to make a picture smaller");
        goto out;
    }
    small->full_range = f->full_range;
    small->number = f->number;
    small->exposed_mono_ns = f->exposed_mono_ns;
    small->exposed_utc_ns = f->exposed_utc_ns;
    for (unsigned c = 0; c < info->component_count; c++) {
        struct samples from = frame_samples(f, c), to = frame_samples(small, c);
        shrink_component(&from, &to, storage + (to.data - storage), row, sums);
    }
    *out = frame_ref(small);
out:
    free(sums);
    free(row);
    frame_unref(small);
    return rc;
}
