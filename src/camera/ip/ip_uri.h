/* SPDX-License-Identifier: Apache-2.0
 * The URI of an IP camera: rtsp://user:password@host:554/path?query#transport=udp
 *
 * Query and path are the camera's own, so our options stand behind a '#', which no URL sends. ${NAME} in
 * login, path or query stands for an environment variable. Any thread. */
#ifndef UACAM_CAMERA_IP_IP_URI_H
#define UACAM_CAMERA_IP_IP_URI_H

#include "camera/backend.h"

struct ip_options {
    bool udp;             /* RTP over UDP instead of the RTSP connection */
    bool any_certificate; /* of rtsps and https: not checked */
    double fps;           /* of a snapshot URL: asked so often at most; 0: not given */
};

struct ip_uri {
    const char *scheme;      /* static */
    char login[CAMERA_URI];  /* "user:password" as written; empty: none */
    char host[256];          /* lower case; an IPv6 address without brackets */
    uint32_t port;           /* the scheme's own where none is written */
    bool default_port;       /* it is the scheme's own */
    char target[CAMERA_URI]; /* "/path?query" as written, with a '/' at least */
    struct ip_options options;
};

/* ERR_INVALID with a text that shows a right one and no secret. */
must_check int ip_uri_read(struct ip_uri *out, const char *uri, struct err_text *why);

/* The URL that is opened, without options: ${NAME} replaced by what the environment says, whatever an URL
 * must not hold percent-encoded. It holds the password. ERR_INVALID: a variable is not set, or too long. */
must_check int ip_uri_expand(const struct ip_uri *u, char *out, size_t size, struct err_text *why);

/* "host", "host:8554", "[::1]:8554" */
void ip_uri_place(const struct ip_uri *u, char *out, size_t size);

#endif
