/* SPDX-License-Identifier: Apache-2.0
 * The USB/IP protocol towards the kernel's virtual host controller (Documentation/usb/usbip_protocol.rst):
 * the kernel submits transfers over a socket, we answer them. */
#ifndef UACAM_TEST_UVC_USBIP_H
#define UACAM_TEST_UVC_USBIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum usbip_command { USBIP_SUBMIT = 1, USBIP_UNLINK = 2 };

struct usbip_request {
    enum usbip_command command;
    uint32_t sequence;
    bool to_host;
    uint32_t endpoint;
    uint32_t length;   /* of the transfer */
    uint32_t unlinked; /* the sequence that USBIP_UNLINK takes back */
    uint8_t setup[8];
};

/* Plugs a high-speed device into this port of vhci_hcd.0. Returns the socket, or -1 with errno. */
int usbip_plug(unsigned port);

/* The next request; the data of a transfer towards the device lands in `data`. False when the connection ends
 * or the data is larger than `max`. */
bool usbip_read(int socket, struct usbip_request *out, uint8_t *data, size_t max);

/* Ends a submitted transfer: `status` is 0 or a negative errno, `length` the bytes transferred. */
bool usbip_complete(int socket, const struct usbip_request *request, int status, const uint8_t *data,
                    uint32_t length);

/* Ends an unlink. */
bool usbip_unlinked(int socket, const struct usbip_request *request, int status);

#endif
