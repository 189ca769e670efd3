/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/rtsp.h"

#include "camera/ip/module/stream_clock.h"
#include "camera/ip/module/track.h"

struct session {
    struct viewer *viewer;
    AVFormatContext *format;
    AVPacket *packet;
    struct track track;
    struct stream_clock clock;
};

/* ---- opening ---- */

static int set_options(AVDictionary **out, const struct ip_options *options)
{
    static const char *const all[][2] = {
        {"protocol_whitelist", "rtsp,rtp,tcp,udp,tls"},
        {"allowed_media_types", "video"},
        {"codec_whitelist", track_codecs},
        {"user_agent", "uacam"},
        {"initial_pause", "1"}, /* until we know that there is a video */
    };
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(all) && rc >= 0; i++)
        rc = av_dict_set(out, all[i][0], all[i][1], 0);
    if (rc >= 0)
        rc = av_dict_set(out, "rtsp_transport", options->udp ? "udp" : "tcp", 0);
    if (rc >= 0 && options->udp)
        rc = av_dict_set(out, "rtsp_flags", "filter_src", 0); /* packets of the camera only */
    return rc;
}

/* What the stream is like is told by its description: waiting for packets to find out would take seconds. */
static int open_session(struct session *s, const char *url, const struct ip_options *options,
                        struct err_text *why)
{
    AVDictionary *dict = NULL;
    s->packet = av_packet_alloc();
    s->format = avformat_alloc_context();
    int rc = s->packet && s->format ? set_options(&dict, options) : AVERROR(ENOMEM);
    if (rc >= 0) {
        s->format->interrupt_callback = viewer_interrupt(s->viewer);
        rc = avformat_open_input(&s->format, url, av_find_input_format("rtsp"), &dict);
    }
    av_dict_free(&dict);
    if (rc < 0)
        return viewer_explain(s->viewer, rc, why);
    viewer_answered(s->viewer);
    int code = track_open(&s->track, s->format, s->viewer->shown, why);
    if (code)
        return code;
    rc = av_read_play(s->format);
    return rc < 0 ? viewer_explain(s->viewer, rc, why) : 0;
}

/* Without TEARDOWN a camera goes on sending by UDP. */
static void close_session(struct session *s)
{
    viewer_leave(s->viewer);
    track_close(&s->track);
    avformat_close_input(&s->format);
    av_packet_free(&s->packet);
}

/* ---- streaming ---- */

static int show_picture(struct session *s, const struct track_picture *p, int64_t came_ns,
                        struct err_text *why)
{
    struct viewer *v = s->viewer;
    struct frame *f;
    int64_t exposed_ns = came_ns;
    if (p->stamp_ns != TRACK_NO_STAMP)
        exposed_ns = stream_clock_exposed(&s->clock, p->stamp_ns, came_ns);
    viewer_begin(v, p->width, p->height, p->format, s->track.fps);
    if (!viewer_wants(v, exposed_ns))
        return 0;
    int rc = track_frame(&s->track, p, &f, why);
    if (rc == 0)
        viewer_deliver(v, f, exposed_ns);
    return rc;
}

static int show_packet(struct session *s, struct err_text *why)
{
    int64_t came_ns = clock_mono_ns(&system_clock);
    struct track_picture p;
    if (!track_feed(&s->track, s->packet))
        viewer_lose(s->viewer);
    int rc = 0;
    for (int next; rc == 0 && (next = track_next(&s->track, &p)) != 0;) {
        if (next > 0)
            rc = show_picture(s, &p, came_ns, why);
        else
            viewer_lose(s->viewer);
    }
    return rc;
}

static int stream(struct session *s, struct err_text *why)
{
    while (!viewer_gone(s->viewer)) {
        int rc = av_read_frame(s->format, s->packet);
        if (rc < 0 || viewer_late(s->viewer))
            return viewer_explain(s->viewer, rc, why);
        rc = s->packet->stream_index == s->track.index ? show_packet(s, why) : 0;
        av_packet_unref(s->packet);
        if (rc)
            return rc;
    }
    return 0;
}

int rtsp_show(struct viewer *v, const char *url, const struct ip_options *options, struct err_text *why)
{
    struct session s = {.viewer = v};
    int rc = open_session(&s, url, options, why);
    if (rc == 0 && s.format)
        rc = stream(&s, why);
    close_session(&s);
    return rc;
}
