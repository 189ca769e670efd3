/* SPDX-License-Identifier: Apache-2.0
 * What a URI of a GenICam camera says: "gige:192.168.1.20?packet_size=1500&trigger=software". Pure; any
 * thread. */
#ifndef UACAM_CAMERA_GENICAM_OPTIONS_H
#define UACAM_CAMERA_GENICAM_OPTIONS_H

#include "camera/backend.h"

enum genicam_trigger {
    GENICAM_TRIGGER_AS_SET,   /* whatever the camera is set to */
    GENICAM_TRIGGER_OFF,      /* it streams */
    GENICAM_TRIGGER_SOFTWARE, /* it exposes when a picture is wanted */
};

struct genicam_options {
    char name[CAMERA_TEXT]; /* id, serial number, user's name, MAC or IPv4 address */
    enum genicam_trigger trigger;
    /* GigE Vision's own. */
    uint32_t packet_size;     /* bytes; 0: the largest that comes through */
    uint32_t packet_delay_us; /* between packets; 0: as the camera is set */
    bool no_resend;           /* lost packets are not asked for again */
    bool plain_socket;        /* UDP even where we may use a packet socket */
};

/* Of a "gige:" or "usb3v:" URI. ERR_INVALID with a text that shows a right one. */
must_check int genicam_options_read(struct genicam_options *out, const char *uri, struct err_text *why);

/* "192.168.1.20" into `out`, first byte highest. False for anything else. */
bool genicam_read_address(const char *text, uint32_t *out);

#endif
