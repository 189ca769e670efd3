/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/replay.h"

#include "camera/ip/module/track.h"

#include <stdio.h>

enum { USUAL_FPS = 25 }; /* of a video that tells none */

#define FAR_BEHIND_NS NS_PER_S

struct replay {
    struct viewer *viewer;
    AVFormatContext *format;
    AVPacket *packet;
    struct track track;
    double fps;           /* given by the user, else the video's own */
    double speed;         /* of the video's time in ours */
    int64_t start_ns;     /* when the present round began, by our clock */
    int64_t origin_ns;    /* the first stamp of the round */
    int64_t due_ns;       /* of the picture before */
    uint64_t round_count; /* pictures of the present round */
};

/* ---- opening ---- */

static int set_options(AVDictionary **out)
{
    static const char *const all[][2] = {
        {"protocol_whitelist", "file"}, /* of a list of files, none is opened */
        {"format_whitelist",
         "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,mjpeg,h264,hevc,flv,asf,ogg,ivf,obu"},
        {"codec_whitelist", track_codecs},
        {"probesize", "2000000"},
        {"analyzeduration", "1000000"},
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(all) && rc >= 0; i++)
        rc = av_dict_set(out, all[i][0], all[i][1], 0);
    return rc;
}

static int explain(const struct replay *r, int averror, struct err_text *why)
{
    const char *path = r->viewer->shown;
    if (viewer_gone(r->viewer))
        return 0;
    if (averror == AVERROR(ENOENT))
        return err_set(why, ERR_GONE, "%s is not there", path);
    if (averror == AVERROR_INVALIDDATA || averror == AVERROR(EINVAL))
        return err_set(
            why, ERR_INVALID,
            "%s: neither a JPEG or PNG picture, nor a folder of them, nor a video that can be read", path);
    return viewer_explain(r->viewer, averror, why);
}

static int open_file(struct replay *r, const struct file_options *o, struct err_text *why)
{
    char url[sizeof o->path + 8];
    AVDictionary *dict = NULL;
    snprintf(url, sizeof url, "file:%s", o->path);
    r->packet = av_packet_alloc();
    r->format = avformat_alloc_context();
    int rc = r->packet && r->format ? set_options(&dict) : AVERROR(ENOMEM);
    if (rc >= 0) {
        r->format->interrupt_callback = viewer_interrupt(r->viewer);
        rc = avformat_open_input(&r->format, url, NULL, &dict);
    }
    av_dict_free(&dict);
    if (rc >= 0)
        rc = avformat_find_stream_info(r->format, NULL);
    if (rc < 0)
        return explain(r, rc, why);
    rc = track_open(&r->track, r->format, r->viewer->shown, why);
    if (rc)
        return rc;
    double own = r->track.fps > 0 ? r->track.fps : USUAL_FPS;
    r->fps = o->fps > 0 ? o->fps : own;
    r->speed = own / r->fps;
    return 0;
}

static void close_file(struct replay *r)
{
    track_close(&r->track);
    avformat_close_input(&r->format);
    av_packet_free(&r->packet);
}

/* ---- playing ---- */

/* When the picture is to be shown. A stamp that lies before the one before, or far behind it, counts as the
 * next picture's. */
static int64_t due_of(struct replay *r, const struct track_picture *p)
{
    int64_t interval_ns = (int64_t)((double)NS_PER_S / r->fps);
    int64_t next_ns = r->due_ns ? r->due_ns + interval_ns : r->start_ns;
    if (r->round_count == 0)
        r->origin_ns = p->stamp_ns;
    if (r->round_count == 0 || p->stamp_ns == TRACK_NO_STAMP || r->origin_ns == TRACK_NO_STAMP)
        return r->round_count == 0 ? r->start_ns : next_ns;
    int64_t due_ns = r->start_ns + (int64_t)((double)(p->stamp_ns - r->origin_ns) * r->speed);
    return due_ns > r->due_ns && due_ns < r->due_ns + 100 * interval_ns + NS_PER_S ? due_ns : next_ns;
}

/* A decoder that is too slow for the video's rate must not be chased by it. */
static void catch_up(struct replay *r)
{
    int64_t behind_ns = clock_mono_ns(&system_clock) - r->due_ns;
    if (behind_ns < FAR_BEHIND_NS)
        return;
    r->due_ns += behind_ns;
    r->start_ns += behind_ns;
}

static int show_picture(struct replay *r, const struct track_picture *p, struct err_text *why)
{
    struct viewer *v = r->viewer;
    struct frame *f;
    viewer_begin(v, p->width, p->height, p->format, r->fps);
    if (viewer_gone(v))
        return 0;
    r->due_ns = due_of(r, p);
    r->round_count++;
    if (!capture_sleep_until(v->capture, r->due_ns))
        return 0;
    catch_up(r);
    if (!viewer_wants(v, r->due_ns))
        return 0;
    int rc = track_frame(&r->track, p, &f, why);
    if (rc == 0)
        viewer_deliver(v, f, r->due_ns);
    return rc;
}

/* NULL: the end, what the decoder still holds. */
static int show_packet(struct replay *r, const AVPacket *packet, struct err_text *why)
{
    struct viewer *v = r->viewer;
    struct track_picture p;
    bool broken = !track_feed(&r->track, packet);
    int rc = 0;
    for (int next; rc == 0 && !viewer_gone(v) && (next = track_next(&r->track, &p)) != 0;) {
        if (next > 0)
            rc = show_picture(r, &p, why);
        broken |= next < 0;
    }
    if (broken && v->capture)
        capture_lost(v->capture, 1);
    return rc;
}

/* To the first picture; the next round begins an interval after the last picture of this one. */
static int rewind_file(struct replay *r, struct err_text *why)
{
    if (r->round_count == 0)
        return err_set(why, ERR_INVALID, "%s: there is no picture in it that can be decoded",
                       r->viewer->shown);
    const AVStream *s = r->format->streams[r->track.index];
    int64_t first = s->start_time != AV_NOPTS_VALUE ? s->start_time : 0;
    int rc = av_seek_frame(r->format, r->track.index, first, AVSEEK_FLAG_BACKWARD);
    if (rc < 0)
        rc = av_seek_frame(r->format, r->track.index, 0, AVSEEK_FLAG_BYTE);
    if (rc < 0)
        return explain(r, rc, why);
    track_flush(&r->track);
    r->start_ns = r->due_ns + (int64_t)((double)NS_PER_S / r->fps);
    r->round_count = 0;
    return 0;
}

static int play(struct replay *r, struct err_text *why)
{
    int rc = 0;
    r->start_ns = clock_mono_ns(&system_clock);
    while (rc == 0 && !viewer_gone(r->viewer)) {
        int read = av_read_frame(r->format, r->packet);
        if (read == AVERROR_EOF) {
            rc = show_packet(r, NULL, why);
            if (rc == 0 && !viewer_gone(r->viewer))
                rc = rewind_file(r, why);
        } else if (read < 0) {
            return explain(r, read, why);
        } else if (r->packet->stream_index == r->track.index) {
            rc = show_packet(r, r->packet, why);
        }
        av_packet_unref(r->packet);
    }
    return rc;
}

int replay_show(struct viewer *v, const struct file_options *options, struct err_text *why)
{
    struct replay r = {.viewer = v};
    viewer_answered(v);
    int rc = open_file(&r, options, why);
    if (rc == 0 && r.format && r.packet)
        rc = play(&r, why);
    close_file(&r);
    return rc;
}
