/* SPDX-License-Identifier: Apache-2.0 */
#include "descriptors.h"

#include <errno.h>
#include <string.h>

/* bDescriptorType of USB 2.0, and CS_INTERFACE of UVC. */
enum { DEVICE = 1, CONFIGURATION, STRING, INTERFACE, ENDPOINT, ASSOCIATION = 11, CLASS_INTERFACE = 0x24 };
/* bDescriptorSubtype in a VideoControl interface (UVC 1.0 A.5). */
enum { VC_HEADER = 1, VC_INPUT_TERMINAL, VC_OUTPUT_TERMINAL, VC_PROCESSING_UNIT = 5 };
/* bDescriptorSubtype in a VideoStreaming interface (UVC 1.0 A.6). */
enum {
    VS_INPUT_HEADER = 1,
    VS_FORMAT_UNCOMPRESSED = 4,
    VS_FRAME_UNCOMPRESSED,
    VS_FORMAT_MJPEG,
    VS_FRAME_MJPEG,
    VS_COLORFORMAT = 13
};
enum { CLASS_VIDEO = 14, SUBCLASS_CONTROL = 1, SUBCLASS_STREAMING, SUBCLASS_COLLECTION };
enum { STRING_LANGUAGES, STRING_VENDOR, STRING_PRODUCT, STRING_SERIAL };
enum { ENDPOINT_IN = 0x81, BULK = 2, BULK_PACKET = 512 };

struct writer {
    uint8_t *bytes;
    size_t len;
};

/* Adds a descriptor: its length byte, then `bytes`. */
static void put(struct writer *w, const uint8_t *bytes, size_t n)
{
    w->bytes[w->len] = (uint8_t)(n + 1);
    memcpy(w->bytes + w->len + 1, bytes, n);
    w->len += n + 1;
}

#define PUT(w, ...) put(w, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* Writes what was added since `start` as the 16-bit wTotalLength at `at`. */
static void set_total(struct writer *w, size_t start, size_t at)
{
    memcpy(w->bytes + at, (const uint8_t[]){LE16(w->len - start)}, 2);
}

uint32_t frame_interval(const struct shape *s, int format)
{
    return (format == FORMAT_YUYV ? 30000000 : 10000000) / s->fps;
}

uint32_t frame_size(const struct shape *s)
{
    return (uint32_t)s->width * s->height * 2;
}

static void put_video_control(struct writer *w)
{
    PUT(w, INTERFACE, VIDEO_CONTROL, 0, 0, CLASS_VIDEO, SUBCLASS_CONTROL, 0, STRING_PRODUCT);
    size_t header = w->len;
    PUT(w, CLASS_INTERFACE, VC_HEADER, LE16(0x0100), LE16(0), LE32(48000000), 1, VIDEO_STREAMING);
    /* A camera (0x0201) with the controls AE mode (bit 1), absolute exposure time (bit 3). */
    PUT(w, CLASS_INTERFACE, VC_INPUT_TERMINAL, CAMERA_TERMINAL, LE16(0x0201), 0, 0, LE16(0), LE16(0), LE16(0),
        3, LE16(0x000a), 0);
    /* Brightness (bit 0), contrast (bit 1), gain (bit 9). */
    PUT(w, CLASS_INTERFACE, VC_PROCESSING_UNIT, PROCESSING_UNIT, CAMERA_TERMINAL, LE16(0), 2, LE16(0x0203),
        0);
    PUT(w, CLASS_INTERFACE, VC_OUTPUT_TERMINAL, OUTPUT, LE16(0x0101), 0, PROCESSING_UNIT, 0);
    set_total(w, header, header + 5);
}

static void put_frame(struct writer *w, const struct shape *s, uint8_t subtype, int format)
{
    uint32_t size = frame_size(s), interval = frame_interval(s, format);
    uint32_t bits_per_second = size * 8 * (10000000 / interval);
    PUT(w, CLASS_INTERFACE, subtype, 1, 0, LE16(s->width), LE16(s->height), LE32(bits_per_second / 10),
        LE32(bits_per_second), LE32(size), LE32(interval), 1, LE32(interval));
    PUT(w, CLASS_INTERFACE, VS_COLORFORMAT, 1, 1, 4);
}

static void put_video_streaming(struct writer *w, const struct shape *s)
{
    PUT(w, INTERFACE, VIDEO_STREAMING, 0, 1, CLASS_VIDEO, SUBCLASS_STREAMING, 0, 0);
    size_t header = w->len;
    PUT(w, CLASS_INTERFACE, VS_INPUT_HEADER, 2, LE16(0), ENDPOINT_IN, 0, OUTPUT, 0, 0, 0, 1, 0, 0);
    PUT(w, CLASS_INTERFACE, VS_FORMAT_MJPEG, FORMAT_MJPEG, 1, 1, 1, 0, 0, 0, 0);
    put_frame(w, s, VS_FRAME_MJPEG, FORMAT_MJPEG);
    /* The GUID of a packed 4:2:2 format: its FourCC, then the same twelve bytes for all. */
    PUT(w, CLASS_INTERFACE, VS_FORMAT_UNCOMPRESSED, FORMAT_YUYV, 1, 'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80,
        0, 0, 0xaa, 0, 0x38, 0x9b, 0x71, 16, 1, 0, 0, 0, 0);
    put_frame(w, s, VS_FRAME_UNCOMPRESSED, FORMAT_YUYV);
    set_total(w, header, header + 4);
    PUT(w, ENDPOINT, ENDPOINT_IN, BULK, LE16(BULK_PACKET), 0);
}

static void put_configuration(struct writer *w, const struct shape *s)
{
    PUT(w, CONFIGURATION, LE16(0), 2, 1, 0, 0x80, 250);
    PUT(w, ASSOCIATION, VIDEO_CONTROL, 2, CLASS_VIDEO, SUBCLASS_COLLECTION, 0, STRING_PRODUCT);
    put_video_control(w);
    put_video_streaming(w, s);
    set_total(w, 0, 2);
}

/* 1209:0001 is a vendor and product number that is free for tests. */
static void put_device(struct writer *w)
{
    PUT(w, DEVICE, LE16(0x0200), 0xef, 2, 1, 64, LE16(0x1209), LE16(0x0001), LE16(0x0100), STRING_VENDOR,
        STRING_PRODUCT, STRING_SERIAL, 1);
}

/* UTF-16 of the ASCII text. */
static void put_string(struct writer *w, const char *text)
{
    uint8_t wide[1 + 2 * 100] = {STRING};
    size_t n = strnlen(text, 100);
    for (size_t i = 0; i < n; i++)
        wide[1 + 2 * i] = (uint8_t)text[i];
    put(w, wide, 1 + 2 * n);
}

int descriptor_write(const struct shape *s, unsigned value, uint8_t *out)
{
    const char *const strings[] = {
        [STRING_VENDOR] = "uacam rig", [STRING_PRODUCT] = "Simulated webcam", [STRING_SERIAL] = s->serial};
    struct writer w = {.bytes = out};
    unsigned type = value >> 8, index = value & 0xff;
    if (type == DEVICE)
        put_device(&w);
    else if (type == CONFIGURATION)
        put_configuration(&w, s);
    else if (type == STRING && index == STRING_LANGUAGES)
        PUT(&w, STRING, LE16(0x0409));
    else if (type == STRING && index <= STRING_SERIAL)
        put_string(&w, strings[index]);
    else
        return -EPIPE;
    return (int)w.len;
}
