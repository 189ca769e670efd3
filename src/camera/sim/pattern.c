/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/sim/pattern.h"

#include "camera/sim/script.h"

#include <string.h>

enum {
    UNITS_ACROSS = 80,
    CODE_BITS = 32,
    CODE_UNITS = 2, /* side of a block of the binary row */
    DIGITS = 8,
    DIGIT_WIDTH = 3,
    DIGIT_HEIGHT = 5,
    BOX_LEFT = 2,
    BOX_TOP = 4,
    BOX_WIDTH = DIGITS * (DIGIT_WIDTH + 1) + 1,
    BOX_HEIGHT = DIGIT_HEIGHT + 2,
    LEAST_UNIT = 2,
};

const struct sim_colour sim_palette[SIM_COLOUR_COUNT] = {
    {192, 192, 192},
    {192, 192, 0},
    {0, 192, 192},
    {0, 192, 0},
    {192, 0, 192},
    {192, 0, 0},
    {0, 0, 192},
    {0, 0, 0},
    [SIM_ORANGE] = {255, 128, 0},
    [SIM_BLACK] = {0, 0, 0},
    [SIM_WHITE] = {255, 255, 255},
};

/* Rows of three dots, the leftmost in bit 2. */
static const uint8_t glyphs[10][DIGIT_HEIGHT] = {
    {7, 5, 5, 5, 7}, {2, 6, 2, 2, 7}, {7, 1, 7, 4, 7}, {7, 1, 7, 1, 7}, {5, 5, 7, 1, 1},
    {7, 4, 7, 1, 7}, {7, 4, 7, 5, 7}, {7, 1, 1, 1, 1}, {7, 5, 7, 5, 7}, {7, 5, 7, 1, 7},
};

struct sim_scene sim_scene(const struct sim_pattern *pattern, uint64_t frame_number)
{
    bool frozen = pattern->script->frozen;
    struct sim_scene s = {.pattern = *pattern, .number = frozen ? 0 : (uint32_t)frame_number};
    uint64_t way = (uint64_t)pattern->speed * s.number;
    uint64_t seed = pattern->seed;
    uint32_t less = pattern->width < pattern->height ? pattern->width : pattern->height;
    s.side = less / 6;
    s.left = (uint32_t)((2 * way + 17 * seed) % (pattern->width - s.side + 1));
    s.top = (uint32_t)((way + 29 * seed) % (pattern->height - s.side + 1));
    s.unit = pattern->width / UNITS_ACROSS;
    if (frozen || s.unit < LEAST_UNIT || pattern->height / s.unit < BOX_TOP + BOX_HEIGHT)
        s.unit = 0;
    return s;
}

void sim_scene_bars(const struct sim_scene *scene, uint8_t *row)
{
    uint32_t width = scene->pattern.width;
    uint64_t shift = (uint64_t)scene->pattern.speed * scene->number + 32 * (uint64_t)scene->pattern.seed;
    for (uint32_t x = 0; x < width; x++)
        row[x] = (uint8_t)((x + shift) % width * SIM_BAR_COUNT / width);
}

static void draw_square(const struct sim_scene *scene, uint32_t y, uint8_t *row)
{
    if (y >= scene->top && y - scene->top < scene->side)
        memset(row + scene->left, SIM_ORANGE, scene->side);
}

static void draw_code(const struct sim_scene *scene, uint8_t *row)
{
    uint32_t block = CODE_UNITS * scene->unit;
    for (uint32_t i = 0; i < CODE_BITS; i++) {
        bool set = scene->number >> (CODE_BITS - 1 - i) & 1;
        memset(row + (size_t)i * block, set ? SIM_WHITE : SIM_BLACK, block);
    }
}

/* `line` counts units from the top of the box. */
static void draw_digits(const struct sim_scene *scene, uint32_t line, uint8_t *row)
{
    uint32_t unit = scene->unit;
    memset(row + BOX_LEFT * unit, SIM_BLACK, (size_t)BOX_WIDTH * unit);
    if (line < 1 || line > DIGIT_HEIGHT)
        return;
    uint32_t left = scene->number;
    for (uint32_t place = DIGITS; place-- > 0; left /= 10) {
        uint8_t dots = glyphs[left % 10][line - 1];
        uint32_t x = BOX_LEFT + 1 + place * (DIGIT_WIDTH + 1);
        for (uint32_t i = 0; i < DIGIT_WIDTH; i++)
            if (dots >> (DIGIT_WIDTH - 1 - i) & 1)
                memset(row + (x + i) * unit, SIM_WHITE, unit);
    }
}

void sim_scene_row(const struct sim_scene *scene, uint32_t y, uint8_t *row)
{
    draw_square(scene, y, row);
    if (!scene->unit)
        return;
    uint32_t line = y / scene->unit;
    if (line < CODE_UNITS)
        draw_code(scene, row);
    else if (line >= BOX_TOP && line < BOX_TOP + BOX_HEIGHT)
        draw_digits(scene, line - BOX_TOP, row);
}
