/* SPDX-License-Identifier: Apache-2.0 */
#include "image/shrink.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Along one side `from` old samples become `to` new ones. In units of 1/(from * to) of the side an old sample
 * is `to` long and a new one `from`: all borders are whole numbers. */
struct walk {
    uint32_t to;
    uint32_t old;  /* the old sample that we stand in */
    uint32_t left; /* units of it that are not yet covered */
};

/* Goes on by at most `wanted` units within one old sample, *old. Returns the units. */
static inline uint32_t walk_on(struct walk *w, uint32_t wanted, uint32_t *old)
{
    uint32_t taken = w->left < wanted ? w->left : wanted;
    *old = w->old;
    w->left -= taken;
    if (w->left == 0) {
        w->old++;
        w->left = w->to;
    }
    return taken;
}

static void add_row(uint32_t *sums, const uint8_t *row, uint32_t weight, uint32_t count)
{
    for (uint32_t x = 0; x < count; x++)
        sums[x] += row[x] * weight;
}

/* A row of new samples from the weighted sums of the old columns. Their weights add up to `rows`. */
static void reduce_row(const uint32_t *sums, uint32_t from, uint32_t rows, uint32_t to, uint8_t *out,
                       size_t step)
{
    int64_t area = (int64_t)from * rows;
    struct walk across = {.to = to, .left = to};
    for (uint32_t x = 0; x < to; x++) {
        int64_t total = area / 2;
        for (uint32_t column, taken, wanted = from; wanted > 0; wanted -= taken) {
            taken = walk_on(&across, wanted, &column);
            total += (int64_t)sums[column] * taken;
        }
        /* In floating point it is exact too, and far faster. */
        out[x * step] = (uint8_t)((double)total / (double)area);
    }
}

/* `row` has room for a row of old samples, `sums` for as many sums. */
static void shrink_component(const struct samples *from, const struct samples *to, uint8_t *storage,
                             uint8_t *row, uint32_t *sums)
{
    struct walk down = {.to = to->height, .left = to->height};
    for (uint32_t y = 0; y < to->height; y++) {
        memset(sums, 0, from->width * sizeof *sums);
        for (uint32_t old, taken, wanted = from->height; wanted > 0; wanted -= taken) {
            taken = walk_on(&down, wanted, &old);
            samples_copy(from, old, 0, from->width, row);
            add_row(sums, row, taken, from->width);
        }
        reduce_row(sums, from->width, from->height, to->width, storage + y * to->stride, to->step);
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
