/* SPDX-License-Identifier: Apache-2.0 */
#include "image/raw.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct raw_format formats[] = {
    {"Mono10", "Y10 ", 0x01100003, BAYER_NONE, RAW_10},
    {"Mono10p", NULL, 0x010a0046, BAYER_NONE, RAW_10P},
    {"Mono10Packed", NULL, 0x010c0004, BAYER_NONE, RAW_GV_PACKED},
    {"Mono12", "Y12 ", 0x01100005, BAYER_NONE, RAW_12},
    {"Mono12p", NULL, 0x010c0047, BAYER_NONE, RAW_12P},
    {"Mono12Packed", NULL, 0x010c0006, BAYER_NONE, RAW_GV_PACKED},
    {"Mono14", "Y14 ", 0x01100025, BAYER_NONE, RAW_14},
    {"Mono16", "Y16 ", 0x01100007, BAYER_NONE, RAW_16},
    {"BayerRG8", "RGGB", 0x01080009, BAYER_RG, RAW_8},
    {"BayerGR8", "GRBG", 0x01080008, BAYER_GR, RAW_8},
    {"BayerGB8", "GBRG", 0x0108000a, BAYER_GB, RAW_8},
    {"BayerBG8", "BA81", 0x0108000b, BAYER_BG, RAW_8},
    {"BayerRG10", "RG10", 0x0110000d, BAYER_RG, RAW_10},
    {"BayerGR10", "BA10", 0x0110000c, BAYER_GR, RAW_10},
    {"BayerGB10", "GB10", 0x0110000e, BAYER_GB, RAW_10},
    {"BayerBG10", "BG10", 0x0110000f, BAYER_BG, RAW_10},
    {"BayerRG10p", NULL, 0x010a0058, BAYER_RG, RAW_10P},
    {"BayerGR10p", NULL, 0x010a0056, BAYER_GR, RAW_10P},
    {"BayerGB10p", NULL, 0x010a0054, BAYER_GB, RAW_10P},
    {"BayerBG10p", NULL, 0x010a0052, BAYER_BG, RAW_10P},
    {"BayerRG10Packed", NULL, 0x010c0027, BAYER_RG, RAW_GV_PACKED},
    {"BayerGR10Packed", NULL, 0x010c0026, BAYER_GR, RAW_GV_PACKED},
    {"BayerGB10Packed", NULL, 0x010c0028, BAYER_GB, RAW_GV_PACKED},
    {"BayerBG10Packed", NULL, 0x010c0029, BAYER_BG, RAW_GV_PACKED},
    {"BayerRG12", "RG12", 0x01100011, BAYER_RG, RAW_12},
    {"BayerGR12", "BA12", 0x01100010, BAYER_GR, RAW_12},
    {"BayerGB12", "GB12", 0x01100012, BAYER_GB, RAW_12},
    {"BayerBG12", "BG12", 0x01100013, BAYER_BG, RAW_12},
    {"BayerRG12p", NULL, 0x010c0059, BAYER_RG, RAW_12P},
    {"BayerGR12p", NULL, 0x010c0057, BAYER_GR, RAW_12P},
    {"BayerGB12p", NULL, 0x010c0055, BAYER_GB, RAW_12P},
    {"BayerBG12p", NULL, 0x010c0053, BAYER_BG, RAW_12P},
    {"BayerRG12Packed", NULL, 0x010c002b, BAYER_RG, RAW_GV_PACKED},
    {"BayerGR12Packed", NULL, 0x010c002a, BAYER_GR, RAW_GV_PACKED},
    {"BayerGB12Packed", NULL, 0x010c002c, BAYER_GB, RAW_GV_PACKED},
    {"BayerBG12Packed", NULL, 0x010c002d, BAYER_BG, RAW_GV_PACKED},
    {"BayerRG16", "RG16", 0x0110002f, BAYER_RG, RAW_16},
    {"BayerGR16", "GR16", 0x0110002e, BAYER_GR, RAW_16},
    {"BayerGB16", "GB16", 0x01100030, BAYER_GB, RAW_16},
    {"BayerBG16", "BYR2", 0x01100031, BAYER_BG, RAW_16},
};

enum { MOST_IN_GROUP = 4 };

/* Where the top 8 bits of each sample of a group begin, in bits from the group's first. */
static const struct group {
    uint8_t samples, bytes;
    uint8_t top[MOST_IN_GROUP];
} groups[] = {
    [RAW_8] = {1, 1, {0}},       [RAW_10] = {1, 2, {2}},
    [RAW_12] = {1, 2, {4}},      [RAW_14] = {1, 2, {6}},
    [RAW_16] = {1, 2, {8}},      [RAW_10P] = {4, 5, {2, 12, 22, 32}},
    [RAW_12P] = {2, 3, {4, 16}}, [RAW_GV_PACKED] = {2, 3, {0, 16}},
};

/* ---- the table ---- */

const struct raw_format *raw_formats(size_t *count)
{
    *count = ARRAY_LEN(formats);
    return formats;
}

const struct raw_format *raw_format_of_name(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

const struct raw_format *raw_format_of_fourcc(const char *fourcc)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (formats[i].fourcc && strcmp(formats[i].fourcc, fourcc) == 0)
            return &formats[i];
    return NULL;
}

const struct raw_format *raw_format_of_pfnc(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (formats[i].pfnc == code)
            return &formats[i];
    return NULL;
}

enum pixel_format raw_developed(const struct raw_format *f)
{
    return f->bayer == BAYER_NONE ? PIXEL_GREY : PIXEL_RGB24;
}

/* ---- unpacking ---- */

/* Bytes that `count` samples from the beginning of a group take. */
static uint64_t packed_size(const struct group *g, uint64_t count)
{
    return (count * g->bytes + g->samples - 1) / g->samples;
}

static void unpack_words(const uint8_t *in, unsigned shift, uint32_t count, uint8_t *out)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = (uint8_t)((in[2 * i] | in[2 * i + 1] << 8) >> shift);
}

/* `count` samples behind the first `from` of `in`. */
static void unpack(const struct group *g, const uint8_t *in, size_t from, uint32_t count, uint8_t *out)
{
    in += from / g->samples * g->bytes;
    size_t k = from % g->samples;
    for (uint32_t i = 0; i < count; i++) {
        unsigned low = g->top[k] / 8, high = (g->top[k] + 7u) / 8;
        out[i] = (uint8_t)((in[low] | in[high] << 8) >> g->top[k] % 8);
        if (++k == g->samples) {
            k = 0;
            in += g->bytes;
        }
    }
}

/* A raw picture whose bytes suffice. */
struct picture {
    const struct group *group;
    enum bayer bayer;
    uint32_t width, height;
    const uint8_t *bytes;
    size_t stride;
};

static void read_row(const struct picture *p, uint32_t y, uint8_t *out)
{
    const uint8_t *row = p->bytes + y * p->stride;
    size_t from = p->stride ? 0 : (size_t)y * p->width;
    if (p->group->bytes == p->group->samples)
        memcpy(out, row + from, p->width);
    else if (p->group->samples == 1)
        unpack_words(row + 2 * from, p->group->top[0], p->width, out);
    else
        unpack(p->group, row, from, p->width, out);
}

/* ---- developing ---- */

static void develop_grey(const struct picture *p, uint8_t *out)
{
    for (uint32_t y = 0; y < p->height; y++)
        read_row(p, y, out + (size_t)y * p->width);
}

/* Keeps the rows that the filter looks at in a ring; each is unpacked once. */
static int develop_color(const struct picture *p, uint8_t *out)
{
    enum { ROWS = 2 * DEMOSAIC_REACH + 1 };
    size_t room = (size_t)p->width + 2 * DEMOSAIC_REACH;
    uint8_t *scratch = malloc(ROWS * room);
    if (!scratch)
        return ERR_NO_MEMORY;
    uint32_t read = 0;
    for (uint32_t y = 0; y < p->height; y++) {
        for (; read < p->height && read <= y + DEMOSAIC_REACH; read++) {
            uint8_t *row = scratch + read % ROWS * room + DEMOSAIC_REACH;
            read_row(p, read, row);
            demosaic_extend(row, p->width);
        }
        const uint8_t *rows[ROWS];
        for (int i = 0; i < ROWS; i++) {
            uint32_t at = demosaic_mirror((int64_t)y + i - DEMOSAIC_REACH, p->height);
            rows[i] = scratch + at % ROWS * room + DEMOSAIC_REACH;
        }
        demosaic_row(p->bayer, rows, y, p->width, out + (size_t)y * p->width * 3);
    }
    free(scratch);
    return 0;
}

static bool suffices(const struct picture *p, size_t len)
{
    if (p->stride == 0)
        return packed_size(p->group, (uint64_t)p->width * p->height) <= len;
    size_t row = (size_t)packed_size(p->group, p->width);
    if (p->stride < row || len < row)
        return false;
    return p->height == 1 || p->stride <= (len - row) / (p->height - 1);
}

int raw_develop(const struct raw_format *f, uint32_t width, uint32_t height, struct slice bytes,
                size_t stride, struct frame **out, struct err_text *why)
{
    *out = NULL;
    struct picture p = {&groups[f->packing], f->bayer, width, height, bytes.data, stride};
    enum pixel_format to = raw_developed(f);
    size_t size = pixel_format_size(to, width, height);
    if (size == 0)
        return err_set(why, ERR_INVALID, "no picture has %" PRIu32 "x%" PRIu32 " pixels", width, height);
    if (!suffices(&p, bytes.len))
        return err_set(why, ERR_INVALID, "%zu bytes are too few for %" PRIu32 "x%" PRIu32 " pixels of %s",
                       bytes.len, width, height, f->name);
    uint8_t *storage;
    struct frame *frame = frame_new(to, width, height, size, &storage);
    int rc = frame ? 0 : ERR_NO_MEMORY;
    if (!rc && f->bayer != BAYER_NONE)
        rc = develop_color(&p, storage);
    else if (!rc)
        develop_grey(&p, storage);
    if (rc) {
        frame_unref(frame);
        return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %" PRIu32 "x%" PRIu32, width, height);
    }
    *out = frame;
    return 0;
}
