/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/identity.h"

#include <string.h>

/* Length of the UTF-8 character at `s`, 0 when there is none. The end of the text stops it. */
static size_t character_length(const unsigned char *s)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t min;
    } kinds[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        if ((s[0] & kinds[k].mask) != kinds[k].lead)
            continue;
        uint32_t point = s[0] & (unsigned char)~kinds[k].mask;
        for (size_t i = 1; i <= k; i++) {
            if ((s[i] & 0xc0) != 0x80)
                return 0;
            point = point << 6 | (s[i] & 0x3f);
        }
        bool surrogate = point >= 0xd800 && point <= 0xdfff;
        return point < kinds[k].min || point > 0x10ffff || surrogate ? 0 : k + 1;
    }
    return 0;
}

void identity_text(char *out, const char *in)
{
    const unsigned char *s = (const unsigned char *)in;
    size_t used = 0;
    while (*s == ' ')
        s++;
    while (*s) {
        size_t n = character_length(s);
        size_t room = n ? n : 1;
        if (used + room >= CAMERA_TEXT)
            break;
        if (n == 0)
            out[used] = '?';
        else if (*s < 0x20 || *s == 0x7f)
            out[used] = ' ';
        else
            memcpy(out + used, s, n);
        used += room;
        s += room;
    }
    while (used > 0 && out[used - 1] == ' ')
        used--;
    out[used] = '\0';
}

static bool id_may_have(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("._-", c));
}

void identity_id(char *out, const char *in)
{
    identity_text(out, in);
    size_t used = 0;
    for (const char *s = out; *s; s++) {
        if (id_may_have(*s))
            out[used++] = *s;
        else if (used > 0 && out[used - 1] != '-')
            out[used++] = '-';
    }
    while (used > 0 && out[used - 1] == '-')
        used--;
    out[used] = '\0';
}

uint32_t identity_hash(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

int identity_uri(struct camera_identity *out, const char *uri, struct err_text *why)
{
    size_t len = strlen(uri);
    if (len >= sizeof out->uri)
        return err_set(why, ERR_INVALID, "camera URI of more than %zu bytes", sizeof out->uri - 1);
    memcpy(out->uri, uri, len + 1);
    return 0;
}
