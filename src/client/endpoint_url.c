/* SPDX-License-Identifier: Apache-2.0 */
#include "client/endpoint_url.h"

#include "base/bytes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SCHEME "opc.tcp://"

static int refuse(struct err_text *why, const char *url, const char *what)
{
    return err_set(why, ERR_INVALID,
                   "'%.80s' %s; write opc.tcp://HOST:PORT, such as opc.tcp://localhost:4840", url, what);
}

/* The host up to where the port, the path, or nothing begins; NULL when it is malformed. */
static const char *take_host(const char *at, struct slice *host)
{
    bool bracketed = *at == '[';
    const char *begin = at + bracketed;
    size_t len = strcspn(begin, bracketed ? "]/?#" : ":/?#");
    const char *end = begin + len;
    *host = (struct slice){(const uint8_t *)begin, len};
    if (len == 0 || (bracketed && *end != ']'))
        return NULL;
    end += bracketed;
    return strchr(":/?#", *end) ? end : NULL; /* the end of the text too */
}

/* A port, 1 to 65535; NULL when it is none. */
static const char *take_port(const char *at, uint16_t *port)
{
    unsigned long n = 0;
    size_t digits = strspn(at, "0123456789");
    for (size_t i = 0; i < digits && n <= UINT16_MAX; i++)
        n = n * 10 + (unsigned long)(at[i] - '0');
    *port = (uint16_t)n;
    return n == 0 || n > UINT16_MAX ? NULL : at + digits;
}

static int parse(const char *url, struct endpoint_url *out, struct err_text *why)
{
    struct slice host;
    if (strlen(url) >= sizeof out->text)
        return refuse(why, url, "is too long");
    if (!strstr(url, "://"))
        return refuse(why, url, "has no scheme");
    if (strncasecmp(url, SCHEME, strlen(SCHEME)) != 0)
        return refuse(why, url, "is not of opc.tcp, the only transport that is spoken");
    const char *at = take_host(url + strlen(SCHEME), &host);
    if (!at || host.len >= sizeof out->host)
        return refuse(why, url, "has no proper host");
    out->port = ENDPOINT_URL_PORT;
    if (*at == ':')
        at = take_port(at + 1, &out->port);
    if (!at || (*at && !strchr("/?#", *at)))
        return refuse(why, url, "has no proper port (1 to 65535)");
    memcpy(out->host, host.data, host.len);
    strcpy(out->text, url);
    return 0;
}

int endpoint_url_parse(const char *url, struct endpoint_url *out, struct err_text *why)
{
    memset(out, 0, sizeof *out);
    int rc = parse(url, out, why);
    if (rc)
        memset(out, 0, sizeof *out);
    return rc;
}
