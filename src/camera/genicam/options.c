/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/genicam/options.h"

#include "camera/uri.h"

#include <arpa/inet.h>
#include <string.h>

static bool set_trigger(void *options, struct slice value)
{
    struct genicam_options *o = options;
    o->trigger = slice_is(value, "software") ? GENICAM_TRIGGER_SOFTWARE : GENICAM_TRIGGER_OFF;
    return slice_is(value, "software") || slice_is(value, "off");
}

static bool set_packet_size(void *options, struct slice value)
{
    struct genicam_options *o = options;
    o->packet_size = 0;
    return slice_is(value, "auto") || uri_u32(value, 576, 16384, &o->packet_size);
}

static bool set_packet_delay(void *options, struct slice value)
{
    return uri_u32(value, 1, 100000, &((struct genicam_options *)options)->packet_delay_us);
}

static bool set_resend(void *options, struct slice value)
{
    struct genicam_options *o = options;
    o->no_resend = slice_is(value, "off");
    return o->no_resend || slice_is(value, "on");
}

static bool set_socket(void *options, struct slice value)
{
    struct genicam_options *o = options;
    o->plain_socket = slice_is(value, "udp");
    return o->plain_socket || slice_is(value, "auto");
}

static const struct uri_option rows[] = {
    {"trigger", "software or off", set_trigger},
    {"packet_size", "auto or 576 to 16384 bytes", set_packet_size},
    {"packet_delay", "1 to 100000 microseconds", set_packet_delay},
    {"resend", "on or off", set_resend},
    {"socket", "auto or udp", set_socket},
};

static const struct uri_option_table gige_table = {"gige:192.168.1.20?trigger=software", rows,
                                                   ARRAY_LEN(rows)};
/* Packets are a matter of networks. */
static const struct uri_option_table usb3v_table = {"usb3v:Basler-daA1280-54um-21876543?trigger=off", rows,
                                                    1};

int genicam_options_read(struct genicam_options *out, const char *uri, struct err_text *why)
{
    bool gige = strncmp(uri, "gige:", 5) == 0;
    const struct uri_option_table *table = gige ? &gige_table : &usb3v_table;
    struct uri_parts parts = uri_split(uri);
    *out = (struct genicam_options){0};
    if (parts.rest.len == 0 || parts.rest.len >= sizeof out->name)
        return err_set(why, ERR_INVALID, "%.100s names no camera: write its id%s or serial number, as in %s",
                       uri, gige ? ", address" : "", table->example);
    memcpy(out->name, parts.rest.data, parts.rest.len);
    return uri_read_options(parts.options, table, out, why);
}

bool genicam_read_address(const char *text, uint32_t *out)
{
    struct in_addr address;
    if (inet_pton(AF_INET, text, &address) != 1)
        return false;
    *out = ntohl(address.s_addr);
    return true;
}
