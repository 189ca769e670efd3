/* SPDX-License-Identifier: Apache-2.0 */
#include "usbip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RET_SUBMIT = 3, RET_UNLINK = 4 };

/* Every message begins with this; big-endian. */
struct header {
    uint32_t command, sequence, device, direction, endpoint;
    union {
        struct {
            uint32_t flags, length, start_frame, packets, interval;
        } submit;
        struct {
            uint32_t status, length, start_frame, packets, errors;
        } submitted;
        struct {
            uint32_t sequence, unused[4];
        } unlink;
    };
    uint8_t setup[8];
};

static bool read_all(int fd, void *out, size_t n)
{
    for (uint8_t *at = out; n > 0;) {
        ssize_t got = read(fd, at, n);
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

static bool write_all(int fd, const void *data, size_t n)
{
    for (const uint8_t *at = data; n > 0;) {
        ssize_t put = write(fd, at, n);
        if (put <= 0)
            return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

static bool attach(unsigned port, int kernel_end)
{
    enum { HIGH_SPEED = 3 };
    FILE *file = fopen("/sys/devices/platform/vhci_hcd.0/attach", "w");
    if (!file)
        return false;
    fprintf(file, "%u %d %u %d", port, kernel_end, 0x10000 + port + 1, HIGH_SPEED);
    return fclose(file) == 0;
}

int usbip_plug(unsigned port)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
        return -1;
    bool attached = attach(port, ends[1]);
    int why = errno;
    close(ends[1]);
    if (attached)
        return ends[0];
    close(ends[0]);
    errno = why;
    return -1;
}

bool usbip_read(int socket, struct usbip_request *out, uint8_t *data, size_t max)
{
    struct header h;
    if (!read_all(socket, &h, sizeof h))
        return false;
    *out = (struct usbip_request){.command = ntohl(h.command),
                                  .sequence = ntohl(h.sequence),
                                  .to_host = ntohl(h.direction) == 1,
                                  .endpoint = ntohl(h.endpoint)};
    if (out->command == USBIP_UNLINK) {
        out->unlinked = ntohl(h.unlink.sequence);
        return true;
    }
    out->length = ntohl(h.submit.length);
    memcpy(out->setup, h.setup, sizeof out->setup);
    return out->to_host || (out->length <= max && read_all(socket, data, out->length));
}

bool usbip_complete(int socket, const struct usbip_request *request, int status, const uint8_t *data,
                    uint32_t length)
{
    struct header h = {.command = htonl(RET_SUBMIT), .sequence = htonl(request->sequence)};
    h.submitted.status = htonl((uint32_t)status);
    h.submitted.length = htonl(length);
    return write_all(socket, &h, sizeof h) && (!request->to_host || write_all(socket, data, length));
}

bool usbip_unlinked(int socket, const struct usbip_request *request, int status)
{
    struct header h = {.command = htonl(RET_UNLINK), .sequence = htonl(request->sequence)};
    h.submitted.status = htonl((uint32_t)status);
    return write_all(socket, &h, sizeof h);
}
