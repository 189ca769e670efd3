/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/gvcp.h"

#include <string.h>

enum {
    KEY = 0x42,
    FLAG_ACKNOWLEDGE = 0x01,
    DISCOVERY_CMD = 0x0002,
    DISCOVERY_ACK = 0x0003,
    HEADER = 8,
    BODY = 0xf8, /* the first bootstrap registers, to the end of the user's name */
};

/* Addresses of the bootstrap registers. */
enum {
    AT_MAC = 0x0a,
    AT_ADDRESS = 0x24,
    AT_MANUFACTURER = 0x48,
    AT_MODEL = 0x68,
    AT_VERSION = 0x88,
    AT_SERIAL = 0xd8,
    AT_USER_NAME = 0xe8,
};

void gvcp_write_discovery(uint16_t request, uint8_t out[GVCP_COMMAND_SIZE])
{
    const uint8_t command[GVCP_COMMAND_SIZE] = {
        KEY, FLAG_ACKNOWLEDGE, 0, DISCOVERY_CMD, 0, 0, (uint8_t)(request >> 8), (uint8_t)request};
    memcpy(out, command, sizeof command);
}

static unsigned read_u16(const uint8_t *at)
{
    return (unsigned)(at[0] << 8 | at[1]);
}

/* A field of `size` - 1 bytes, which need not end. */
static void read_text(char *out, size_t size, const uint8_t *at)
{
    memcpy(out, at, size - 1);
    out[size - 1] = '\0';
}

int gvcp_read_discovery(struct slice packet, uint16_t request, struct gvcp_device *out)
{
    const uint8_t *p = packet.data;
    *out = (struct gvcp_device){0};
    if (packet.len < HEADER + BODY || read_u16(p) != 0 || read_u16(p + 2) != DISCOVERY_ACK)
        return ERR_INVALID;
    if (read_u16(p + 4) < BODY || read_u16(p + 6) != request)
        return ERR_INVALID;
    p += HEADER;
    out->address = (uint32_t)read_u16(p + AT_ADDRESS) << 16 | read_u16(p + AT_ADDRESS + 2);
    memcpy(out->mac, p + AT_MAC, sizeof out->mac);
    read_text(out->manufacturer, sizeof out->manufacturer, p + AT_MANUFACTURER);
    read_text(out->model, sizeof out->model, p + AT_MODEL);
    read_text(out->version, sizeof out->version, p + AT_VERSION);
    read_text(out->serial, sizeof out->serial, p + AT_SERIAL);
    read_text(out->user_name, sizeof out->user_name, p + AT_USER_NAME);
    return 0;
}
