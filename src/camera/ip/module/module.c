/* SPDX-License-Identifier: Apache-2.0
 * The module "ffmpeg": IP cameras and video files. */
#include "camera/module.h"

#include "camera/file/options.h"
#include "camera/ip/ip_uri.h"
#include "camera/ip/module/ffmpeg_log.h"
#include "camera/ip/module/http.h"
#include "camera/ip/module/replay.h"
#include "camera/ip/module/resolve.h"
#include "camera/ip/module/rtsp.h"

#include <libavformat/version.h>
#include <libavutil/avutil.h>
#include <libavutil/ffversion.h>
#include <libavutil/mem.h>
#include <string.h>

/* The longest piece of memory that FFmpeg gets: a plane of the largest picture that is decoded, of two bytes
 * a pixel, with room to spare. Without it a picture that never ends would be gathered until the patience for
 * one does. */
enum { MOST_BYTES = 80 << 20 };

static int show_address(struct viewer *v, const char *uri, struct err_text *why)
{
    struct ip_uri u;
    char url[4 * CAMERA_URI];
    int rc = ip_uri_read(&u, uri, why);
    if (!rc)
        rc = ip_uri_expand(&u, url, sizeof url, why);
    if (rc)
        return rc;
    v->has_login = u.login[0] != '\0';
    if (strcmp(u.scheme, "rtsps") == 0 && !u.options.any_certificate)
        return err_set(
            why, ERR_DENIED,
            "%s: certificates of RTSP cameras cannot be checked yet: add #certificate=any to the URI "
            "to take any, in a network that you trust",
            v->shown);
    rc = resolve(v, u.host, why);
    if (rc || viewer_gone(v))
        return rc;
    return u.scheme[0] == 'r' ? rtsp_show(v, url, &u.options, why) : http_show(v, url, &u.options, why);
}

static int show(struct viewer *v, const struct camera_identity *id, struct err_text *why)
{
    struct file_options o;
    ffmpeg_log_take();
    av_max_alloc(MOST_BYTES);
    if (strncmp(id->uri, "file:", 5) != 0)
        return show_address(v, id->secret_uri, why);
    int rc = file_options_read(&o, id->uri, why);
    return rc ? rc : replay_show(v, &o, why);
}

static int module_probe(const struct camera_identity *id, struct camera_probe *out, struct err_text *why)
{
    struct viewer v;
    (void)why;
    *out = (struct camera_probe){0};
    viewer_init(&v, NULL, out, id->uri);
    out->state = show(&v, id, &out->error);
    return 0;
}

static int module_run(struct capture *c, const struct camera_identity *id, struct err_text *why)
{
    struct viewer v;
    viewer_init(&v, c, NULL, id->uri);
    return show(&v, id, why);
}

const struct camera_module uacam_camera_module = {
    .version = CAMERA_MODULE_VERSION,
    .name = "ffmpeg",
    .library = "FFmpeg " FFMPEG_VERSION,
    .probe = module_probe,
    .run = module_run,
};
