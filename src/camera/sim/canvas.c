/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/canvas.h"

#include "camera/sim/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The components of a colour in full-range BT.601, as JPEG has it, in 16 bit fixed point. */
static void to_yuv(struct sim_colour c, uint8_t out[FRAME_MAX_COMPONENTS])
{
    enum { HALF = 1 << 15, MIDDLE = 128 << 16 };
    out[0] = (uint8_t)((19595 * c.r + 38470 * c.g + 7471 * c.b + HALF) >> 16);
    out[1] = (uint8_t)((-11059 * c.r - 21709 * c.g + 32768 * c.b + MIDDLE + HALF - 1) >> 16);
    out[2] = (uint8_t)((32768 * c.r - 27439 * c.g - 5329 * c.b + MIDDLE + HALF - 1) >> 16);
}

static uint8_t lit(const struct sim_look *look, uint8_t level)
{
    double seen = floor(level * look->light + 0.5) + look->offset;
    return seen <= 0 ? 0 : seen >= 255 ? 255 : (uint8_t)seen;
}

static void mix_colours(struct sim_canvas *c)
{
    const struct pixel_format_info *info = pixel_format_info(c->format);
    bool luma = info->yuv || info->component_count == 1;
    size_t count = c->pattern.script->grey ? UINT8_MAX + 1 : SIM_COLOUR_COUNT;
    for (size_t i = 0; i < count; i++) {
        uint8_t grey = (uint8_t)i;
        struct sim_colour colour =
            c->pattern.script->grey ? (struct sim_colour){grey, grey, grey} : sim_palette[i];
        colour =
            (struct sim_colour){lit(&c->look, colour.r), lit(&c->look, colour.g), lit(&c->look, colour.b)};
        uint8_t parts[FRAME_MAX_COMPONENTS] = {colour.r, colour.g, colour.b};
        if (luma)
            to_yuv(colour, parts);
        for (size_t k = 0; k < FRAME_MAX_COMPONENTS; k++)
            c->samples[k][i] = parts[k];
    }
}

int sim_canvas_init(struct sim_canvas *c, enum pixel_format format, const struct sim_pattern *pattern)
{
    *c = (struct sim_canvas){.format = format, .pattern = *pattern, .look.light = 1};
    mix_colours(c);
    c->rows = malloc(3 * (size_t)pattern->width);
    return c->rows ? 0 : ERR_NO_MEMORY;
}

void sim_canvas_change(struct sim_canvas *c, const struct sim_script *script, const struct sim_look *look)
{
    if (script == c->pattern.script && look->light == c->look.light && look->offset == c->look.offset &&
        look->mirrored == c->look.mirrored)
        return;
    c->pattern.script = script;
    c->look = *look;
    mix_colours(c);
}

void sim_canvas_clear(struct sim_canvas *c)
{
    free(c->rows);
    c->rows = NULL;
}

/* Writes the samples of one component of row `y`; halved ones are those of even places. */
static void write_component(const struct sim_canvas *c, unsigned component, const struct frame *f, uint32_t y,
                            const uint8_t *row, uint8_t *storage)
{
    const struct pixel_component *part = &pixel_format_info(c->format)->components[component];
    const struct plane *plane = &f->planes[part->plane];
    if (part->half_height && y % 2)
        return;
    size_t line = part->half_height ? y / 2 : y;
    uint8_t *out = storage + (plane->data - storage) + line * plane->stride + part->offset;
    const uint8_t *sample_of = c->samples[component];
    uint32_t every = part->half_width ? 2 : 1;
    for (uint32_t x = 0; x < f->width; x += every, out += part->step)
        *out = sample_of[row[x]];
}

/* The first plane of a row like the one before is copied from there. */
static void write_row(const struct sim_canvas *c, const struct frame *f, uint32_t y, const uint8_t *row,
                      bool as_before, uint8_t *storage)
{
    const struct pixel_format_info *info = pixel_format_info(c->format);
    size_t stride = f->planes[0].stride;
    uint8_t *first = storage + y * stride;
    if (as_before)
        memcpy(first, first - stride, stride);
    for (unsigned k = 0; k < info->component_count; k++)
        if (!as_before || info->components[k].plane > 0)
            write_component(c, k, f, y, row, storage);
}

static void mirror(uint8_t *row, uint32_t width)
{
    for (uint32_t left = 0, right = width - 1; left < right; left++, right--) {
        uint8_t pixel = row[left];
        row[left] = row[right];
        row[right] = pixel;
    }
}

int sim_canvas_draw(struct sim_canvas *c, uint64_t frame_number, struct frame **out)
{
    uint32_t width = c->pattern.width, height = c->pattern.height;
    size_t size = pixel_format_size(c->format, width, height);
    uint8_t *storage;
    struct frame *f = frame_new(c->format, width, height, size, &storage);
    *out = f;
    if (!f)
        return ERR_NO_MEMORY;
    f->full_range = true;

    struct sim_scene scene = sim_scene(&c->pattern, frame_number);
    const struct sim_script *script = c->pattern.script;
    uint8_t *background = c->rows, *row = background + width, *before = row + width;
    script->background(&scene, background);
    for (uint32_t y = 0; y < height; y++) {
        memcpy(row, background, width);
        script->row(&scene, y, row);
        if (c->look.mirrored)
            mirror(row, width);
        write_row(c, f, y, row, y > 0 && memcmp(row, before, width) == 0, storage);
        uint8_t *drawn = row;
        row = before;
        before = drawn;
    }
    return 0;
}
