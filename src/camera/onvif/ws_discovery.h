/* SPDX-License-Identifier: Apache-2.0
 * WS-Discovery as ONVIF uses it (ONVIF Core §7.3), as bytes: who in this network shows video? Pure; any
 * thread. */
#ifndef UACAM_CAMERA_ONVIF_WS_DISCOVERY_H
#define UACAM_CAMERA_ONVIF_WS_DISCOVERY_H

#include "base/bytes.h"
#include "camera/backend.h"

enum { WS_UUID = 37, WS_PROBE = 1024, WS_MAX_DATAGRAM = 65536 };

/* A device that answered; texts are empty when it does not tell. */
struct onvif_device {
    char endpoint[CAMERA_TEXT]; /* stays the same wherever the device is: "urn:uuid:..." */
    char name[CAMERA_TEXT];
    char hardware[CAMERA_TEXT];
    char location[CAMERA_TEXT];
    char service[CAMERA_URI]; /* "http://192.0.2.7/onvif/device_service" */
};

typedef void (*onvif_found)(void *user, const struct onvif_device *d);

/* A Probe for network video transmitters, NUL-ended; gives its length. `uuid` is that of the message. */
size_t ws_probe(char out[WS_PROBE], const char uuid[WS_UUID]);

/* Calls `found` for each device in an answer to that Probe. False: it is no such answer, or malformed behind
 * what was found. */
bool ws_read_matches(struct slice datagram, const char uuid[WS_UUID], onvif_found found, void *user);

#endif
