/* SPDX-License-Identifier: Apache-2.0
 * Endpoint 0 of the simulated webcam: its settings, and the bargain over the stream. */
#ifndef UACAM_TEST_UVC_CONTROL_H
#define UACAM_TEST_UVC_CONTROL_H

#include "descriptors.h"

enum { SETTING_COUNT = 5 };

/* The driver takes a bulk transfer of 32 packets at most, with one payload each. */
enum { PAYLOAD_MAX = 16 * 1024 };

struct control {
    struct shape shape;
    uint8_t format; /* bFormatIndex that was agreed on */
    int32_t values[SETTING_COUNT];
};

void control_init(struct control *c, const struct shape *shape);

/* Answers the request with these eight setup bytes. `data` (at least DESCRIPTOR_MAX bytes) holds what the
 * host sent and receives what it gets. Returns the bytes transferred, or -EPIPE to refuse. */
int control_answer(struct control *c, const uint8_t setup[8], uint8_t *data);

#endif
