/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* bRequest of USB 2.0. */
enum { GET_STATUS = 0, GET_DESCRIPTOR = 6, GET_INTERFACE = 10 };
/* bRequest of UVC 1.0 A.8. */
enum { SET_CUR = 1, GET_CUR = 0x81, GET_MIN, GET_MAX, GET_RES, GET_LEN, GET_INFO, GET_DEF };
enum { VS_PROBE = 1, VS_COMMIT };
enum { GET_AND_SET = 3 }; /* answer to GET_INFO */
enum { PROBE_SIZE = 26 };

static const struct setting {
    uint8_t entity, selector, size;
    int32_t min, max, step, initial;
} settings[SETTING_COUNT] = {
    {CAMERA_TERMINAL, 2, 1, 1, 8, 9, 1},      /* AE mode, a mask: manual 1, aperture priority 8 */
    {CAMERA_TERMINAL, 4, 4, 1, 5000, 1, 100}, /* exposure time, 100 us */
    {PROCESSING_UNIT, 2, 2, -64, 64, 1, 0},   /* brightness */
    {PROCESSING_UNIT, 3, 2, 0, 64, 1, 32},    /* contrast */
    {PROCESSING_UNIT, 4, 2, 0, 64, 1, 10},    /* gain */
};

void control_init(struct control *c, const struct shape *shape)
{
    *c = (struct control){.shape = *shape, .format = FORMAT_MJPEG};
    for (size_t i = 0; i < SETTING_COUNT; i++)
        c->values[i] = settings[i].initial;
}

/* The answer to GET_INFO and GET_LEN for something of `size` bytes; 0 for another request. */
static int answer_about(uint8_t request, uint8_t size, uint8_t *data)
{
    if (request == GET_INFO) {
        data[0] = GET_AND_SET;
        return 1;
    }
    if (request == GET_LEN) {
        memcpy(data, (const uint8_t[]){LE16(size)}, 2);
        return 2;
    }
    return 0;
}

static int sign_extended(uint32_t raw, uint8_t size)
{
    return size == 2 ? (int16_t)raw : (int32_t)raw;
}

static int answer_setting(const struct setting *s, int32_t *value, uint8_t request, uint8_t *data)
{
    int n = answer_about(request, s->size, data);
    if (n)
        return n;
    uint32_t raw = 0;
    if (request == SET_CUR) {
        memcpy(&raw, data, s->size);
        *value = sign_extended(raw, s->size);
        return s->size;
    }
    const int32_t answers[] = {[GET_CUR - GET_CUR] = *value,
                               [GET_MIN - GET_CUR] = s->min,
                               [GET_MAX - GET_CUR] = s->max,
                               [GET_RES - GET_CUR] = s->step,
                               [GET_DEF - GET_CUR] = s->initial};
    if (request < GET_CUR || request > GET_DEF)
        return -EPIPE;
    memcpy(data, &answers[request - GET_CUR], s->size);
    return s->size;
}

/* UVC 1.0 4.3.1.1: the camera has its own idea of everything but the format. */
static int answer_probe(struct control *c, uint8_t request, uint8_t *data)
{
    int n = answer_about(request, PROBE_SIZE, data);
    if (n)
        return n;
    if (request == SET_CUR) {
        c->format = data[2] == FORMAT_YUYV ? FORMAT_YUYV : FORMAT_MJPEG;
        return PROBE_SIZE;
    }
    uint32_t interval = frame_interval(&c->shape, c->format);
    const uint8_t probe[PROBE_SIZE] = {
        LE16(1),          c->format, 1,       LE32(interval), LE16(0),
        LE16(0),          LE16(0),   LE16(0), LE16(0),        LE32(frame_size(&c->shape)),
        LE32(PAYLOAD_MAX)};
    memcpy(data, probe, PROBE_SIZE);
    return PROBE_SIZE;
}

static int answer_class(struct control *c, const uint8_t setup[8], uint8_t *data)
{
    uint8_t request = setup[1], selector = setup[3], interface = setup[4], entity = setup[5];
    if (interface == VIDEO_STREAMING)
        return selector == VS_PROBE || selector == VS_COMMIT ? answer_probe(c, request, data) : -EPIPE;
    for (size_t i = 0; i < SETTING_COUNT; i++)
        if (settings[i].entity == entity && settings[i].selector == selector)
            return answer_setting(&settings[i], &c->values[i], request, data);
    return -EPIPE;
}

static int answer_standard(const struct control *c, const uint8_t setup[8], uint8_t *data)
{
    enum { TO_HOST = 0x80 };
    unsigned value = setup[2] | (unsigned)setup[3] << 8;
    if (!(setup[0] & TO_HOST))
        return 0; /* address, configuration, interface, halt: as you like */
    memset(data, 0, 2);
    switch (setup[1]) {
    case GET_DESCRIPTOR:
        return descriptor_write(&c->shape, value, data);
    case GET_STATUS:
        return 2;
    case GET_INTERFACE:
        return 1;
    default:
        return -EPIPE;
    }
}

int control_answer(struct control *c, const uint8_t setup[8], uint8_t *data)
{
    enum { TYPE_MASK = 0x60, TYPE_CLASS = 0x20 };
    bool of_class = (setup[0] & TYPE_MASK) == TYPE_CLASS;
    int wanted = setup[6] | setup[7] << 8;
    int n = of_class ? answer_class(c, setup, data) : answer_standard(c, setup, data);
    return n < wanted ? n : wanted;
}
