/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/http.h"

#include "camera/ip/module/multipart.h"
#include "image/decode.h"
#include "image/jpeg_pass.h"

#include <libavutil/dict.h>
#include <libavutil/opt.h>
#include <stdlib.h>
#include <strings.h>

enum {
    USUAL_FPS = 10,  /* of a snapshot URL, at most */
    MOST_BROKEN = 3, /* pictures in a row */
};

struct answer {
    struct viewer *viewer;
    const char *url;
    const struct ip_options *options;
    AVIOContext *io; /* NULL: closed */
    char type[128];  /* Content-Type */
    int64_t came_ns;
};

/* ---- asking ---- */

static int set_options(AVDictionary **out, const struct ip_options *options)
{
    const char *const all[][2] = {
        {"protocol_whitelist", "http,https,tcp,tls"},
        {"user_agent", "uacam"},
        {"http_proxy", ""}, /* cameras are near */
        {"icy", "0"},
        {"seekable", "0"},
        {"tls_verify", options->any_certificate ? "0" : "1"},
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(all) && rc >= 0; i++)
        rc = av_dict_set(out, all[i][0], all[i][1], 0);
    return rc;
}

/* 1 when the answer begins, 0 when the viewer is gone. */
static int ask(struct answer *a, struct err_text *why)
{
    AVDictionary *dict = NULL;
    AVIOInterruptCB interrupt = viewer_interrupt(a->viewer);
    uint8_t *type = NULL;
    int rc = set_options(&dict, a->options);
    if (rc >= 0)
        rc = avio_open2(&a->io, a->url, AVIO_FLAG_READ, &interrupt, &dict);
    av_dict_free(&dict);
    if (rc < 0)
        return viewer_explain(a->viewer, rc, why);
    a->came_ns = clock_mono_ns(&system_clock);
    viewer_answered(a->viewer);
    av_opt_get(a->io, "mime_type", AV_OPT_SEARCH_CHILDREN, &type);
    snprintf(a->type, sizeof a->type, "%s", type ? (const char *)type : "");
    av_free(type);
    return 1;
}

/* ---- pictures ---- */

static bool measure(struct slice jpeg, uint32_t *width, uint32_t *height)
{
    return jpeg.len > 0 && jpeg_is_whole(jpeg) && jpeg_measure(jpeg, width, height) == 0;
}

/* The frame takes `storage`. */
static int deliver(struct viewer *v, struct slice jpeg, uint32_t width, uint32_t height, void *storage,
                   int64_t exposed_ns, struct err_text *why)
{
    struct frame *f = frame_new_over(PIXEL_MJPEG, width, height, jpeg, free, storage);
    if (!f) {
        free(storage);
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for a picture", v->shown);
    }
    viewer_deliver(v, f, exposed_ns);
    return 0;
}

/* ---- a stream ---- */

static int show_part(struct viewer *v, struct multipart *m, struct slice part, int64_t exposed_ns,
                     struct err_text *why)
{
    uint32_t width, height;
    if (!measure(part, &width, &height)) {
        viewer_lose(v);
        return 0;
    }
    viewer_begin(v, width, height, PIXEL_MJPEG, 0);
    if (!viewer_wants(v, exposed_ns))
        return 0;
    void *storage = multipart_take(m);
    if (!storage)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for a picture", v->shown);
    return deliver(v, part, width, height, storage, exposed_ns, why);
}

/* What is there of parts. `*begun_ns` is when the present one's first bytes came; 0: none yet. */
static int show_parts(struct viewer *v, struct multipart *m, int64_t *begun_ns, struct err_text *why)
{
    int64_t now = clock_mono_ns(&system_clock);
    struct slice part;
    int rc = 0;
    while (rc == 0 && !viewer_gone(v) && multipart_next(m, &part)) {
        rc = show_part(v, m, part, *begun_ns ? *begun_ns : now, why);
        *begun_ns = 0;
    }
    if (*begun_ns == 0 && m->body)
        *begun_ns = now;
    return rc;
}

static int read_more(struct answer *a, struct multipart *m, struct err_text *why)
{
    uint8_t *at;
    size_t room;
    int rc = multipart_room(m, &at, &room);
    if (rc)
        return err_set(why, rc, "%s: a picture of more than %d MB", a->viewer->shown, MULTIPART_MAX >> 20);
    int got = avio_read_partial(a->io, at, (int)room);
    if (got <= 0 || viewer_late(a->viewer))
        return viewer_explain(a->viewer, got < 0 ? got : AVERROR_EOF, why);
    multipart_filled(m, (size_t)got);
    return 0;
}

static int stream(struct answer *a, struct err_text *why)
{
    struct multipart m;
    int64_t begun_ns = 0;
    int rc = 0;
    multipart_init(&m);
    while (rc == 0 && !viewer_gone(a->viewer)) {
        rc = read_more(a, &m, why);
        if (rc == 0)
            rc = show_parts(a->viewer, &m, &begun_ns, why);
    }
    multipart_clear(&m);
    return rc;
}

/* ---- snapshots ---- */

/* Reads to the end. Less than was announced is no failure: the picture is broken. */
static int read_whole(struct answer *a, struct buf *out, struct err_text *why)
{
    enum { STEP = 64 << 10 };
    int64_t announced = avio_size(a->io);
    size_t step = announced > 0 && announced <= MULTIPART_MAX ? (size_t)announced + 1 : STEP;
    int got = 1;
    while (got > 0) {
        int rc = buf_reserve(out, step);
        if (rc)
            return err_set(why, rc, "%s: a picture of more than %d MB", a->viewer->shown,
                           MULTIPART_MAX >> 20);
        got = avio_read_partial(a->io, out->data + out->len, (int)(out->cap - out->len));
        out->len += got > 0 ? (size_t)got : 0;
        step = STEP;
    }
    return viewer_late(a->viewer) ? viewer_no_picture(a->viewer, why) : 0;
}

/* Takes the bytes. */
static int show_snapshot(struct answer *a, struct buf *bytes, int *broken, struct err_text *why)
{
    struct viewer *v = a->viewer;
    uint32_t width, height;
    if (!measure(buf_slice(bytes), &width, &height)) {
        buf_clear(bytes);
        viewer_lose(v);
        if (v->capture && ++*broken < MOST_BROKEN)
            return 0;
        return err_set(why, ERR_INVALID, "%s: what it answers is no whole JPEG: check the path of the URL",
                       v->shown);
    }
    *broken = 0;
    viewer_begin(v, width, height, PIXEL_MJPEG, 0);
    if (viewer_wants(v, a->came_ns))
        return deliver(v, buf_slice(bytes), width, height, bytes->data, a->came_ns, why);
    buf_clear(bytes);
    return 0;
}

/* Waits for somebody to want a picture, no shorter than the rate allows. */
static bool wait_for_wish(struct answer *a)
{
    struct viewer *v = a->viewer;
    double fps = a->options->fps;
    if (fps <= 0 && v->capture)
        fps = capture_wish(v->capture)->fps;
    if (fps <= 0)
        fps = USUAL_FPS;
    bool wanted = !viewer_gone(v) &&
                  capture_sleep_until(v->capture, a->came_ns + (int64_t)((double)NS_PER_S / fps)) &&
                  capture_wait_wanted(v->capture, INT64_MAX) > 0;
    viewer_renew(v);
    return wanted;
}

/* The first GET is answered already. */
static int show_snapshots(struct answer *a, struct err_text *why)
{
    struct buf bytes;
    int broken = 0, rc;
    do {
        buf_init(&bytes, MULTIPART_MAX);
        rc = read_whole(a, &bytes, why);
        avio_closep(&a->io);
        if (rc == 0 && !viewer_gone(a->viewer))
            rc = show_snapshot(a, &bytes, &broken, why);
        else
            buf_clear(&bytes);
        if (rc || !wait_for_wish(a))
            return rc;
        rc = ask(a, why);
    } while (rc > 0);
    return rc;
}

/* ---- which of them ---- */

static bool is_picture(const char *type)
{
    return type[0] == '\0' || strncasecmp(type, "image/", 6) == 0 ||
           strncasecmp(type, "application/octet-stream", 24) == 0;
}

static int show_answer(struct answer *a, struct err_text *why)
{
    if (multipart_is(a->type))
        return stream(a, why);
    if (is_picture(a->type))
        return show_snapshots(a, why);
    return err_set(why, ERR_UNSUPPORTED,
                   "%s: it answers with %.40s, neither a JPEG nor a stream of them: look the URL of its "
                   "snapshot or MJPEG stream up in its manual",
                   a->viewer->shown, a->type);
}

/* A camera is opened before its picture is due: a snapshot URL must not be asked before. */
static bool wait_for_first_wish(struct viewer *v)
{
    bool wanted = !v->capture || capture_wait_wanted(v->capture, INT64_MAX) > 0;
    viewer_renew(v);
    return wanted;
}

int http_show(struct viewer *v, const char *url, const struct ip_options *options, struct err_text *why)
{
    struct answer a = {.viewer = v, .url = url, .options = options};
    if (!wait_for_first_wish(v))
        return 0;
    int rc = ask(&a, why);
    if (rc > 0)
        rc = show_answer(&a, why);
    avio_closep(&a.io);
    return rc;
}
