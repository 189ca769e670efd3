/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/v4l2/pixels.h"

#include <linux/videodev2.h>
#include <string.h>

static const uint8_t ranks[PIXEL_FORMAT_COUNT] = {
    [PIXEL_YUYV] = 0,  [PIXEL_NV12] = 1,  [PIXEL_YU12] = 2,  [PIXEL_UYVY] = 3,
    [PIXEL_RGB24] = 4, [PIXEL_BGR24] = 5, [PIXEL_MJPEG] = 6, [PIXEL_GREY] = 7,
};
enum { RAW_RANK = 8 };

/* Other fourccs of the same pictures. */
static const struct {
    uint32_t fourcc;
    enum pixel_format format;
    uint8_t buffers;
} variants[] = {
    {V4L2_PIX_FMT_JPEG, PIXEL_MJPEG, 1},
    {V4L2_PIX_FMT_NV12M, PIXEL_NV12, 2},
    {V4L2_PIX_FMT_YUV420M, PIXEL_YU12, 3},
};

static void describe(enum pixel_format format, uint8_t buffers, struct v4l2_pixels *out)
{
    *out = (struct v4l2_pixels){
        .name = pixel_format_info(format)->name, .format = format, .buffers = buffers, .rank = ranks[format]};
}

bool v4l2_pixels_of(uint32_t fourcc, struct v4l2_pixels *out)
{
    const char code[5] = {(char)fourcc, (char)(fourcc >> 8), (char)(fourcc >> 16), (char)(fourcc >> 24)};
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        if (variants[i].fourcc == fourcc) {
            describe(variants[i].format, variants[i].buffers, out);
            return true;
        }
    }
    for (int f = 0; f < PIXEL_FORMAT_COUNT; f++) {
        if (strcmp(pixel_format_info(f)->fourcc, code) == 0) {
            describe(f, 1, out);
            return true;
        }
    }
    const struct raw_format *raw = raw_format_of_fourcc(code);
    *out = (struct v4l2_pixels){0};
    if (raw)
        *out = (struct v4l2_pixels){.name = raw->name,
                                    .format = raw_developed(raw),
                                    .raw = raw,
                                    .buffers = 1,
                                    .rank = (uint8_t)(RAW_RANK + raw->packing)};
    return raw != NULL;
}
