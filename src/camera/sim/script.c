/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/script.h"

#include <string.h>

enum {
    CUT_DARK = 64,
    CUT_LIGHT = 192,
    NOISE_LEAST = 113,
    NOISE_LEVELS = 31, /* so that no two differ by more than 30 */
};

static void draw_nothing(const struct sim_scene *scene, uint32_t y, uint8_t *row)
{
    (void)scene;
    (void)y;
    (void)row;
}

/* ---- square: a run of pixels in reading order, each time elsewhere ---- */

struct run {
    uint64_t first, end;
};

static struct run square_of(const struct sim_scene *scene)
{
    const struct sim_pattern *p = &scene->pattern;
    uint64_t pixels = (uint64_t)p->width * p->height;
    uint64_t size = (uint64_t)(p->percent / 200 * (double)pixels + 0.5);
    if (size > pixels / 2)
        size = pixels / 2;
    uint64_t first = size ? scene->number % (pixels / size) * size : 0;
    return (struct run){first, first + size};
}

static void fill_black(const struct sim_scene *scene, uint8_t *row)
{
    memset(row, 0, scene->pattern.width);
}

static void draw_square(const struct sim_scene *scene, uint32_t y, uint8_t *row)
{
    struct run square = square_of(scene);
    uint64_t start = (uint64_t)y * scene->pattern.width, end = start + scene->pattern.width;
    uint64_t from = square.first > start ? square.first : start, to = square.end < end ? square.end : end;
    if (from < to)
        memset(row + (from - start), UINT8_MAX, to - from);
}

/* ---- noise ---- */

static uint32_t scramble(uint32_t h)
{
    for (int i = 0; i < 2; i++)
        h = (h ^ h >> 16) * 2654435769;
    return h;
}

static void draw_noise(const struct sim_scene *scene, uint32_t y, uint8_t *row)
{
    uint32_t key = scramble(scene->number + scramble(scene->pattern.seed)) + y * scene->pattern.width;
    for (uint32_t x = 0; x < scene->pattern.width; x++)
        row[x] = (uint8_t)(NOISE_LEAST + ((scramble(key + x) >> 16) * NOISE_LEVELS >> 16));
}

/* ---- drift, cut: one level all over ---- */

static void fill_drift(const struct sim_scene *scene, uint8_t *row)
{
    memset(row, (int)(scene->number % 256), scene->pattern.width);
}

static void fill_cut(const struct sim_scene *scene, uint8_t *row)
{
    bool light = scene->number / scene->pattern.period % 2;
    memset(row, light ? CUT_LIGHT : CUT_DARK, scene->pattern.width);
}

/* ---- the table ---- */

const struct sim_script sim_scripts[SIM_SCRIPT_COUNT] = {
    {.name = "bars", .background = sim_scene_bars, .row = sim_scene_row},
    {.name = "still", .frozen = true, .background = sim_scene_bars, .row = sim_scene_row},
    {.name = "square", .grey = true, .background = fill_black, .row = draw_square},
    {.name = "noise", .grey = true, .background = fill_black, .row = draw_noise},
    {.name = "drift", .grey = true, .background = fill_drift, .row = draw_nothing},
    {.name = "cut", .grey = true, .background = fill_cut, .row = draw_nothing},
};

const struct sim_script *sim_script_of(struct slice name)
{
    for (size_t i = 0; i < SIM_SCRIPT_COUNT; i++)
        if (slice_is(name, sim_scripts[i].name))
            return &sim_scripts[i];
    return NULL;
}
