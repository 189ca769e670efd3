/* SPDX-License-Identifier: Apache-2.0
 * The address of a server as people write it: opc.tcp://host:port/path. Any thread. */
#ifndef UACAM_CLIENT_ENDPOINT_URL_H
#define UACAM_CLIENT_ENDPOINT_URL_H

#include "base/err.h"

#include <stdint.h>

enum { ENDPOINT_URL_TEXT = 1024, ENDPOINT_URL_HOST = 256, ENDPOINT_URL_PORT = 4840 };

struct endpoint_url {
    char text[ENDPOINT_URL_TEXT]; /* all of it, as written */
    char host[ENDPOINT_URL_HOST]; /* a name or an address, without the brackets of IPv6 */
    uint16_t port;                /* 4840 when none is written */
};

/* ERR_INVALID with a text that shows how it is written. */
must_check int endpoint_url_parse(const char *url, struct endpoint_url *out, struct err_text *why);

#endif
