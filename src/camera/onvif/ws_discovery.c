/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/onvif/ws_discovery.h"

#include "camera/identity.h"

#include <ctype.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 32, MAX_VALUE = 8192, MAX_MATCHES = 64 };

size_t ws_probe(char out[WS_PROBE], const char uuid[WS_UUID])
{
    int n = snprintf(out, WS_PROBE,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                     "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\" "
                     "xmlns:w=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
                     "xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
                     "xmlns:n=\"http://www.onvif.org/ver10/network/wsdl\">"
                     "<e:Header><w:MessageID>urn:uuid:%s</w:MessageID>"
                     "<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
                     "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
                     "<e:Body><d:Probe><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>"
                     "</e:Envelope>",
                     uuid);
    return n > 0 && n < WS_PROBE ? (size_t)n : 0;
}

/* ---- reading an answer ---- */

struct reading {
    XML_Parser parser;
    const char *uuid;
    onvif_found found;
    void *user;
    int depth;
    int match_depth; /* of the ProbeMatch that is being read; 0: none */
    unsigned matches;
    bool related; /* it answers our message */
    bool refused;
    char value[MAX_VALUE]; /* text of the present element */
    size_t value_len;
    struct onvif_device device;
};

static void refuse(struct reading *r)
{
    r->refused = true;
    XML_StopParser(r->parser, XML_FALSE);
}

/* "Scopes" of "http://... Scopes". Makers use several versions of the namespaces. */
static const char *local_name(const char *name)
{
    const char *space = strrchr(name, ' ');
    return space ? space + 1 : name;
}

static void percent_decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        unsigned byte;
        if (*in == '%' && isxdigit((unsigned char)in[1]) && isxdigit((unsigned char)in[2]) &&
            sscanf(in + 1, "%2x", &byte) == 1 && byte) {
            *out++ = (char)byte;
            in += 2;
        } else {
            *out++ = *in;
        }
    }
    *out = '\0';
}

/* "onvif://www.onvif.org/name/Front%20Door": the last of a kind counts. */
static void take_scope(struct onvif_device *d, char *scope)
{
    const struct {
        const char *prefix;
        char *field;
    } kinds[] = {
        {"onvif://www.onvif.org/name/", d->name},
        {"onvif://www.onvif.org/hardware/", d->hardware},
        {"onvif://www.onvif.org/location/", d->location},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t n = strlen(kinds[i].prefix);
        if (strncasecmp(scope, kinds[i].prefix, n) != 0)
            continue;
        percent_decode(scope + n);
        identity_text(kinds[i].field, scope + n);
    }
}

static bool is_plain_url(const char *url)
{
    for (const char *c = url; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '<' || *c == '>')
            return false;
    return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

/* The first one by IPv4 or by name; else the first. */
static void take_service(struct onvif_device *d, const char *url)
{
    bool by_ipv6 = strstr(url, "//[") != NULL;
    bool have_ipv6 = strstr(d->service, "//[") != NULL;
    if (!is_plain_url(url) || strlen(url) >= sizeof d->service || (d->service[0] && (by_ipv6 || !have_ipv6)))
        return;
    snprintf(d->service, sizeof d->service, "%s", url);
}

static void take_words(struct reading *r, void (*take)(struct onvif_device *d, char *word))
{
    char *rest = NULL;
    for (char *word = strtok_r(r->value, " \t\r\n", &rest); word; word = strtok_r(NULL, " \t\r\n", &rest))
        take(&r->device, word);
}

static void take_service_word(struct onvif_device *d, char *word)
{
    take_service(d, word);
}

static void end_match(struct reading *r)
{
    r->match_depth = 0;
    if (!r->related || !r->device.service[0])
        return;
    if (!r->device.endpoint[0])
        snprintf(r->device.endpoint, sizeof r->device.endpoint, "%.*s", CAMERA_TEXT - 1, r->device.service);
    r->found(r->user, &r->device);
}

static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    struct reading *r = user;
    (void)attributes;
    r->value_len = 0;
    if (++r->depth > MAX_DEPTH) {
        refuse(r);
    } else if (strcmp(local_name(name), "ProbeMatch") == 0 && !r->match_depth) {
        if (++r->matches > MAX_MATCHES)
            refuse(r);
        r->match_depth = r->depth;
        r->device = (struct onvif_device){0};
    }
}

static void XMLCALL on_text(void *user, const char *text, int len)
{
    struct reading *r = user;
    if ((size_t)len >= sizeof r->value - r->value_len) {
        refuse(r);
        return;
    }
    memcpy(r->value + r->value_len, text, (size_t)len);
    r->value_len += (size_t)len;
}

static void XMLCALL on_end(void *user, const char *name)
{
    struct reading *r = user;
    const char *local = local_name(name);
    r->value[r->value_len] = '\0';
    if (strcmp(local, "RelatesTo") == 0)
        r->related |= strstr(r->value, r->uuid) != NULL;
    else if (!r->match_depth)
        ;
    else if (strcmp(local, "Address") == 0)
        identity_text(r->device.endpoint, r->value);
    else if (strcmp(local, "Scopes") == 0)
        take_words(r, take_scope);
    else if (strcmp(local, "XAddrs") == 0)
        take_words(r, take_service_word);
    else if (r->depth == r->match_depth)
        end_match(r);
    r->value_len = 0;
    r->depth--;
}

/* Nobody needs a DOCTYPE here; entities are how such a text grows beyond all bounds. */
static void XMLCALL on_doctype(void *user, const char *name, const char *system, const char *public,
                               int subset)
{
    (void)name;
    (void)system;
    (void)public;
    (void)subset;
    refuse(user);
}

bool ws_read_matches(struct slice datagram, const char uuid[WS_UUID], onvif_found found, void *user)
{
    if (datagram.len == 0 || datagram.len > WS_MAX_DATAGRAM)
        return false;
    struct reading *r = calloc(1, sizeof *r);
    XML_Parser parser = r ? XML_ParserCreateNS(NULL, ' ') : NULL;
    if (!parser) {
        free(r);
        return false;
    }
    r->parser = parser;
    r->uuid = uuid;
    r->found = found;
    r->user = user;
    XML_SetUserData(parser, r);
    XML_SetElementHandler(parser, on_start, on_end);
    XML_SetCharacterDataHandler(parser, on_text);
    XML_SetStartDoctypeDeclHandler(parser, on_doctype);
    enum XML_Status status = XML_Parse(parser, (const char *)datagram.data, (int)datagram.len, XML_TRUE);
    bool good = status == XML_STATUS_OK && !r->refused && r->related;
    XML_ParserFree(parser);
    free(r);
    return good;
}
