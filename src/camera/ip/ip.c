/* SPDX-License-Identifier: Apache-2.0
 * IP cameras: rtsp:, rtsps:, http:, https:. Names them; the module "ffmpeg" opens them. docs/cameras.md
 * explains it. */
#include "camera/identity.h"
#include "camera/ip/ip_uri.h"
#include "camera/module.h"
#include "camera/uri_secret.h"

#include <stdio.h>
#include <string.h>

enum { READABLE = 80 }; /* characters of an id */

/* Different targets of this form make different ids. */
static bool is_plain(const char *target)
{
    size_t len = strlen(target);
    bool ends_in_slash = len > 1 && target[len - 1] == '/';
    return !ends_in_slash && !strstr(target, "//") &&
           strspn(target, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/") == len;
}

/* "rtsp-cam1_8554-h264"; what such a text cannot tell apart gets a hash. Neither user nor password nor what
 * the environment holds is part of it: the id outlives them, and nobody can guess them from it. */
static void make_id(const struct ip_uri *u, char *out)
{
    char place[sizeof u->host + 16], whole[2 * CAMERA_URI], masked[2 * CAMERA_URI], text[READABLE + 1];
    char port[8] = "", hash[16] = "";
    size_t path = strcspn(u->target, "?");
    ip_uri_place(u, place, sizeof place);
    snprintf(whole, sizeof whole, "%s://%s%s", u->scheme, place, u->target);
    uri_mask(whole, masked, sizeof masked);
    if (!u->default_port)
        snprintf(port, sizeof port, "_%u", u->port);
    if (!is_plain(u->target) || strlen(whole) > READABLE || strchr(u->host, ':'))
        snprintf(hash, sizeof hash, "-%08x", identity_hash(masked));
    uri_show(whole, masked, sizeof masked);
    const char *shown = strchr(masked + strlen(u->scheme) + 3, '/');
    if (shown && strlen(shown) < path)
        path = strlen(shown);
    int used = snprintf(text, sizeof text, "%s-%.48s%s", u->scheme, u->host, port);
    snprintf(text + used, sizeof text - (size_t)used, "%.*s", (int)path, u->target);
    identity_id(out, text);
    strncat(out, hash, CAMERA_TEXT - strlen(out) - 1);
}

static int ip_identify(const char *uri, struct camera_identity *out, struct err_text *why)
{
    struct ip_uri u;
    char text[2 * CAMERA_URI];
    *out = (struct camera_identity){0};
    int rc = ip_uri_read(&u, uri, why);
    if (!rc)
        rc = ip_uri_expand(&u, text, sizeof text, why);
    if (rc)
        return rc;
    uri_show(uri, out->uri, sizeof out->uri);
    snprintf(out->secret_uri, sizeof out->secret_uri, "%s", uri);
    make_id(&u, out->id);
    identity_text(out->name, strstr(out->uri, "://") + 3);
    identity_text(out->model, "IP camera");
    identity_text(out->driver, u.scheme);
    ip_uri_place(&u, text, sizeof text);
    identity_text(out->address, text);
    return 0;
}

static int ip_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    const struct camera_module *module;
    *out = (struct camera_probe){0};
    int rc = camera_module_load("ffmpeg", &module, why);
    return rc ? rc : module->probe(id, out, why);
}

static int ip_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    const struct camera_module *module;
    int rc = camera_module_load("ffmpeg", &module, why);
    return rc ? rc : module->run(c, id, why);
}

#define IP_BACKEND(name)                                                                                     \
    {                                                                                                        \
        .scheme = name, .identify = ip_identify, .probe = ip_probe, .run = ip_run                            \
    }

const struct backend rtsp_backend = IP_BACKEND("rtsp"), rtsps_backend = IP_BACKEND("rtsps"),
                     http_backend = IP_BACKEND("http"), https_backend = IP_BACKEND("https");
