/* SPDX-License-Identifier: Apache-2.0 */
#include "camera/ip/module/track.h"

#include "base/clock.h"
#include "image/decode.h"
#include "image/jpeg_pass.h"

#include <string.h>

enum { MAX_PIXELS = 9 << 22 /* 8K and more */, MAX_JPEG = 64 << 20 };

/* Stamps past this are no times; arithmetic with the others does not overflow. */
#define MAX_STAMP_NS (INT64_MAX / 8)

const char track_codecs[] = "h264,hevc,mjpeg,mpeg4,mpeg2video,vp8,vp9,libdav1d";

/* ---- life ---- */

static int unsupported(const char *shown, const char *codec, struct err_text *why)
{
    return err_set(
        why, ERR_UNSUPPORTED,
        "%s: its video is coded as %s, which is not decoded here: set the camera to H.264, H.265 or "
        "MJPEG",
        shown, codec);
}

static int open_decoder(struct track *t, const AVStream *s, const char *shown, struct err_text *why)
{
    const AVCodec *codec = avcodec_find_decoder(s->codecpar->codec_id);
    if (!codec)
        return unsupported(shown, avcodec_get_name(s->codecpar->codec_id), why);
    t->decoder = avcodec_alloc_context3(codec);
    t->decoded = av_frame_alloc();
    if (!t->decoder || !t->decoded || avcodec_parameters_to_context(t->decoder, s->codecpar) < 0)
        return err_set(why, ERR_NO_MEMORY, "%s: no memory for a decoder", shown);
    t->decoder->pkt_timebase = s->time_base;
    t->decoder->thread_count = 1; /* threads would hold pictures back */
    t->decoder->max_pixels = MAX_PIXELS;
    t->decoder->codec_whitelist = av_strdup(track_codecs);
    return avcodec_open2(t->decoder, codec, NULL) < 0 ? unsupported(shown, codec->name, why) : 0;
}

static double rate_of(const AVStream *s)
{
    AVRational r = s->avg_frame_rate.num ? s->avg_frame_rate : s->r_frame_rate;
    double fps = r.num > 0 && r.den > 0 ? av_q2d(r) : 0;
    return fps < 1000 ? fps : 0;
}

int track_open(struct track *t, AVFormatContext *f, const char *shown, struct err_text *why)
{
    t->index = -1;
    for (unsigned i = 0; i < f->nb_streams; i++) {
        const AVStream *s = f->streams[i];
        bool cover = s->disposition & AV_DISPOSITION_ATTACHED_PIC;
        if (t->index < 0 && s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !cover)
            t->index = (int)i;
        else
            f->streams[i]->discard = AVDISCARD_ALL;
    }
    if (t->index < 0)
        return err_set(why, ERR_UNSUPPORTED, "%s: there is no video in it: check the path of the URL", shown);
    const AVStream *s = f->streams[t->index];
    t->unit = s->time_base;
    t->fps = rate_of(s);
    return s->codecpar->codec_id == AV_CODEC_ID_MJPEG ? 0 : open_decoder(t, s, shown, why);
}

void track_close(struct track *t)
{
    avcodec_free_context(&t->decoder);
    av_frame_free(&t->decoded);
    converter_clear(&t->converter);
}

/* ---- packets in ---- */

bool track_feed(struct track *t, const AVPacket *packet)
{
    if (t->decoder)
        return avcodec_send_packet(t->decoder, packet) >= 0;
    t->jpeg = packet;
    return true;
}

void track_flush(struct track *t)
{
    t->jpeg = NULL;
    if (t->decoder)
        avcodec_flush_buffers(t->decoder);
}

/* ---- pictures out ---- */

static int64_t stamp_of(const struct track *t, int64_t stamp)
{
    if (stamp == AV_NOPTS_VALUE)
        return TRACK_NO_STAMP;
    int64_t ns = av_rescale_q(stamp, t->unit, (AVRational){1, (int)NS_PER_S});
    return ns > -MAX_STAMP_NS && ns < MAX_STAMP_NS ? ns : TRACK_NO_STAMP;
}

static int next_jpeg(struct track *t, struct track_picture *out)
{
    const AVPacket *p = t->jpeg;
    t->jpeg = NULL;
    if (!p)
        return 0;
    *out = (struct track_picture){
        .jpeg = p,
        .format = PIXEL_MJPEG,
        .stamp_ns = stamp_of(t, p->pts != AV_NOPTS_VALUE ? p->pts : p->dts),
    };
    struct slice bytes = {p->data, (size_t)p->size};
    if (p->size <= 0 || p->size > MAX_JPEG || !jpeg_is_whole(bytes))
        return ERR_INVALID;
    return jpeg_measure(bytes, &out->width, &out->height) ? ERR_INVALID : 1;
}

int track_next(struct track *t, struct track_picture *out)
{
    if (!t->decoder)
        return next_jpeg(t, out);
    AVFrame *p = t->decoded;
    int rc = avcodec_receive_frame(t->decoder, p);
    if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF)
        return 0;
    if (rc < 0 || p->flags & AV_FRAME_FLAG_CORRUPT || p->decode_error_flags || p->width <= 0 ||
        p->height <= 0)
        return ERR_INVALID;
    *out = (struct track_picture){
        .decoded = p,
        .width = (uint32_t)p->width,
        .height = (uint32_t)p->height,
        .format = convert_target(p),
        .stamp_ns = stamp_of(t, p->best_effort_timestamp),
    };
    return 1;
}

static void release_packet(void *user)
{
    AVPacket *p = user;
    av_packet_free(&p);
}

int track_frame(struct track *t, const struct track_picture *p, struct frame **out, struct err_text *why)
{
    *out = NULL;
    if (p->decoded)
        return convert(&t->converter, p->decoded, out, why);
    AVPacket *ours = av_packet_clone(p->jpeg);
    if (ours)
        *out = frame_new_over(PIXEL_MJPEG, p->width, p->height,
                              (struct slice){ours->data, (size_t)ours->size}, release_packet, ours);
    if (*out)
        return 0;
    av_packet_free(&ours);
    return err_set(why, ERR_NO_MEMORY, "no memory for a picture of %ux%u", p->width, p->height);
}
