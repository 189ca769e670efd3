/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/ip_uri.h"

#include "camera/uri.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- options ---- */

static bool set_transport(void *options, struct slice value)
{
    struct ip_options *o = options;
    o->udp = slice_is(value, "udp");
    return o->udp || slice_is(value, "tcp");
}

static bool set_certificate(void *options, struct slice value)
{
    struct ip_options *o = options;
    o->any_certificate = slice_is(value, "any");
    return o->any_certificate || slice_is(value, "checked");
}

static bool set_fps(void *options, struct slice value)
{
    return uri_double(value, 0.01, 60, &((struct ip_options *)options)->fps);
}

#define TRANSPORT                                                                                            \
    {                                                                                                        \
        "transport", "tcp or udp", set_transport                                                             \
    }
#define CERTIFICATE                                                                                          \
    {                                                                                                        \
        "certificate", "checked or any", set_certificate                                                     \
    }
#define FPS                                                                                                  \
    {                                                                                                        \
        "fps", "0.01 to 60", set_fps                                                                         \
    }

static const struct uri_option rtsp_rows[] = {TRANSPORT}, rtsps_rows[] = {TRANSPORT, CERTIFICATE},
                               http_rows[] = {FPS}, https_rows[] = {FPS, CERTIFICATE};

static const struct scheme {
    const char *name;
    uint32_t port;
    struct uri_option_table options;
} schemes[] = {
    {"rtsp", 554, {"rtsp://192.168.1.20/stream#transport=udp", rtsp_rows, ARRAY_LEN(rtsp_rows)}},
    {"rtsps", 322, {"rtsps://192.168.1.20/stream#certificate=any", rtsps_rows, ARRAY_LEN(rtsps_rows)}},
    {"http", 80, {"http://192.168.1.20/snapshot.jpg#fps=1", http_rows, ARRAY_LEN(http_rows)}},
    {"https", 443, {"https://192.168.1.20/stream#certificate=any", https_rows, ARRAY_LEN(https_rows)}},
};

static const char EXAMPLE[] = "as in rtsp://user:password@192.168.1.20:554/stream";

static const struct scheme *scheme_of(const char *uri)
{
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        size_t len = strlen(schemes[i].name);
        if (strncmp(uri, schemes[i].name, len) == 0 && uri[len] == ':')
            return &schemes[i];
    }
    return NULL;
}

/* ---- reading ---- */

static int check_characters(const char *uri, struct err_text *why)
{
    for (const char *s = uri; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == 0x7f)
            return err_set(why, ERR_INVALID,
                           "a camera's URI has a blank or a control character: write a blank as %%20");
    return 0;
}

/* Names, IPv4 and, in brackets, IPv6 addresses. */
static int read_host(struct ip_uri *u, const char *text, size_t len, struct err_text *why)
{
    bool v6 = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (v6) {
        text++;
        len -= 2;
    }
    if (len == 0)
        return err_set(why, ERR_INVALID, "%s: the camera's address is missing, %s", u->scheme, EXAMPLE);
    if (len >= sizeof u->host)
        return err_set(why, ERR_INVALID, "%s: the camera's address is too long", u->scheme);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (v6 ? !isxdigit(c) && !strchr(":.", c) : !isalnum(c) && !strchr(".-_", c))
            return err_set(why, ERR_INVALID,
                           "%s: the camera's address has a character that none may have, %s; in user and "
                           "password write / as %%2F, ? as %%3F, # as %%23, @ as %%40",
                           u->scheme, EXAMPLE);
        u->host[i] = (char)tolower(c);
    }
    return 0;
}

static int read_authority(struct ip_uri *u, const struct scheme *scheme, const char *text, size_t len,
                          struct err_text *why)
{
    const char *at = memrchr(text, '@', len);
    if (at) {
        memcpy(u->login, text, (size_t)(at - text));
        len -= (size_t)(at + 1 - text);
        text = at + 1;
    }
    const char *colon = memrchr(text, ':', len), *bracket = memrchr(text, ']', len);
    u->port = scheme->port;
    if (colon && (!bracket || colon > bracket)) {
        struct slice port = {(const uint8_t *)colon + 1, len - (size_t)(colon + 1 - text)};
        if (!uri_u32(port, 1, 65535, &u->port))
            return err_set(why, ERR_INVALID, "%s: the port of a camera must be 1 to 65535, %s", u->scheme,
                           EXAMPLE);
        len = (size_t)(colon - text);
    }
    u->default_port = u->port == scheme->port;
    return read_host(u, text, len, why);
}

/* "${NAME" without an end, or a name that no variable has. */
static int check_references(const char *text, struct err_text *why)
{
    for (const char *s = text; (s = strstr(s, "${"));) {
        s += 2;
        size_t len = 0;
        while (isalnum((unsigned char)s[len]) || s[len] == '_')
            len++;
        if (len == 0 || s[len] != '}')
            return err_set(why, ERR_INVALID,
                           "a camera's URI has ${ without the name of an environment variable and }: as in "
                           "rtsp://${CAMERA_USER}:${CAMERA_PASSWORD}@192.168.1.20/stream");
    }
    return 0;
}

int ip_uri_read(struct ip_uri *out, const char *uri, struct err_text *why)
{
    *out = (struct ip_uri){0};
    const struct scheme *scheme = scheme_of(uri);
    if (!scheme)
        return err_set(why, ERR_INVALID, "rtsp, rtsps, http or https is expected, %s", EXAMPLE);
    out->scheme = scheme->name;
    if (strlen(uri) >= CAMERA_URI)
        return err_set(why, ERR_INVALID, "%s: a URI of more than %d bytes", scheme->name, CAMERA_URI - 1);
    const char *rest = uri + strlen(scheme->name) + 1;
    if (strncmp(rest, "//", 2) != 0)
        return err_set(why, ERR_INVALID, "%s: needs two slashes and the camera's address, %s", scheme->name,
                       EXAMPLE);
    rest += 2;
    size_t len = strcspn(rest, "/?#");
    int rc = check_characters(uri, why);
    if (!rc && strchr(rest + len, '@'))
        rc = err_set(why, ERR_INVALID,
                     "%s: an @ stands behind the camera's address: write it as %%40 there; in user and "
                     "password write / as %%2F, ? as %%3F, # as %%23",
                     scheme->name);
    if (!rc)
        rc = read_authority(out, scheme, rest, len, why);
    if (rc)
        return rc;
    rest += len;
    len = strcspn(rest, "#");
    snprintf(out->target, sizeof out->target, "%s%.*s", rest[0] == '/' ? "" : "/", (int)len, rest);
    rc = check_references(out->login, why);
    if (!rc)
        rc = check_references(out->target, why);
    if (!rc && rest[len] == '#')
        rc = uri_read_options(slice_of(rest + len + 1), &scheme->options, &out->options, why);
    return rc;
}

/* ---- writing ---- */

void ip_uri_place(const struct ip_uri *u, char *out, size_t size)
{
    bool v6 = strchr(u->host, ':');
    int used = snprintf(out, size, "%s%s%s", v6 ? "[" : "", u->host, v6 ? "]" : "");
    if (!u->default_port && used > 0 && (size_t)used < size)
        snprintf(out + used, size - (size_t)used, ":%u", u->port);
}

/* A URL that is being written. */
struct sink {
    char *out;
    size_t size, used;
    bool full;
};

static void put(struct sink *s, char c)
{
    if (s->used + 1 >= s->size)
        s->full = true;
    else
        s->out[s->used++] = c;
}

/* Letters, digits and `also` as they are, the rest percent-encoded. */
static void put_encoded(struct sink *s, unsigned char c, const char *also)
{
    static const char digits[] = "0123456789ABCDEF";
    if (isalnum(c) || strchr("-._~", c) || strchr(also, c)) {
        put(s, (char)c);
        return;
    }
    put(s, '%');
    put(s, digits[c >> 4]);
    put(s, digits[c & 15]);
}

/* A text whose references were checked. */
static int put_text(struct sink *s, const char *text, const char *also, struct err_text *why)
{
    while (*text) {
        if (strncmp(text, "${", 2) != 0) {
            put_encoded(s, (unsigned char)*text++, also);
            continue;
        }
        char name[CAMERA_URI];
        size_t len = strcspn(text + 2, "}");
        snprintf(name, sizeof name, "%.*s", (int)len, text + 2);
        const char *value = getenv(name);
        if (!value)
            return err_set(why, ERR_INVALID,
                           "a camera's URI wants the environment variable %.64s, which is not set: export it "
                           "before uacam starts; a service needs Environment= or EnvironmentFile=",
                           name);
        for (; *value; value++)
            put_encoded(s, (unsigned char)*value, "");
        text += len + 3;
    }
    return 0;
}

int ip_uri_expand(const struct ip_uri *u, char *out, size_t size, struct err_text *why)
{
    char place[sizeof u->host + 16];
    struct sink s = {.out = out, .size = size};
    int rc = put_text(&s, u->scheme, "", why);
    for (const char *c = "://"; *c; c++)
        put(&s, *c);
    if (!rc && u->login[0]) {
        rc = put_text(&s, u->login, "!$&*+,;=:%", why);
        put(&s, '@');
    }
    ip_uri_place(u, place, sizeof place);
    for (const char *c = place; *c; c++)
        put(&s, *c);
    if (!rc)
        rc = put_text(&s, u->target, "!$&*+,;=:%/?()[]", why);
    if (!rc && s.full)
        rc = err_set(why, ERR_INVALID, "%s: the URL is too long once its variables are in place", u->scheme);
    out[rc ? 0 : s.used] = '\0';
    return rc;
}
