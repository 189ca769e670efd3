/* SPDX-License-Identifier: Apache-2.0
 * Which GigE Vision cameras are in the networks of this machine: asks by broadcast, as every program for such
 * cameras does, and disturbs nobody who uses them. Blocks up to a second; any thread but the loop's. */
#ifndef UACAM_CAMERA_GENICAM_DISCOVER_H
#define UACAM_CAMERA_GENICAM_DISCOVER_H

#include "camera/genicam/gvcp.h"

enum { GIGE_MOST_CAMERAS = 256 };

/* A camera that answered, and our own address in its network. */
struct gige_place {
    struct gvcp_device device;
    uint32_t local; /* IPv4, first byte highest */
};

/* False ends the search. */
typedef bool (*gige_found)(void *user, const struct gige_place *place);

/* Asks on every interface that is up and has an IPv4 address; each camera is told once. The addresses of
 * `known` cameras are asked by themselves as well, for an answer may get lost. ERR_IO: the interfaces cannot
 * be listed. */
must_check int gige_discover(const uint32_t *known, size_t known_count, gige_found found, void *user,
                             struct err_text *why);

/* Asks one address. ERR_GONE: no answer. */
must_check int gige_ask(uint32_t address, struct gige_place *out, struct err_text *why);

/* "192.168.1.20" */
void gige_address_text(uint32_t address, char out[16]);

#endif
