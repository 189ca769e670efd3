/* SPDX-License-Identifier: Apache-2.0
 * NodeIds as text (Part 6 §5.3.1.10). */
#include "base/arena.h"
#include "wire/types.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { GUID_TEXT = 36 };

static void base64_text(struct slice bytes, char *out, size_t size)
{
    size_t at = 0;
    for (size_t i = 0; i < bytes.len && size - at > 4; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (k < n ? bytes.data[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            out[at++] = k <= n ? base64_digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    out[at] = '\0';
}

static void guid_text(const struct ua_guid *g, char *out, size_t size)
{
    const uint8_t *d = g->data4;
    snprintf(out, size, "%08" PRIX32 "-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X", g->data1, g->data2,
             g->data3, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]);
}

const char *ua_nodeid_text(const struct ua_nodeid *id, char *out, size_t size)
{
    char prefix[16] = "";
    if (id->ns)
        snprintf(prefix, sizeof prefix, "ns=%u;", id->ns);
    int n = snprintf(out, size, "%s%c=", prefix, "isgb"[id->kind]);
    if (n < 0 || (size_t)n >= size)
        return out;
    out += n;
    size -= (size_t)n;
    switch (id->kind) {
    case UA_ID_NUMERIC:
        snprintf(out, size, "%" PRIu32, id->numeric);
        break;
    case UA_ID_STRING:
        snprintf(out, size, "%.*s", SLICE_ARGS(id->string));
        break;
    case UA_ID_GUID:
        guid_text(&id->guid, out, size);
        break;
    default:
        base64_text(id->string, out, size);
    }
    return out - n;
}

static bool skip(struct slice *text, const char *prefix)
{
    size_t n = strlen(prefix);
    if (text->len < n || memcmp(text->data, prefix, n) != 0)
        return false;
    text->data += n;
    text->len -= n;
    return true;
}

/* Takes decimal digits off the front. */
static bool take_number(struct slice *text, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;
    size_t n = 0;
    while (n < text->len && text->data[n] >= '0' && text->data[n] <= '9' && value <= max)
        value = value * 10 + (text->data[n++] - '0');
    text->data += n;
    text->len -= n;
    *out = (uint32_t)value;
    return n > 0 && value <= max;
}

/* -1 for a byte that is no hexadecimal digit. */
static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_guid(struct slice text, struct ua_guid *out)
{
    uint8_t bytes[16] = {0};
    size_t digits = 0;
    if (text.len != GUID_TEXT)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        int digit = hex_digit(text.data[i]);
        if (dash ? text.data[i] != '-' : digit < 0)
            return false;
        if (dash)
            continue;
        bytes[digits / 2] = (uint8_t)(bytes[digits / 2] << 4 | digit);
        digits++;
    }
    out->data1 = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    out->data2 = (uint16_t)(bytes[4] << 8 | bytes[5]);
    out->data3 = (uint16_t)(bytes[6] << 8 | bytes[7]);
    memcpy(out->data4, bytes + 8, sizeof out->data4);
    return true;
}

static bool parse_base64(struct slice text, struct arena *arena, struct slice *out)
{
    if (text.len == 0 || text.len % 4 != 0)
        return false;
    size_t padding = (text.data[text.len - 1] == '=') + (size_t)(text.data[text.len - 2] == '=');
    uint8_t *bytes = arena_alloc(arena, text.len / 4, 3);
    if (!bytes)
        return false;
    uint32_t bits = 0;
    for (size_t i = 0; i < text.len - padding; i++) {
        const char *digit = memchr(base64_digits, text.data[i], sizeof base64_digits - 1);
        if (!digit)
            return false;
        bits = bits << 6 | (uint32_t)(digit - base64_digits);
        if (i % 4 != 0)
            bytes[i / 4 * 3 + i % 4 - 1] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
    }
    *out = (struct slice){bytes, text.len / 4 * 3 - padding};
    return true;
}

static bool parse_id(struct slice text, struct arena *arena, struct ua_nodeid *out)
{
    if (skip(&text, "i=")) {
        out->kind = UA_ID_NUMERIC;
        return take_number(&text, UINT32_MAX, &out->numeric) && text.len == 0;
    }
    if (skip(&text, "s=")) {
        out->kind = UA_ID_STRING;
        out->string = text;
        return text.len > 0;
    }
    if (skip(&text, "g=")) {
        out->kind = UA_ID_GUID;
        return parse_guid(text, &out->guid);
    }
    out->kind = UA_ID_OPAQUE;
    return skip(&text, "b=") && parse_base64(text, arena, &out->string);
}

bool ua_nodeid_parse(struct slice text, struct arena *arena, struct ua_nodeid *out)
{
    *out = (struct ua_nodeid){0};
    struct ua_nodeid id = {0};
    uint32_t ns = 0;
    if (skip(&text, "ns=") && !(take_number(&text, UINT16_MAX, &ns) && skip(&text, ";")))
        return false;
    id.ns = (uint16_t)ns;
    if (!parse_id(text, arena, &id))
        return false;
    *out = id;
    return true;
}
