/* SPDX-License-Identifier: Apache-2.0
 * The discovery of GigE Vision's control protocol (GVCP) as bytes: who is there? Pure; any thread. */
#ifndef UACAM_CAMERA_GENICAM_GVCP_H
#define UACAM_CAMERA_GENICAM_GVCP_H

#include "base/bytes.h"
#include "base/err.h"

enum {
    GVCP_PORT = 3956, /* UDP */
    GVCP_COMMAND_SIZE = 8,
    GVCP_ANSWER_MAX = 576, /* bytes of any GVCP packet */
};

/* What a camera tells of itself. Texts end, but may hold anything else. */
struct gvcp_device {
    uint32_t address; /* IPv4, first byte highest */
    uint8_t mac[6];
    char manufacturer[33];
    char model[33];
    char version[33];
    char serial[17];
    char user_name[17]; /* given by its user */
};

/* A DISCOVERY_CMD that asks for an answer to this request number, to us alone. */
void gvcp_write_discovery(uint16_t request, uint8_t out[GVCP_COMMAND_SIZE]);

/* Reads the DISCOVERY_ACK to it. ERR_INVALID for anything else. */
must_check int gvcp_read_discovery(struct slice packet, uint16_t request, struct gvcp_device *out);

#endif
