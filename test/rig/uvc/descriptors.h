/* SPDX-License-Identifier: Apache-2.0
 * What the simulated webcam tells about itself when it is plugged in: USB 2.0 and UVC 1.0 descriptors. */
#ifndef UACAM_TEST_UVC_DESCRIPTORS_H
#define UACAM_TEST_UVC_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

struct shape {
    uint16_t width, height;
    uint32_t fps;
    const char *serial;
};

enum { VIDEO_CONTROL = 0, VIDEO_STREAMING = 1 };       /* interfaces */
enum { CAMERA_TERMINAL = 1, PROCESSING_UNIT, OUTPUT }; /* entities of VIDEO_CONTROL */
enum { FORMAT_MJPEG = 1, FORMAT_YUYV };                /* bFormatIndex */
enum { DESCRIPTOR_MAX = 512 };

#define LE16(x) (uint8_t)(x), (uint8_t)((x) >> 8)
#define LE32(x) LE16(x), LE16((x) >> 16)

/* In 100 ns, as UVC counts. YUYV is three times slower than MJPEG, as webcams are whose bus is full. */
uint32_t frame_interval(const struct shape *s, int format);

/* Bytes of a YUYV picture: no MJPEG picture is larger. */
uint32_t frame_size(const struct shape *s);

/* Answers GET_DESCRIPTOR with wValue. Writes at most DESCRIPTOR_MAX bytes, returns how many or -EPIPE. */
int descriptor_write(const struct shape *s, unsigned value, uint8_t *out);

#endif
